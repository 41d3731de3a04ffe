// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;

/**
 * What services have to do with each other, in time linear in services and edges.
 * Stateless.
 */
final class ServiceRelations {

	private ServiceRelations() {
	}

	/**
	 * The edges seen from the other side.
	 * @param services the services
	 * @return the edges to its dependents for each service that has any
	 */
	static Map<String, List<ServiceDependency>> dependents(List<ServiceSnapshot> services) {
		Map<String, List<ServiceDependency>> dependents = new HashMap<>();
		for (ServiceSnapshot service : services) {
			for (ServiceDependency dependency : service.service().dependencies()) {
				dependents.computeIfAbsent(dependency.name(), (name) -> new ArrayList<>())
					.add(new ServiceDependency(service.name(), dependency.kind(), dependency.origin()));
			}
		}
		return dependents;
	}

	/**
	 * A service and all below it.
	 * @param name the name of the service
	 * @param services the services, dependencies before their dependents
	 * @return those that are the service or that it depends on, in the same order
	 */
	static List<ServiceSnapshot> below(String name, List<ServiceSnapshot> services) {
		Set<String> wanted = new HashSet<>(Set.of(name));
		ArrayDeque<ServiceSnapshot> below = new ArrayDeque<>();
		for (int index = services.size() - 1; index >= 0; index--) {
			ServiceSnapshot service = services.get(index);
			if (wanted.contains(service.name())) {
				service.service().dependencies().forEach((dependency) -> wanted.add(dependency.name()));
				below.addFirst(service);
			}
		}
		return List.copyOf(below);
	}

}
