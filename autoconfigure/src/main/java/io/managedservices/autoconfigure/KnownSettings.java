// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.ClassUtils;

import io.managedservices.autoconfigure.settings.Setting;
import io.managedservices.autoconfigure.settings.Setting.Group;
import io.managedservices.autoconfigure.settings.SettingsCheck;

/**
 * The settings that exist: those of managed services, and what others have of them.
 * Stateless.
 */
final class KnownSettings {

	private static final String ROOT = "managed-services";

	private static final String ENDPOINT = "management.endpoint.managedservices";

	private static final String HEALTH = "management.health.managedservices";

	private KnownSettings() {
	}

	/**
	 * Whether any of the settings of managed services is set.
	 * @param environment where it may be
	 * @return whether one is
	 */
	static boolean isAnySet(ConfigurableEnvironment environment) {
		return SettingsCheck.isAnySet(environment, ROOT);
	}

	/**
	 * Checks all that is set.
	 * @param environment whose settings are checked
	 */
	static void check(ConfigurableEnvironment environment) {
		if (List.of(ROOT, ENDPOINT, HEALTH).stream().noneMatch((root) -> SettingsCheck.isAnySet(environment, root))) {
			return;
		}
		Map<String, Supplier<Group>> known = new LinkedHashMap<>();
		known.put(ROOT, KnownSettings::ofManagedServices);
		known.put(ENDPOINT, KnownSettings::ofEndpoint);
		known.put(HEALTH, KnownSettings::ofHealth);
		SettingsCheck.check(environment, known);
	}

	static Group ofManagedServices() {
		Group items = Setting.of(ManagedServicesItemsProperties.class)
			.withNamed(Setting.of(ManagedServicesItemsProperties.Service.class));
		Group web = new Group(Map.of(), null).with("problemdetails",
				new Group(Map.of(), null).with("enabled", value(boolean.class)));
		return Setting.of(ManagedServicesProperties.class).with("items", items).with("web", web);
	}

	// Some of them Boot reads for every endpoint.
	static Group ofEndpoint() {
		Setting roles = new Setting.Value(ResolvableType.forClassWithGenerics(Set.class, String.class), true);
		return new Group(Map.of(), null).with("access", value("Access"))
			.with("enabled", value(boolean.class))
			.with("show-values", value("Show"))
			.with("cache", new Group(Map.of(), null).with("time-to-live", value(Duration.class)))
			.with("roles", roles);
	}

	static Group ofHealth() {
		return new Group(Map.of(), null).with("enabled", value(boolean.class));
	}

	// Without Actuator nobody reads it.
	private static Setting value(String endpointType) {
		String name = "org.springframework.boot.actuate.endpoint." + endpointType;
		ClassLoader loader = KnownSettings.class.getClassLoader();
		return value(ClassUtils.isPresent(name, loader) ? ClassUtils.resolveClassName(name, loader) : Object.class);
	}

	private static Setting value(Class<?> type) {
		return new Setting.Value(ResolvableType.forClass(type), true);
	}

}
