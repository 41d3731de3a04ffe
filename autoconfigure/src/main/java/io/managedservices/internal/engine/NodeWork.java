// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.engine.OwnedWork.Remaining;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceWork;

/**
 * The work of one service: what the engine and the work itself have to know of each
 * other. Confined to the coordinator, but for what is published of the incarnation that
 * is at work.
 */
final class NodeWork implements WorkOwner {

	private final Coordinator coordinator;

	private final ServiceNode node;

	private final OwnedWork owned;

	/** Whether work that was told to end is still inside user code. */
	private boolean left;

	/** Whether the stop of the service is called once no work is left. */
	boolean isStopWaiting;

	private volatile @Nullable Current current;

	NodeWork(Coordinator coordinator, ServiceNode node, WorkDriver driver) {
		this.coordinator = coordinator;
		this.node = node;
		this.owned = driver.own(this);
	}

	/**
	 * The work of an incarnation.
	 * @param incarnation the incarnation
	 * @return its work and its events
	 */
	Current begin(Incarnation incarnation) {
		Current known = this.current;
		if (known != null && known.incarnation() == incarnation) {
			return known;
		}
		Current begun = new Current(incarnation, this.owned.work(incarnation), this.owned.events(incarnation));
		if (this.node.incarnation == incarnation) {
			this.current = begun;
		}
		return begun;
	}

	/**
	 * What is published of an incarnation.
	 * @param incarnation the incarnation
	 * @return its work and its events, or {@code null} if it has not asked for them
	 */
	@Nullable Current current(Incarnation incarnation) {
		Current known = this.current;
		return (known != null && known.incarnation() == incarnation) ? known : null;
	}

	void moved() {
		if (this.node.state == ServiceState.RUNNING) {
			this.owned.running(Objects.requireNonNull(this.node.incarnation));
		}
	}

	void end() {
		this.owned.end();
		this.left = !this.owned.isOver();
	}

	/**
	 * Calls the stop of the service if that waits for work to end: nobody waits any
	 * longer.
	 */
	void callWaitingStop() {
		if (this.isStopWaiting) {
			this.coordinator.driver().callWaitingStop(this.node);
		}
	}

	/**
	 * Work that was allowed to come to its end has had time for that.
	 */
	void interrupt() {
		if (this.left) {
			this.owned.interrupt();
		}
	}

	/**
	 * Whether nothing of it is inside user code.
	 * @return whether nothing is
	 */
	boolean isOver() {
		return this.owned.isOver();
	}

	/**
	 * Whether work that was told to end is still inside user code.
	 * @return whether there is any
	 */
	boolean isLeft() {
		return this.left;
	}

	List<Remaining> remaining() {
		return this.owned.remaining();
	}

	OwnedWork owned() {
		return this.owned;
	}

	@Override
	public ServiceDefinition definition() {
		return this.node.definition;
	}

	@Override
	public ServiceSnapshot snapshot() {
		return this.node.snapshot;
	}

	@Override
	public int index() {
		return this.node.index;
	}

	@Override
	public boolean isRunning() {
		return this.node.state == ServiceState.RUNNING;
	}

	@Override
	public WorkOwner named(String name) {
		return this.coordinator.works().of(this.coordinator.existing(name));
	}

	@Override
	public void fail(ServiceContext incarnation, Throwable cause) {
		if (this.node.incarnation == incarnation) {
			this.coordinator.failures().failed(this.node, (Incarnation) incarnation, cause);
		}
	}

	@Override
	public void workEnded() {
		this.left = false;
		this.coordinator.driver().workEnded(this.node, this);
	}

	@Override
	public void warn(Condition warning) {
		this.coordinator.reporting().warn(this.node, warning);
	}

	@Override
	public void resolveWarning(String id) {
		this.coordinator.reporting().resolveWarning(this.node, id);
	}

	@Override
	public boolean tell(LifecycleEvent event) {
		return this.coordinator.tell(event);
	}

	/**
	 * The work of an incarnation.
	 *
	 * @param incarnation the incarnation
	 * @param work its work
	 * @param events its events
	 */
	record Current(Incarnation incarnation, ServiceWork work, ServiceEvents events) {

	}

}
