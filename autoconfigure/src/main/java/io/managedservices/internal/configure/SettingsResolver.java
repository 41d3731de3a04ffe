// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.ServiceSettingsCheck;
import io.managedservices.internal.graph.SettingOrigin;
import io.managedservices.internal.text.SettingKey;

/**
 * Puts the settings of a service together, attribute by attribute: the configuration of
 * the service, over its annotation, over the defaults. Equal settings become one
 * instance. Used by one thread.
 */
public final class SettingsResolver {

	private final ServiceSettings defaults;

	private final List<GraphProblem> problems;

	private final Map<ServiceSettings, ServiceSettings> known = new HashMap<>();

	/** Over the defaults. */
	private final Map<SettingsOverlay, ServiceSettings> laid = new HashMap<>();

	/**
	 * Create a resolver.
	 * @param defaults for whatever a service does not set
	 * @param shared the settings of services that set nothing: the defaults if they are
	 * valid
	 * @param problems where what is wrong is added
	 */
	public SettingsResolver(ServiceSettings defaults, ServiceSettings shared, List<GraphProblem> problems) {
		this.defaults = defaults;
		this.problems = problems;
		this.known.put(defaults, shared);
	}

	/**
	 * Puts the settings of a service together.
	 * @param declaration the service
	 * @param configured what is configured of it
	 * @return its settings
	 */
	public Resolved resolve(Declaration declaration, SettingsOverlay configured) {
		GateSettings gate = declaration.gate();
		ServiceSettings base = (gate != null) ? gate.over(this.defaults) : this.defaults;
		SettingsOverlay annotated = AnnotatedSettings.of(declaration, this.problems);
		SettingOrigin origin = origin(gate, configured, annotated);
		SettingsOverlay own = configured.over(annotated);
		ServiceSettings settings = (gate != null) ? own.over(base)
				: this.laid.computeIfAbsent(own, (overlay) -> overlay.over(base));
		ServiceSettings same = this.known.get(settings);
		if (same != null) {
			return new Resolved(same, origin);
		}
		List<GraphProblem> found = ServiceSettingsCheck.of(declaration.name(), settings,
				(setting) -> place(declaration, configured, annotated, setting));
		if (found.isEmpty()) {
			this.known.put(settings, settings);
			return new Resolved(settings, origin);
		}
		this.problems.addAll(found);
		return new Resolved(ServiceSettings.DEFAULTS, SettingOrigin.DEFAULTS);
	}

	private static SettingOrigin origin(@Nullable GateSettings gate, SettingsOverlay configured,
			SettingsOverlay annotated) {
		if (gate == null && configured.values().isEmpty() && annotated.values().isEmpty()) {
			return SettingOrigin.DEFAULTS;
		}
		return (key) -> {
			if (configured.sets(key)) {
				return SettingOrigin.Place.CONFIGURATION;
			}
			return annotated.sets(key) ? SettingOrigin.Place.CODE
					: (gate != null) ? SettingOrigin.Place.GATE : SettingOrigin.Place.DEFAULTS;
		};
	}

	private static String place(Declaration declaration, SettingsOverlay configured, SettingsOverlay annotated,
			String setting) {
		String key = SettingKey.ofService(declaration.name(), setting);
		if (configured.sets(setting)) {
			return key;
		}
		return annotated.sets(setting)
				? "%s (%s), or set %s".formatted(AnnotatedSettings.describe(setting), declaration.source(), key)
				: key + " or managed-services.defaults." + setting;
	}

	/**
	 * The settings of a service. Immutable.
	 *
	 * @param settings the settings
	 * @param origin where they come from
	 */
	public record Resolved(ServiceSettings settings, SettingOrigin origin) {

	}

}
