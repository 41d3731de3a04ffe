// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.state.StopReason;

/**
 * Which services are to run: those that are enabled, and those on demand that an enabled
 * one needs. A change costs the edges of the services for which it changes anything.
 * Confined to the coordinator.
 */
public final class Intentions {

	private final Coordinator coordinator;

	private final RunControl run;

	private final Deque<ServiceNode> changed = new ArrayDeque<>();

	/** Those for which it has changed, after all, whether they are to run. */
	private final Set<ServiceNode> flipped = new LinkedHashSet<>();

	Intentions(Coordinator coordinator, RunControl run) {
		this.coordinator = coordinator;
		this.run = run;
	}

	/**
	 * What is wanted of a service may have changed.
	 * @param node the service
	 */
	public void changed(ServiceNode node) {
		changed(List.of(node));
	}

	/**
	 * What is wanted of services may have changed, in one step: a service that one of
	 * them no longer needs, and another one does, is not touched.
	 * @param nodes the services
	 */
	public void changed(Collection<ServiceNode> nodes) {
		this.changed.addAll(nodes);
		for (ServiceNode node = this.changed.poll(); node != null; node = this.changed.poll()) {
			boolean intended = node.isIntended();
			if (intended != node.intended()) {
				node.intended(intended);
				if (!this.flipped.remove(node)) {
					this.flipped.add(node);
				}
				this.coordinator.propagation().intentionChanged(node, this::demandChanged);
			}
			if (node.isLasting() != node.lasting()) {
				node.lasting(node.isLasting());
				this.coordinator.propagation().lastingChanged(node, this.changed::add);
			}
			this.coordinator.turn().lookAt(node);
		}
		this.flipped.forEach(this.run::intentionChanged);
		this.flipped.addAll(nodes);
		this.coordinator.propagation().refreshAhead(this.flipped);
		this.flipped.clear();
	}

	private void demandChanged(ServiceNode dependency) {
		if (!dependency.held() && this.run.isUp()) {
			dependency.unwantedReason(StopReason.NOT_NEEDED);
		}
		this.changed.add(dependency);
	}

}
