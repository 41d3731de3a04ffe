// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import io.managedservices.autoconfigure.settings.Setting.Group;
import io.managedservices.autoconfigure.settings.Setting.Value;

/**
 * Looks for each key that is set among the settings that exist. Used by one thread.
 */
final class KeyCheck {

	private final ConfigurationPropertyName root;

	private final Group settings;

	private final ValueCheck values;

	private final UnknownKeys unknown;

	/** The names that the user has given in properties, as they are compared. */
	private final Set<String> names = new HashSet<>();

	private final Set<String> seen = new HashSet<>();

	KeyCheck(ConfigurationPropertyName root, Group settings, ValueCheck values, UnknownKeys unknown) {
		this.root = root;
		this.settings = settings;
		this.values = values;
		this.unknown = unknown;
	}

	void check(List<SetKey> keys) {
		for (SetKey key : keys) {
			if (key.form() != SetKey.Form.SPACED_VARIABLE && this.seen.add(key.written())) {
				if (key.form() == SetKey.Form.CHANGED) {
					this.unknown.addChanged(key);
				}
				else {
					check(key, key.elements());
				}
			}
		}
		// Spring takes these for settings of a service only if another key has its name.
		for (SetKey key : keys) {
			if (key.form() == SetKey.Form.SPACED_VARIABLE && this.seen.add(key.written())) {
				List<String> elements = withDashes(this.settings, key.elements());
				if (elements != null) {
					check(key, elements);
				}
				else {
					this.unknown.add(key, key.elements(), 0);
				}
			}
		}
	}

	private void check(SetKey key, List<String> elements) {
		ConfigurationPropertyName name = this.root;
		Setting at = this.settings;
		for (int index = 0; index < elements.size(); index++) {
			String element = elements.get(index);
			Setting next = (at instanceof Group group) ? group.child(element) : null;
			if (next == null) {
				if (index < elements.size() - 1 || !isIndex(at, element)) {
					this.unknown.add(key, elements, index);
					return;
				}
				break;
			}
			name = name.append(ConfigurationPropertyName.adapt(name(at, element), '.'));
			at = next;
		}
		if (at instanceof Value value) {
			this.values.check(key, name, value);
		}
		else if (!this.values.isEmpty(name)) {
			this.unknown.addGroup(key, name, (Group) at);
		}
	}

	private String name(@Nullable Setting at, String element) {
		String child = (at instanceof Group group) ? group.childName(element) : null;
		if (child == null) {
			this.names.add(Setting.uniform(element));
		}
		return (child != null) ? child : element;
	}

	private static boolean isIndex(Setting at, String element) {
		return at instanceof Value value && value.isList() && element.matches("\\[?\\d+]?");
	}

	// An underscore stands for a dot or a dash.
	private @Nullable List<String> withDashes(Setting at, List<String> elements) {
		if (elements.isEmpty()) {
			return (at instanceof Value) ? List.of() : null;
		}
		if (!(at instanceof Group group)) {
			return (elements.size() == 1 && isIndex(at, elements.get(0))) ? elements : null;
		}
		for (int end = 1; end <= elements.size(); end++) {
			String joined = String.join("-", elements.subList(0, end));
			Setting child = group.children().get(joined);
			if (child == null && end == 1 && this.names.contains(joined)) {
				child = group.named();
			}
			List<String> rest = (child != null) ? withDashes(child, elements.subList(end, elements.size())) : null;
			if (rest != null) {
				List<String> found = new ArrayList<>(List.of(joined));
				found.addAll(rest);
				return found;
			}
		}
		return null;
	}

}
