// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.managedservices.internal.drawing.CriticalPath;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * Writes what took how long in a start. Stateless.
 */
final class StartSteps {

	/** How many services are named. */
	private static final int MAX_STEPS = 10;

	private static final String GAP = "…";

	private StartSteps() {
	}

	/**
	 * Writes a path, of a long one only the services that took longest.
	 * @param path the path
	 * @return {@code database 3.01 s → pollBook 200 ms}
	 */
	static String describe(List<ServiceSnapshot> path) {
		Set<String> named = new HashSet<>();
		slowest(path, MAX_STEPS).forEach((step) -> named.add(step.name()));
		List<String> parts = new ArrayList<>();
		for (ServiceSnapshot step : path) {
			if (named.contains(step.name())) {
				parts.add(describe(step));
			}
			else if (parts.isEmpty() || !parts.get(parts.size() - 1).equals(GAP)) {
				parts.add(GAP);
			}
		}
		return String.join(" → ", parts);
	}

	static String describe(ServiceSnapshot service) {
		return service.name() + " " + HumanDuration.of(CriticalPath.duration(service));
	}

	static List<ServiceSnapshot> slowest(Collection<ServiceSnapshot> services, int limit) {
		return services.stream()
			.filter((service) -> service.timings().start() != null)
			.sorted(Comparator.comparing(CriticalPath::duration).reversed())
			.limit(limit)
			.toList();
	}

}
