// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.ClassUtils;

import io.managedservices.autoconfigure.metrics.MetricsProperties;
import io.managedservices.autoconfigure.observation.LogProperties;
import io.managedservices.autoconfigure.observation.ObservationProperties;
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

	private static final String UI = "management.endpoint.managedservicesui";

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
		if (!isAnySet(environment) && !SettingsCheck.isAnySet(environment, ENDPOINT)
				&& !SettingsCheck.isAnySet(environment, UI) && !SettingsCheck.isAnySet(environment, HEALTH)) {
			return;
		}
		Map<String, Supplier<Group>> known = new LinkedHashMap<>();
		known.put(ROOT, KnownSettings::ofManagedServices);
		known.put(ENDPOINT, KnownSettings::ofEndpoint);
		known.put(UI, KnownSettings::ofAnyEndpoint);
		known.put(HEALTH, KnownSettings::ofHealth);
		SettingsCheck.check(environment, known);
	}

	static Group ofManagedServices() {
		Group items = Setting.of(ManagedServicesItemsProperties.class)
			.withNamed(Setting.of(ManagedServicesItemsProperties.Service.class));
		Group web = new Group(Map.of(), null).with("problemdetails",
				new Group(Map.of(), null).with("enabled", value(boolean.class)));
		return Setting.of(ManagedServicesProperties.class)
			.with("items", items)
			.with("web", web)
			.with("observations", Setting.of(ObservationProperties.class))
			.with("logging", Setting.of(LogProperties.class))
			.with("metrics", Setting.of(MetricsProperties.class));
	}

	static Group ofEndpoint() {
		Setting roles = new Setting.Value(ResolvableType.forClassWithGenerics(Set.class, String.class), true);
		return ofAnyEndpoint().with("show-values", value("Show")).with("roles", roles);
	}

	// Boot reads these for every endpoint.
	static Group ofAnyEndpoint() {
		return new Group(Map.of(), null).with("access", value("Access"))
			.with("enabled", value(boolean.class))
			.with("cache", new Group(Map.of(), null).with("time-to-live", value(Duration.class)));
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
