// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;

/**
 * The work of all services: which of them has any. Confined to the coordinator, but for
 * {@link #counts}, {@link #snapshot} and {@link #releaseCaller}.
 */
final class Works {

	private final Coordinator coordinator;

	private final @Nullable WorkDriver driver;

	Works(Coordinator coordinator, @Nullable WorkDriver driver) {
		this.coordinator = coordinator;
		this.driver = driver;
		if (driver != null) {
			driver.bind(coordinator);
		}
	}

	/**
	 * Takes over a service if it is declared to have work.
	 * @param node the service
	 */
	void initialize(ServiceNode node) {
		if (!node.definition.hooks().isEmpty()) {
			of(node);
		}
	}

	/**
	 * The work of a service, from now on.
	 * @param node the service
	 * @return its work
	 */
	NodeWork of(ServiceNode node) {
		NodeWork known = node.work;
		if (known == null) {
			known = new NodeWork(this.coordinator, node, driver());
			node.work = known;
		}
		return known;
	}

	WorkDriver driver() {
		if (this.driver == null) {
			throw new IllegalStateException("This engine was made without a driver for work inside services");
		}
		return this.driver;
	}

	/**
	 * Hands over what was decided to run.
	 */
	void launch() {
		if (this.driver != null) {
			this.driver.launch();
		}
	}

	/**
	 * The wall clock has jumped.
	 */
	void clockJumped() {
		if (this.driver != null) {
			this.driver.clockJumped();
		}
	}

	/**
	 * Takes work that the calling thread is inside of as having left. Any thread may
	 * call, but not inside the coordinator.
	 */
	void releaseCaller() {
		if (this.driver != null) {
			this.driver.releaseCaller();
		}
	}

	void sleep(Collection<ServiceNode> nodes, boolean asleep) {
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
	static WorkCounts counts(ServiceNode node) {
		NodeWork known = node.work;
		return (known != null) ? known.owned().counts() : WorkCounts.NONE;
	}

	/**
	 * What the work of a service looks like. Not called inside the coordinator, which is
	 * not asked if there is none: a reader asks for all services.
	 * @param node the service
	 * @return a snapshot
	 */
	static WorkSnapshot snapshot(ServiceNode node) {
		NodeWork known = node.work;
		return (known != null) ? known.owned().snapshot() : WorkSnapshot.NONE;
	}

}
