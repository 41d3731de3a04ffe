// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * The chain of services that determined how long the start took: from the required
 * service that ran last back through the dependency that ran last, as
 * {@code systemd-analyze critical-chain} does. Stateless.
 */
final class CriticalPath {

	/** How many services are named. */
	private static final int MAX_STEPS = 10;

	private static final String GAP = "…";

	private CriticalPath() {
	}

	/**
	 * Finds the path.
	 * @param services all services by name
	 * @return the services on it, dependencies first; empty if no required service runs
	 */
	static List<ServiceSnapshot> of(Map<String, ServiceSnapshot> services) {
		List<ServiceSnapshot> path = new ArrayList<>();
		ServiceSnapshot step = last(
				services.values().stream().filter((service) -> service.service().required()).toList());
		while (step != null) {
			path.add(step);
			List<ServiceSnapshot> dependencies = new ArrayList<>();
			for (ServiceDependency dependency : step.service().dependencies()) {
				ServiceSnapshot service = services.get(dependency.name());
				if (service != null) {
					dependencies.add(service);
				}
			}
			step = last(dependencies);
		}
		Collections.reverse(path);
		return path;
	}

	// Of several that ran at the same instant it is the one that the others led to.
	private static @Nullable ServiceSnapshot last(Collection<ServiceSnapshot> services) {
		List<ServiceSnapshot> latest = new ArrayList<>();
		for (ServiceSnapshot service : services) {
			if (service.state() == ServiceState.RUNNING) {
				int order = latest.isEmpty() ? 0 : service.since().compareTo(latest.get(0).since());
				if (order > 0) {
					latest.clear();
				}
				if (order >= 0) {
					latest.add(service);
				}
			}
		}
		return (latest.size() > 1) ? end(latest) : latest.stream().findFirst().orElse(null);
	}

	private static @Nullable ServiceSnapshot end(List<ServiceSnapshot> latest) {
		Set<String> names = new HashSet<>();
		latest.forEach((service) -> names.add(service.name()));
		Set<String> needed = new HashSet<>();
		Set<String> last = new HashSet<>();
		for (ServiceSnapshot service : latest) {
			for (ServiceDependency dependency : service.service().dependencies()) {
				if (names.contains(dependency.name())) {
					needed.add(dependency.name());
					last.add(service.name());
				}
			}
		}
		return latest.stream()
			.filter((service) -> !needed.contains(service.name()))
			.max(Comparator.comparing((ServiceSnapshot service) -> last.contains(service.name()))
				.thenComparing(CriticalPath::duration))
			.orElse(null);
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
		return service.name() + " " + HumanDuration.of(duration(service));
	}

	static List<ServiceSnapshot> slowest(Collection<ServiceSnapshot> services, int limit) {
		return services.stream()
			.filter((service) -> service.timings().start() != null)
			.sorted(Comparator.comparing(CriticalPath::duration).reversed())
			.limit(limit)
			.toList();
	}

	private static Duration duration(ServiceSnapshot service) {
		Duration duration = service.timings().start();
		return (duration != null) ? duration : Duration.ZERO;
	}

}
