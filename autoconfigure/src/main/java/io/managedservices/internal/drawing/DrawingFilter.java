// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * Which services are drawn. Stateless.
 */
public final class DrawingFilter {

	/** What a filter can be, for people. */
	public static final String EXPECTED = "problems, critical-path, needs:<name of a service>";

	private static final String NEEDS = "needs:";

	private DrawingFilter() {
	}

	/**
	 * The filter of a name.
	 * @param name the name
	 * @param criticalPath the names of the services that determined how long the last
	 * start of all took
	 * @return what is left of services, in the same order; {@code null} if there is no
	 * such filter
	 */
	public static @Nullable UnaryOperator<List<ServiceSnapshot>> of(String name, List<String> criticalPath) {
		if (name.equals("problems")) {
			return DrawingFilter::problems;
		}
		if (name.equals("critical-path")) {
			return (services) -> keep(Set.copyOf(criticalPath), services);
		}
		String target = target(name);
		return (target != null) ? (services) -> needing(target, services) : null;
	}

	/**
	 * The service that a filter is about.
	 * @param name the name of the filter
	 * @return the name of the service, or {@code null} if it is about all of them
	 */
	public static @Nullable String target(String name) {
		return (name.startsWith(NEEDS) && name.length() > NEEDS.length()) ? name.substring(NEEDS.length()) : null;
	}

	// What is wrong, what waits, and what that waits for.
	private static List<ServiceSnapshot> problems(List<ServiceSnapshot> services) {
		Map<String, ServiceSnapshot> byName = byName(services);
		Set<String> kept = new HashSet<>();
		for (ServiceSnapshot service : services) {
			ServiceState state = service.state();
			if (state == ServiceState.FAILED || state == ServiceState.BACKOFF || !service.healthy()) {
				kept.add(service.name());
			}
			else if (state == ServiceState.WAITING) {
				kept.add(service.name());
				for (ServiceDependency dependency : service.service().dependencies()) {
					ServiceSnapshot target = byName.get(dependency.name());
					if (target != null && target.state() != ServiceState.RUNNING) {
						kept.add(target.name());
					}
				}
			}
		}
		return keep(kept, services);
	}

	private static List<ServiceSnapshot> needing(String target, List<ServiceSnapshot> services) {
		Set<String> kept = new HashSet<>(Set.of(target));
		for (ServiceSnapshot service : services) {
			if (service.service().dependencies().stream().anyMatch((dependency) -> kept.contains(dependency.name()))) {
				kept.add(service.name());
			}
		}
		return keep(kept, services);
	}

	private static List<ServiceSnapshot> keep(Set<String> names, List<ServiceSnapshot> services) {
		List<ServiceSnapshot> kept = new ArrayList<>();
		services.stream().filter((service) -> names.contains(service.name())).forEach(kept::add);
		return kept;
	}

	private static Map<String, ServiceSnapshot> byName(List<ServiceSnapshot> services) {
		Map<String, ServiceSnapshot> byName = new LinkedHashMap<>();
		services.forEach((service) -> byName.put(service.name(), service));
		return byName;
	}

}
