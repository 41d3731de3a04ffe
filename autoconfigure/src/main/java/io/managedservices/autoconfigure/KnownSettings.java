package io.managedservices.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;

import io.managedservices.autoconfigure.settings.Setting;
import io.managedservices.autoconfigure.settings.Setting.Group;
import io.managedservices.autoconfigure.settings.SettingsCheck;

/**
 * The settings that exist: those of managed services, and what others have of them.
 * Stateless.
 */
final class KnownSettings {

	private KnownSettings() {
	}

	/**
	 * Checks all that is set.
	 * @param environment whose settings are checked
	 */
	static void check(ConfigurableEnvironment environment) {
		Map<String, Supplier<Group>> known = new LinkedHashMap<>();
		known.put("managed-services", KnownSettings::ofManagedServices);
		known.put("management.endpoint.managedservices", KnownSettings::ofEndpoint);
		known.put("management.health.managedservices", KnownSettings::ofHealth);
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
	private static Group ofEndpoint() {
		Setting roles = new Setting.Value(ResolvableType.forClassWithGenerics(Set.class, String.class), true);
		return group("access", "enabled", "show-values").with("cache", group("time-to-live")).with("roles", roles);
	}

	private static Group ofHealth() {
		return group("enabled");
	}

	// What is not ours is read by others.
	private static Group group(String... names) {
		Group group = new Group(Map.of(), null);
		for (String name : List.of(names)) {
			group = group.with(name, value(Object.class));
		}
		return group;
	}

	private static Setting value(Class<?> type) {
		return new Setting.Value(ResolvableType.forClass(type), true);
	}

}
