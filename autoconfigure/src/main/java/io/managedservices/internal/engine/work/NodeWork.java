// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.work;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.engine.call.Stopping;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.WorkInside;
import io.managedservices.internal.engine.kernel.WorkInside.Remaining;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * The work of one service: what the engine and the work itself have to know of each
 * other. Confined to the coordinator, but for the definition and the snapshot.
 */
public final class NodeWork implements WorkInside, WorkOwner {

	private final ServiceNode node;

	private final Coordinator coordinator;

	private final OwnedWork owned;

	private final Function<ServiceNode, WorkOwner> owners;

	private final Failures failures;

	private final Reporting reporting;

	private final Stopping stopping;

	private boolean left;

	private final Leases leases;

	NodeWork(ServiceNode node, Coordinator coordinator, WorkDriver driver, Function<ServiceNode, WorkOwner> owners,
			Leases leases, Failures failures, Reporting reporting, Stopping stopping) {
		this.node = node;
		this.coordinator = coordinator;
		this.owners = owners;
		this.leases = leases;
		this.failures = failures;
		this.reporting = reporting;
		this.stopping = stopping;
		this.owned = driver.own(this);
	}

	/**
	 * The work, as what drives it has made it.
	 * @return its work
	 */
	public OwnedWork owned() {
		return this.owned;
	}

	@Override
	public String limit() {
		boolean isOfLease = this.node.restBy() != TimerQueue.NEVER || this.node.stopReason() == StopReason.LEASE_LOST;
		return isOfLease ? "managed-services.lease.duration" : "managed-services.shutdown.timeout";
	}

	@Override
	public void end() {
		this.owned.end();
		this.left = !this.owned.isOver();
	}

	@Override
	public void interrupt() {
		if (this.left) {
			this.owned.interrupt();
		}
	}

	@Override
	public boolean isOver() {
		return this.owned.isOver();
	}

	@Override
	public boolean isLeft() {
		return this.left;
	}

	@Override
	public List<Remaining> remaining() {
		return this.owned.remaining();
	}

	@Override
	public @Nullable String activity() {
		return this.owned.activity();
	}

	@Override
	public void releaseExiting() {
		this.owned.releaseExiting();
	}

	@Override
	public ServiceDefinition definition() {
		return this.node.definition();
	}

	@Override
	public Leases leases() {
		return this.leases;
	}

	@Override
	public ServiceSnapshot snapshot() {
		return this.node.snapshot();
	}

	@Override
	public int index() {
		return this.node.index();
	}

	@Override
	public boolean isRunning() {
		return this.node.state() == ServiceState.RUNNING;
	}

	@Override
	public boolean mayBegin(ServiceContext context) {
		return ((Incarnation) context).mayBegin();
	}

	@Override
	public WorkOwner named(String name) {
		return this.owners.apply(this.coordinator.existing(name));
	}

	@Override
	public void fail(ServiceContext incarnation, Throwable cause) {
		if (this.node.incarnation() == incarnation) {
			this.failures.failed(this.node, (Incarnation) incarnation, cause);
		}
	}

	@Override
	public void workEnded() {
		this.left = false;
		this.stopping.workEnded(this.node);
	}

	@Override
	public void warn(Condition warning) {
		this.reporting.warn(this.node, warning);
	}

	@Override
	public void resolveWarning(String id) {
		this.reporting.resolveWarning(this.node, id);
	}

	@Override
	public boolean tell(LifecycleEvent event) {
		return this.coordinator.turn().tell(event);
	}

}
