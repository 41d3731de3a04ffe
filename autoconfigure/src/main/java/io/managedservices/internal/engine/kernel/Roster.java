// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.ServiceGraph;

/**
 * All services of one moment, and their graph. Immutable: services that come or go make
 * another one. What is found here holds for this roster, while the numbers of the nodes
 * are those of the present one, and confined to the coordinator.
 *
 * @param graph the services as they were declared
 * @param nodes the services, each after those that it depends on
 */
public record Roster(ServiceGraph graph, List<ServiceNode> nodes) {

	/**
	 * Copies the nodes.
	 */
	public Roster {
		nodes = List.copyOf(nodes);
	}

	/**
	 * How many services there are.
	 * @return their number
	 */
	public int size() {
		return this.nodes.size();
	}

	public ServiceNode node(int index) {
		return this.nodes.get(index);
	}

	/**
	 * Finds a service.
	 * @param name its name
	 * @return the service, or {@code null} if there is none of that name
	 */
	public @Nullable ServiceNode find(String name) {
		int index = this.graph.indexOf(name);
		return (index >= 0) ? this.nodes.get(index) : null;
	}

	/**
	 * The place of a service.
	 * @param node the service
	 * @return its index in this roster, or -1 if it is not in it
	 */
	public int indexOf(ServiceNode node) {
		int index = this.graph.indexOf(node.name());
		return (index >= 0 && this.nodes.get(index) == node) ? index : -1;
	}

}
