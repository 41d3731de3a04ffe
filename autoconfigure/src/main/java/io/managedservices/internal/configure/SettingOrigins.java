// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.util.PatternMatchUtils;

import io.managedservices.internal.text.SettingKey;

/**
 * Finds where settings stand that are below the name of a service. Stateless.
 *
 * @since 0.1.0
 */
public final class SettingOrigins {

	private static final String ATTACHED = "configurationProperties";

	private static final ConfigurationPropertyName SERVICES = ConfigurationPropertyName.of("managed-services.services");

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

	/**
	 * Finds where a setting of a service is configured.
	 * @param environment where it is set, or {@code null}
	 * @param service the name of the service
	 * @param key the key of the setting, such as {@code retry.max-retries}
	 * @return {@code managed-services.services.okk.retry.max-retries (class path resource
	 * [application.yml] - 3:11)}, with the place if that is known
	 */
	public static String describeSetting(@Nullable Environment environment, String service, String key) {
		ConfigurationProperty property = (environment instanceof ConfigurableEnvironment configurable)
				? find(configurable, service, key) : null;
		if (property == null) {
			return SettingKey.ofService(service, key);
		}
		Origin origin = property.getOrigin();
		return (origin != null) ? "%s (%s)".formatted(property.getName(), origin) : property.getName().toString();
	}

	/**
	 * Finds which of several keys for one service has a setting in the property source
	 * that comes first.
	 * @param environment where they are set, or {@code null}
	 * @param service the name of the service, which comes first in one source
	 * @param names what stands for it in the keys
	 * @param key the key of the setting, such as {@code retry.max-retries}
	 * @return one of the names, or {@code null} if that is not known
	 */
	static @Nullable String firstOf(@Nullable Environment environment, String service, Set<String> names, String key) {
		if (!(environment instanceof ConfigurableEnvironment configurable)) {
			return null;
		}
		ConfigurationPropertyName setting = ConfigurationPropertyName.of(key);
		for (ConfigurationPropertySource source : sources(configurable)) {
			String first = null;
			if (source instanceof IterableConfigurationPropertySource iterable) {
				for (ConfigurationPropertyName name : iterable) {
					String element = element(name.isLastElementIndexed() ? name.getParent() : name, setting);
					if (element != null && names.contains(element) && (first == null || element.equals(service))) {
						first = element;
					}
				}
			}
			if (first != null) {
				return first;
			}
		}
		return null;
	}

	private static @Nullable ConfigurationProperty find(ConfigurableEnvironment environment, String service,
			String key) {
		ConfigurationPropertyName setting = ConfigurationPropertyName.of(key);
		ConfigurationProperty fits = null;
		for (ConfigurationPropertySource source : sources(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				for (ConfigurationPropertyName name : iterable) {
					String element = element(name, setting);
					ConfigurationProperty property = (element != null) ? source.getConfigurationProperty(name) : null;
					if (property == null || element == null) {
						continue;
					}
					if (ConfiguredServices.relax(element).equals(ConfiguredServices.relax(service))) {
						return property;
					}
					if (fits == null && PatternMatchUtils.simpleMatch(element, service)) {
						fits = property;
					}
				}
			}
		}
		return fits;
	}

	// What stands for the name of the service.
	private static @Nullable String element(ConfigurationPropertyName name, ConfigurationPropertyName setting) {
		int place = SERVICES.getNumberOfElements();
		int tail = place + 1;
		if (!SERVICES.isAncestorOf(name) || name.getNumberOfElements() != tail + setting.getNumberOfElements()
				|| !name.subName(tail).equals(setting)) {
			return null;
		}
		return name.getElement(place, ConfigurationPropertyName.Form.ORIGINAL);
	}

	private static @Nullable Origin find(ConfigurableEnvironment environment, ConfigurationPropertyName root,
			String relaxed) {
		for (ConfigurationPropertySource source : sources(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				Origin origin = find(iterable, root, relaxed);
				if (origin != null) {
					return origin;
				}
			}
		}
		return null;
	}

	private static Iterable<ConfigurationPropertySource> sources(ConfigurableEnvironment environment) {
		return environment.getPropertySources().contains(ATTACHED) ? ConfigurationPropertySources.get(environment)
				: ConfigurationPropertySources.from(environment.getPropertySources());
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
