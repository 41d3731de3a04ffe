// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.List;

import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.ParentServices;
import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.state.ServiceDependency;

/**
 * Stands for services of parents in the graph of a context. Stateless.
 */
final class ParentGates {

	private ParentGates() {
	}

	/**
	 * Makes a gate for each service of a parent that services depend on.
	 * @param names the names of all services
	 * @param parents the services of parents
	 * @param settings what is configured
	 * @param definitions the services
	 * @return the gates
	 */
	static List<ServiceDefinition> of(ServiceNames names, ParentServices parents, DiscoverySettings settings,
			List<ServiceDefinition> definitions) {
		for (ServiceDefinition definition : definitions) {
			for (ServiceDependency dependency : definition.descriptor().dependencies()) {
				if (names.isOfParent(dependency.name())) {
					parents.depend(dependency.name(), settings.defaults());
				}
			}
		}
		return parents.gates();
	}

}
