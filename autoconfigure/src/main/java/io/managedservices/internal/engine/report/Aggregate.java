// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.List;

import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.state.ServiceState;

/**
 * Which required services are not ready and which are not healthy, maintained change by
 * change, so that asking costs the same over ten services and over ten thousand. Confined
 * to the coordinator, except for what it publishes.
 */
public final class Aggregate implements Aspect.Evaluated, Aspect.Publish, Aspect.ComeAndGo {

	private final Coordinator coordinator;

	private final IndexSet notReady;

	private final IndexSet notHealthy;

	private boolean readyChanged = true;

	private boolean healthyChanged = true;

	private volatile Failing publishedNotReady = new Failing(0, List.of());

	private volatile Failing publishedNotHealthy = new Failing(0, List.of());

	/**
	 * Create an aggregate.
	 * @param coordinator the coordinator
	 */
	public Aggregate(Coordinator coordinator) {
		this.coordinator = coordinator;
		this.notReady = new IndexSet(coordinator.roster().size());
		this.notHealthy = new IndexSet(coordinator.roster().size());
	}

	@Override
	public void evaluated(ServiceNode node) {
		boolean required = node.isRequired();
		boolean counts = required && node.intended() && (node.state() != ServiceState.STANDBY || node.missed());
		this.readyChanged |= this.notReady.set(node.index(), counts && !node.vitals().ready());
		this.healthyChanged |= this.notHealthy.set(node.index(), required && !node.vitals().healthy());
	}

	@Override
	public void added(ServiceNode node) {
		this.notReady.grow(node.index() + 1);
		this.notHealthy.grow(node.index() + 1);
	}

	@Override
	public void removed(ServiceNode node) {
		this.readyChanged |= this.notReady.set(node.index(), false);
		this.healthyChanged |= this.notHealthy.set(node.index(), false);
	}

	@Override
	public void renumbered(int[] numbers) {
		this.notReady.renumber(numbers);
		this.notHealthy.renumber(numbers);
	}

	@Override
	public void publish() {
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
		return new Failing(set.size(), set.first(HealthSummary.MAX_FAILURES, this.coordinator::node));
	}

	public Failing notReady() {
		return this.publishedNotReady;
	}

	public Failing notHealthy() {
		return this.publishedNotHealthy;
	}

	/**
	 * How many services fail, and the first of them.
	 *
	 * @param count how many
	 * @param first the first of them
	 */
	public record Failing(int count, List<ServiceNode> first) {

	}

}
