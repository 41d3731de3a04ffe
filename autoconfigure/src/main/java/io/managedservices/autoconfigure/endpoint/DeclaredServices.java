// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.DeclaredService;
import io.managedservices.actuate.endpoint.DeclaredService.Setting;
import io.managedservices.internal.configure.ParentSource;
import io.managedservices.internal.configure.SettingOrigins;
import io.managedservices.internal.configure.SettingsOverlay;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;

/**
 * Knows how services were declared, as the endpoint shows it. Immutable.
 */
final class DeclaredServices implements Function<String, @Nullable DeclaredService> {

	private static final Map<String, Object> OURS = SettingsOverlay.of(ServiceSettings.DEFAULTS).values();

	private final ManagedServices services;

	private final Environment environment;

	DeclaredServices(ManagedServices services, Environment environment) {
		this.services = services;
		this.environment = environment;
	}

	@Override
	public @Nullable DeclaredService apply(String name) {
		// Somebody else's façade knows no graph.
		if (!(this.services instanceof ParentSource source)) {
			return null;
		}
		ServiceGraph graph = source.graph();
		int index = graph.indexOf(name);
		return (index >= 0) ? declared(graph.definition(index)) : null;
	}

	private DeclaredService declared(ServiceDefinition service) {
		List<Setting> settings = new ArrayList<>();
		new TreeMap<>(SettingsOverlay.of(service.settings()).values())
			.forEach((key, value) -> settings.add(setting(service, key, value)));
		Class<?> provides = service.provides();
		return new DeclaredService(service.source(), (provides != null) ? provides.getName() : null, settings);
	}

	private Setting setting(ServiceDefinition service, String key, Object value) {
		return switch (service.origin().of(key)) {
			case CONFIGURATION -> Setting.of(key, value, "configuration",
					SettingOrigins.describeSetting(this.environment, service.name(), key));
			case CODE -> Setting.of(key, value, "code", service.source());
			case GATE -> Setting.of(key, value, "gate", service.source());
			case DEFAULTS -> Setting.of(key, value, "default",
					value.equals(OURS.get(key)) ? null : "managed-services.defaults." + key);
		};
	}

}
