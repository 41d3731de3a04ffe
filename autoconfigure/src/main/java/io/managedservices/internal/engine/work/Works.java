// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.work;

import java.util.Collection;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.call.Stopping;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceTask;

/**
 * The work of all services: which of them has any. Confined to the coordinator, but for
 * what any thread may ask or call, where it says so.
 */
public final class Works implements Aspect.Moved, Aspect.Launch, Aspect.ClockJumped, Aspect.ComeAndGo {

	private final Coordinator coordinator;

	private final @Nullable WorkDriver driver;

	private final Failures failures;

	private final Reporting reporting;

	private final Stopping stopping;

	private final Leases leases;

	/**
	 * Create works, for the services that are declared to have any.
	 * @param coordinator the coordinator
	 * @param driver drives the work inside services, or {@code null} if none has any
	 * @param failures is told of services that work makes fail
	 * @param reporting is told what work warns of
	 * @param stopping is told when work has ended
	 * @param leases what tasks are due for by leases
	 */
	public Works(Coordinator coordinator, @Nullable WorkDriver driver, Failures failures, Reporting reporting,
			Stopping stopping, Leases leases) {
		this.coordinator = coordinator;
		this.driver = driver;
		this.failures = failures;
		this.reporting = reporting;
		this.stopping = stopping;
		this.leases = leases;
		if (driver != null) {
			driver.bind(coordinator);
		}
		coordinator.nodes().forEach(this::added);
	}

	@Override
	public void added(ServiceNode node) {
		if (!node.definition().hooks().isEmpty()) {
			of(node);
		}
	}

	@Override
	public void removed(ServiceNode node) {
		NodeWork known = (NodeWork) node.work();
		if (known != null) {
			known.owned().forget();
		}
	}

	/**
	 * The work of a service, from now on.
	 * @param node the service
	 * @return its work
	 */
	public NodeWork of(ServiceNode node) {
		NodeWork known = (NodeWork) node.work();
		if (known == null) {
			known = new NodeWork(node, this.coordinator, driver(), this::of, this.leases, this.failures, this.reporting,
					this.stopping);
			node.work(known);
			if (node.isRemoved()) {
				// An incarnation that is over asks for the first time.
				known.owned().forget();
			}
		}
		return known;
	}

	/**
	 * What drives the work. Any thread may ask.
	 * @return the driver
	 */
	public WorkDriver driver() {
		if (this.driver == null) {
			throw new IllegalStateException("This engine was made without a driver for work inside services");
		}
		return this.driver;
	}

	@Override
	public void moved(ServiceNode node, ServiceState from) {
		NodeWork known = (NodeWork) node.work();
		if (known != null && node.state() == ServiceState.RUNNING) {
			known.owned().running(Objects.requireNonNull(node.incarnation()));
		}
	}

	@Override
	public void launch() {
		if (this.driver != null) {
			this.driver.launch();
		}
	}

	@Override
	public void clockJumped() {
		if (this.driver != null) {
			this.driver.clockJumped();
		}
	}

	/**
	 * Takes work that the calling thread is inside of as having left. Any thread may
	 * call, but not inside the coordinator.
	 */
	public void releaseCaller() {
		if (this.driver != null) {
			this.driver.releaseCaller();
		}
	}

	/**
	 * Sets what is done when work was added. Any thread may call.
	 * @param action runs on the thread that has added it, often: does not wait
	 */
	public void onAdded(Runnable action) {
		if (this.driver != null) {
			this.driver.onAdded(action);
		}
	}

	/**
	 * Puts the work of services to sleep, or wakes it.
	 * @param nodes the services
	 * @param asleep which of them
	 */
	public void sleep(Collection<ServiceNode> nodes, boolean asleep) {
		// Where there is no driver there is no work.
		if (this.driver != null) {
			nodes.forEach((node) -> of(node).owned().sleep(asleep));
		}
	}

	/**
	 * What was counted of the work of a service. Any thread may ask.
	 * @param node the service
	 * @return the counts
	 */
	public static WorkCounts counts(ServiceNode node) {
		NodeWork known = (NodeWork) node.work();
		return (known != null) ? known.owned().counts() : WorkCounts.NONE;
	}

	/**
	 * A task of a service that runs. Not called inside the coordinator, which is asked.
	 * @param node the service
	 * @param name the name of the task
	 * @return the task
	 * @throws ServiceException if the service does not run
	 * @throws IllegalArgumentException if it has no such task
	 */
	public static ServiceTask task(ServiceNode node, String name) {
		NodeWork known = (NodeWork) node.work();
		ServiceTask task = (known != null) ? known.owned().task(name) : null;
		if (task != null) {
			return task;
		}
		if (node.snapshot().state() == ServiceState.RUNNING) {
			throw new IllegalArgumentException(
					"Service '%s' has no task '%s', nor any other".formatted(node.name(), name));
		}
		throw new ServiceException(node.name(),
				"Task '%s' of service '%s' cannot be queued: expected the service to be running, and it is %s"
					.formatted(name, node.name(), node.snapshot().state()),
				null);
	}

	/**
	 * What the work of a service looks like. Not called inside the coordinator, which is
	 * not asked if there is none: a reader asks for all services.
	 * @param node the service
	 * @return a snapshot
	 */
	public static WorkSnapshot snapshot(ServiceNode node) {
		NodeWork known = (NodeWork) node.work();
		return (known != null) ? known.owned().snapshot() : WorkSnapshot.NONE;
	}

}
