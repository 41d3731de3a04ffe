// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

import io.managedservices.internal.text.SettingKey;

/**
 * Finds where settings stand that are below the name of a service. Stateless.
 *
 * @since 0.1.0
 */
public final class SettingOrigins {

	private static final String ATTACHED = "configurationProperties";

	private SettingOrigins() {
	}

	/**
	 * Describes a key.
	 * @param environment where it is set, or {@code null}
	 * @param group "services", "gates" or "items"
	 * @param name the name of a service
	 * @return {@code managed-services.services.okk (class path resource [application.yml]
	 * - 3:11)}, with the place of the first setting below it, if that is known
	 */
	public static String describe(@Nullable Environment environment, String group, String name) {
		Origin origin = (environment instanceof ConfigurableEnvironment configurable) ? find(configurable,
				ConfigurationPropertyName.of("managed-services." + group), ConfiguredServices.relax(name)) : null;
		String key = SettingKey.of(group, name);
		return (origin != null) ? "%s (%s)".formatted(key, origin) : key;
	}

	private static @Nullable Origin find(ConfigurableEnvironment environment, ConfigurationPropertyName root,
			String relaxed) {
		Iterable<ConfigurationPropertySource> sources = environment.getPropertySources().contains(ATTACHED)
				? ConfigurationPropertySources.get(environment)
				: ConfigurationPropertySources.from(environment.getPropertySources());
		for (ConfigurationPropertySource source : sources) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				Origin origin = find(iterable, root, relaxed);
				if (origin != null) {
					return origin;
				}
			}
		}
		return null;
	}

	private static @Nullable Origin find(IterableConfigurationPropertySource source, ConfigurationPropertyName root,
			String relaxed) {
		for (ConfigurationPropertyName name : source) {
			if (root.isAncestorOf(name)) {
				String element = name.getElement(root.getNumberOfElements(), ConfigurationPropertyName.Form.ORIGINAL);
				ConfigurationProperty property = ConfiguredServices.relax(element).equals(relaxed)
						? source.getConfigurationProperty(name) : null;
				if (property != null) {
					return property.getOrigin();
				}
			}
		}
		return null;
	}

}
