package io.managedservices.engine;

import java.util.ArrayDeque;
import java.util.Deque;

import io.managedservices.StopReason;
import io.managedservices.graph.EdgeList;

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

	Intentions(Coordinator coordinator, Turn turn, Counters counters) {
		this.coordinator = coordinator;
		this.turn = turn;
		this.counters = counters;
	}

	/**
	 * What is wanted of a service may have changed.
	 * @param first the service
	 */
	void changed(ServiceNode first) {
		for (ServiceNode node = first; node != null; node = this.changed.poll()) {
			boolean intended = node.isIntended();
			if (intended != node.intended) {
				node.intended = intended;
				this.coordinator.run().intentionChanged(node);
				tellDependencies(node);
			}
			this.turn.lookAt(node);
		}
	}

	private void tellDependencies(ServiceNode node) {
		EdgeList dependencies = this.coordinator.graph().dependencies();
		int count = dependencies.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			ServiceNode dependency = this.coordinator.node(dependencies.target(node.index, edge));
			this.counters.demand[dependency.index] += (node.intended ? 1 : -1);
			if (dependency.isOnDemand()) {
				if (!dependency.held) {
					dependency.unwantedReason = StopReason.NOT_NEEDED;
				}
				this.changed.add(dependency);
			}
		}
	}

}
