// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * The chain of services that determined how long the start took: from the required
 * service that ran last back through the dependency that ran last, as
 * {@code systemd-analyze critical-chain} does. Stateless.
 *
 * @since 0.1.0
 */
public final class CriticalPath {

	private CriticalPath() {
	}

	/**
	 * Finds the path.
	 * @param services all services by name
	 * @return the services on it, dependencies first; empty if no required service runs
	 */
	public static List<ServiceSnapshot> of(Map<String, ServiceSnapshot> services) {
		List<ServiceSnapshot> path = new ArrayList<>();
		ServiceSnapshot step = last(
				services.values().stream().filter((service) -> service.service().required()).toList());
		while (step != null) {
			path.add(step);
			step = before(step, services::get);
		}
		Collections.reverse(path);
		return path;
	}

	/**
	 * Finds the dependency of a service that ran last.
	 * @param step the service
	 * @param services all services by name
	 * @return the dependency, or {@code null} if none runs
	 */
	public static @Nullable ServiceSnapshot before(ServiceSnapshot step,
			Function<String, @Nullable ServiceSnapshot> services) {
		List<ServiceSnapshot> dependencies = new ArrayList<>();
		for (ServiceDependency dependency : step.service().dependencies()) {
			ServiceSnapshot service = services.apply(dependency.name());
			if (service != null) {
				dependencies.add(service);
			}
		}
		return last(dependencies);
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
	 * How long the last start of a service took.
	 * @param service the service
	 * @return how long, 0 if it never ran
	 */
	public static Duration duration(ServiceSnapshot service) {
		Duration duration = service.timings().start();
		return (duration != null) ? duration : Duration.ZERO;
	}

}
