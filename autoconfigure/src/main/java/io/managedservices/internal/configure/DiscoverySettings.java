// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.List;
import java.util.Map;

import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceSettings;

/**
 * What is configured about services before they are known. Immutable.
 *
 * @param defaults for whatever neither the configuration of a service nor its annotation
 * sets
 * @param services by the name of the service
 * @param gates by the name of the service that each of them is
 * @param listeners names of services that message listeners depend on, by the name of the
 * listener
 * @param problems what is known to be wrong with the configuration
 * @since 0.1.0
 */
public record DiscoverySettings(ServiceSettings defaults, Map<String, SettingsOverlay> services,
		Map<String, GateSettings> gates, Map<String, List<String>> listeners, List<GraphProblem> problems) {

	/**
	 * Nothing is configured.
	 */
	public static final DiscoverySettings DEFAULTS = new DiscoverySettings(ServiceSettings.DEFAULTS, Map.of(),
			List.of());

	/**
	 * Create settings without gates and listeners.
	 * @param defaults for whatever a service does not set
	 * @param services by the name of the service
	 * @param problems what is known to be wrong with the configuration
	 */
	public DiscoverySettings(ServiceSettings defaults, Map<String, SettingsOverlay> services,
			List<GraphProblem> problems) {
		this(defaults, services, Map.of(), Map.of(), problems);
	}

}
