// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceKind;

/**
 * The services of child contexts that depend on those of their parent. Stateless.
 *
 * @since 0.1.0
 */
public final class ChildDependents {

	private ChildDependents() {
	}

	/**
	 * Refuses that services are unregistered on which services of children depend.
	 * @param children the services of the children, by their ids
	 * @param names the names of the services
	 * @throws OperationRefusedException if there is one
	 */
	public static void refuse(Map<String, ServiceMonitor> children, String... names) {
		for (String name : names) {
			List<String> found = new ArrayList<>();
			collect("", children, name, found);
			if (!found.isEmpty()) {
				throw new OperationRefusedException(name,
						"Service '%s' cannot be unregistered: expected that nothing depends on it, found %s of child contexts. Unregister them there, or let them wait until it is registered again: unregister(Dependents.INCLUDE, \"%s\")."
							.formatted(name,
									found.stream()
										.limit(20)
										.map((each) -> "'" + each + "'")
										.collect(Collectors.joining(", ")),
									name));
			}
		}
	}

	private static void collect(String prefix, Map<String, ServiceMonitor> children, String name, List<String> found) {
		children.forEach((id, child) -> {
			List<ServiceSnapshot> services = child.snapshots();
			List<ServiceSnapshot> same = services.stream().filter((each) -> each.name().equals(name)).toList();
			if (same.stream().anyMatch((each) -> each.service().kind() == ServiceKind.PARENT_SERVICE)) {
				services.stream()
					.filter((each) -> each.service()
						.dependencies()
						.stream()
						.anyMatch((dependency) -> dependency.name().equals(name)))
					.forEach((each) -> found.add(prefix + id + "/" + each.name()));
			}
			// A service of the same name hides that of the parent from those below it.
			if (same.isEmpty()) {
				collect(prefix + id + "/", child.children(), name, found);
			}
		});
	}

}
