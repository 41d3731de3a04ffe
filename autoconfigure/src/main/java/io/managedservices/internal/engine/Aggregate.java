// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.List;

import io.managedservices.monitor.HealthSummary;

/**
 * Which required services are not ready and which are not healthy, maintained change by
 * change, so that asking costs the same over ten services and over ten thousand. Confined
 * to the coordinator, except for what it publishes.
 */
final class Aggregate {

	private final ServiceNode[] nodes;

	private final IndexSet notReady;

	private final IndexSet notHealthy;

	private boolean readyChanged = true;

	private boolean healthyChanged = true;

	private volatile Failing publishedNotReady = new Failing(0, List.of());

	private volatile Failing publishedNotHealthy = new Failing(0, List.of());

	Aggregate(ServiceNode[] nodes) {
		this.nodes = nodes;
		this.notReady = new IndexSet(nodes.length);
		this.notHealthy = new IndexSet(nodes.length);
	}

	void update(ServiceNode node) {
		if (node.isRequired()) {
			this.readyChanged |= this.notReady.set(node.index, node.intended && !node.vitals.ready());
			this.healthyChanged |= this.notHealthy.set(node.index, !node.vitals.healthy());
		}
	}

	void publish() {
		if (this.readyChanged) {
			this.readyChanged = false;
			this.publishedNotReady = failing(this.notReady);
		}
		if (this.healthyChanged) {
			this.healthyChanged = false;
			this.publishedNotHealthy = failing(this.notHealthy);
		}
	}

	private Failing failing(IndexSet set) {
		return new Failing(set.size(), set.first(HealthSummary.MAX_FAILURES, (index) -> this.nodes[index]));
	}

	Failing notReady() {
		return this.publishedNotReady;
	}

	Failing notHealthy() {
		return this.publishedNotHealthy;
	}

	/**
	 * How many services fail, and the first of them.
	 *
	 * @param count how many
	 * @param first the first of them
	 */
	record Failing(int count, List<ServiceNode> first) {

	}

}
