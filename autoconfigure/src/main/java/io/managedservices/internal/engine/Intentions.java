// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.managedservices.internal.graph.EdgeList;
import io.managedservices.state.StopReason;

/**
 * Which services are to run: those that are enabled, and those on demand that an enabled
 * one needs. A change costs the edges of the services for which it changes anything.
 * Confined to the coordinator.
 */
final class Intentions {

	private final Coordinator coordinator;

	private final Turn turn;

	private final Counters counters;

	private final Deque<ServiceNode> changed = new ArrayDeque<>();

	/** Those for which it has changed, after all, whether they are to run. */
	private final Set<ServiceNode> flipped = new LinkedHashSet<>();

	Intentions(Coordinator coordinator, Turn turn, Counters counters) {
		this.coordinator = coordinator;
		this.turn = turn;
		this.counters = counters;
	}

	/**
	 * What is wanted of a service may have changed.
	 * @param node the service
	 */
	void changed(ServiceNode node) {
		changed(List.of(node));
	}

	/**
	 * What is wanted of services may have changed, in one step: a service that one of
	 * them no longer needs, and another one does, is not touched.
	 * @param nodes the services
	 */
	void changed(Collection<ServiceNode> nodes) {
		this.changed.addAll(nodes);
		for (ServiceNode node = this.changed.poll(); node != null; node = this.changed.poll()) {
			boolean intended = node.isIntended();
			if (intended != node.intended) {
				node.intended = intended;
				if (!this.flipped.remove(node)) {
					this.flipped.add(node);
				}
				tellDependencies(node);
			}
			this.turn.lookAt(node);
		}
		this.flipped.forEach(this.coordinator.run()::intentionChanged);
		this.flipped.addAll(nodes);
		this.coordinator.propagation().refreshAhead(this.flipped);
		this.flipped.clear();
	}

	private void tellDependencies(ServiceNode node) {
		EdgeList dependencies = this.coordinator.graph().dependencies();
		int count = dependencies.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			ServiceNode dependency = this.coordinator.node(dependencies.target(node.index, edge));
			this.counters.demand[dependency.index] += (node.intended ? 1 : -1);
			if (dependency.isOnDemand()) {
				if (!dependency.held && this.coordinator.run().isUp()) {
					dependency.unwantedReason = StopReason.NOT_NEEDED;
				}
				this.changed.add(dependency);
			}
		}
	}

}
