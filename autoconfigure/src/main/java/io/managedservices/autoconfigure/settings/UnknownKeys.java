// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import io.managedservices.autoconfigure.settings.Setting.Group;
import io.managedservices.autoconfigure.settings.Setting.Value;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Reports keys that do not exist, with those that were probably meant. Used by one
 * thread.
 */
final class UnknownKeys {

	/** The attributes of a service that no property has. */
	private static final Map<String, String> IN_CODE = Map.of("dependson", "dependsOn", "after", "after");

	private final ConfigurationPropertyName root;

	private final Group settings;

	private final ValueCheck values;

	private final NearestSettings nearest;

	private final List<GraphProblem> problems;

	UnknownKeys(ConfigurationPropertyName root, Group settings, ValueCheck values, List<GraphProblem> problems) {
		this.root = root;
		this.settings = settings;
		this.values = values;
		this.nearest = new NearestSettings(settings);
		this.problems = problems;
	}

	/**
	 * Reports a key that does not exist.
	 * @param key the key
	 * @param elements what it is made of
	 * @param index of the first element that does not exist
	 */
	void add(SetKey key, List<String> elements, int index) {
		List<String> named = named(key, elements, index);
		List<List<String>> meant = (named != null) ? List.of(named) : this.nearest.of(elements);
		List<String> path = elements.subList(0, index);
		Setting at = find(this.settings, path);
		String expected = (at instanceof Group group) ? "below %s %s".formatted(written(key, path), describe(group))
				: "%s is a value, below which there is nothing".formatted(written(key, path));
		this.problems.add(new GraphProblem("%s does not exist: %s.".formatted(key.describe(), expected),
				action(key, elements, path, meant)));
	}

	private String action(SetKey key, List<String> elements, List<String> path, List<List<String>> meant) {
		String attribute = IN_CODE.get(Setting.uniform(elements.get(path.size())));
		if (attribute != null && path.size() == 2) {
			return "Remove %s. It is declared in code: @ManagedService(%s = \"…\").".formatted(key.written(),
					attribute);
		}
		return "Correct or remove %s.%s".formatted(key.written(), suggestion(key, meant));
	}

	/**
	 * Reports a value where settings below it are expected.
	 * @param key the key
	 * @param name the same, as it is bound
	 * @param group what was expected
	 */
	void addGroup(SetKey key, ConfigurationPropertyName name, Group group) {
		List<String> fitting = group.children()
			.entrySet()
			.stream()
			.filter((child) -> child.getValue() instanceof Value value && this.values.fits(name, value))
			.map(Map.Entry::getKey)
			.toList();
		List<List<String>> meant = (fitting.size() != 1) ? this.nearest.of(key.elements())
				: List.of(Stream.concat(key.elements().stream(), fitting.stream()).toList());
		this.problems
			.add(new GraphProblem(
					"%s is %s: expected a setting below it, %s.".formatted(key.describe(), this.values.found(name),
							describe(group)),
					"Correct or remove %s.%s".formatted(key.written(), suggestion(key, meant))));
	}

	/**
	 * Reports a key of which Spring drops characters.
	 * @param key the key
	 */
	void addChanged(SetKey key) {
		this.problems.add(new GraphProblem(
				"%s is read as %s: expected letters of ASCII, digits, dashes and underscores only, without brackets."
					.formatted(key.describe(), key.elements().get(0)),
				"Write %s. In YAML the brackets stand in quotes: \"[…]\".".formatted(BracketedKey.of(key.written()))));
	}

	// Without brackets each part of a name is taken for a key of its own.
	private @Nullable List<String> named(SetKey key, List<String> elements, int index) {
		Setting parent = (index > 0) ? find(this.settings, elements.subList(0, index - 1)) : null;
		if (!(parent instanceof Group group) || group.childName(elements.get(index - 1)) != null) {
			return null;
		}
		for (int end = index + 1; end < elements.size(); end++) {
			List<String> rest = elements.subList(end, elements.size());
			if (find(group.named(), rest) instanceof Value) {
				List<String> parts = elements.subList(index - 1, end);
				List<String> path = new ArrayList<>(elements.subList(0, index - 1));
				path.add((key.form() == SetKey.Form.PROPERTY) ? "[" + String.join(".", parts) + "]"
						: String.join("", parts));
				path.addAll(rest);
				return path;
			}
		}
		return null;
	}

	private static @Nullable Setting find(@Nullable Setting from, List<String> path) {
		Setting at = from;
		for (String element : path) {
			at = (at instanceof Group group) ? group.child(element) : null;
		}
		return at;
	}

	private static String describe(Group group) {
		String names = String.join(", ", group.children().keySet());
		if (group.named() == null) {
			return "there are " + names;
		}
		return names.isEmpty() ? "there are names" : "there are " + names + " and names of services";
	}

	private String suggestion(SetKey key, List<List<String>> meant) {
		return meant.isEmpty() ? ""
				: meant.stream()
					.map((path) -> "'" + written(key, path) + "'")
					.collect(Collectors.joining(", or ", " Did you mean ", "?"));
	}

	private String written(SetKey key, List<String> path) {
		boolean property = key.form() == SetKey.Form.PROPERTY;
		StringBuilder written = new StringBuilder(property ? this.root.toString() : variable(this.root.toString()));
		Setting at = this.settings;
		for (String element : path) {
			String child = (at instanceof Group group) ? group.childName(element) : null;
			at = (at instanceof Group group) ? group.child(element) : null;
			String shown = (child != null) ? child : element;
			if (property) {
				written.append(shown.startsWith("[") ? "" : ".").append(shown);
			}
			else {
				written.append('_').append(variable(shown));
			}
		}
		return written.toString();
	}

	private static String variable(String name) {
		return name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
	}

}
