// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.managedservices.internal.configure.ConfiguredServices;

/**
 * Finds the keys that are set below a root. Those of property sources that cannot tell
 * theirs are not found. Used by one thread.
 */
final class SetKeys {

	/** As those of a service that is called like this project: no setting begins so. */
	private static final Pattern OTHERS = Pattern.compile("(?:SERVICE|PORT)(?:_.*)?");

	private static final ConfigurationPropertyName SERVICES = ConfigurationPropertyName.of("managed-services.services");

	private static final Pattern BOOLEAN = Pattern.compile("(?i)\\s*(?:true|false|on|off|yes|no|1|0)\\s*");

	/**
	 * What Kubernetes and Docker set for other services, one of which may be called as
	 * the root is, or begin so. No setting ends like that.
	 */
	private static final Pattern SERVICE_LINK = Pattern
		.compile("(?i).+_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)?)");

	private final ConfigurationPropertyName root;

	private final List<SetKey> keys = new ArrayList<>();

	private SetKeys(ConfigurationPropertyName root) {
		this.root = root;
	}

	static List<SetKey> below(ConfigurationPropertyName root, Iterable<ConfigurationPropertySource> sources) {
		SetKeys keys = new SetKeys(root);
		for (ConfigurationPropertySource source : sources) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
				keys.addVariables(variables);
				keys.addDotted(variables, source);
			}
			else if (source instanceof IterableConfigurationPropertySource iterable) {
				keys.add(source.getConfigurationProperty(root));
				if (source.containsDescendantOf(root) != ConfigurationPropertyState.ABSENT) {
					keys.addAll(iterable);
				}
			}
		}
		return keys.keys;
	}

	private void addAll(IterableConfigurationPropertySource source) {
		Map<ConfigurationPropertyName, String> changed = changed(source);
		for (ConfigurationPropertyName name : source) {
			ConfigurationProperty property = this.root.isAncestorOf(name) ? source.getConfigurationProperty(name)
					: null;
			String written = changed.get(name);
			if (property != null && written != null) {
				this.keys.add(SetKey.ofChanged(written, property));
			}
			else {
				add(property);
			}
		}
	}

	// Spring drops what it does not take in a name.
	private Map<ConfigurationPropertyName, String> changed(IterableConfigurationPropertySource source) {
		Map<ConfigurationPropertyName, String> changed = new HashMap<>();
		if (source.getUnderlyingSource() instanceof EnumerablePropertySource<?> enumerable) {
			for (String written : enumerable.getPropertyNames()) {
				if (!BracketedKey.of(written).equals(written)) {
					ConfigurationPropertyName name = ConfigurationPropertyName.adapt(written, '.');
					if (this.root.isAncestorOf(name) && !isSameService(written, name)) {
						changed.put(name, written);
					}
				}
			}
		}
		return changed;
	}

	// Services are found by what is left of their names, too. Stars stand for several.
	private static boolean isSameService(String written, ConfigurationPropertyName name) {
		return SERVICES.isAncestorOf(name) && written.indexOf('*') < 0
				&& ConfiguredServices.relax(written).equals(ConfiguredServices.relax(name.toString()));
	}

	private void add(@Nullable ConfigurationProperty property) {
		if (property != null) {
			this.keys.add(SetKey.of(property, this.root));
		}
	}

	// Spring takes variables that are written as properties are, too.
	private void addDotted(SystemEnvironmentPropertySource variables, ConfigurationPropertySource source) {
		for (String variable : variables.getPropertyNames()) {
			ConfigurationPropertyName name = (variable.indexOf('.') > 0)
					? ConfigurationPropertyName.adapt(variable, '.') : ConfigurationPropertyName.EMPTY;
			if (this.root.equals(name) || this.root.isAncestorOf(name)) {
				add(source.getConfigurationProperty(name));
			}
		}
	}

	// By their own names: what an underscore stands for is known only where the settings
	// are.
	private void addVariables(SystemEnvironmentPropertySource variables) {
		String form = this.root.toString().toUpperCase(Locale.ROOT).replace('.', '_');
		String prefix = form.replace("-", "") + "_";
		String spaced = form.replace('-', '_') + "_";
		for (String name : variables.getPropertyNames()) {
			String upper = name.toUpperCase(Locale.ROOT);
			if ((upper + "_").equals(prefix) || ((upper + "_").equals(spaced) && isBoolean(variables, name))) {
				this.keys.add(SetKey.ofRoot(name));
			}
			else if (upper.startsWith(prefix)) {
				addVariable(SetKey.of(name, name.substring(prefix.length()), SetKey.Form.VARIABLE));
			}
			else if (upper.startsWith(spaced) && !OTHERS.matcher(upper.substring(spaced.length())).matches()) {
				addVariable(SetKey.of(name, name.substring(spaced.length()), SetKey.Form.SPACED_VARIABLE));
			}
		}
	}

	// Another value may be meant for something else of that name.
	private static boolean isBoolean(SystemEnvironmentPropertySource variables, String name) {
		return BOOLEAN.matcher(String.valueOf(variables.getProperty(name))).matches();
	}

	private void addVariable(SetKey key) {
		if (!SERVICE_LINK.matcher(key.written()).matches()) {
			this.keys.add(key);
		}
	}

}
