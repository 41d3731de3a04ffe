// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import io.managedservices.state.ServiceState;

/**
 * Counts what the start and the stop of all services wait for. Confined to the
 * coordinator.
 */
final class RunCounts {

	private int pending;

	private int hopeless;

	private int busy;

	/**
	 * Counts a service that was looked at.
	 * @param node the service
	 */
	void update(ServiceNode node) {
		boolean counts = node.isRequired() && node.intended && node.state != ServiceState.RUNNING;
		boolean isHopeless = counts && node.blocked;
		boolean isPending = counts && !node.blocked;
		boolean isBusy = node.state != ServiceState.NEW && node.state != ServiceState.STOPPED
				&& node.state != ServiceState.FAILED;
		this.pending += difference(node.pending, isPending);
		this.hopeless += difference(node.hopeless, isHopeless);
		this.busy += difference(node.busy, isBusy);
		node.pending = isPending;
		node.hopeless = isHopeless;
		node.busy = isBusy;
	}

	private static int difference(boolean before, boolean after) {
		return (after ? 1 : 0) - (before ? 1 : 0);
	}

	/**
	 * How many required services may still come to run.
	 * @return their number
	 */
	int pending() {
		return this.pending;
	}

	/**
	 * How many required services cannot run.
	 * @return their number
	 */
	int hopeless() {
		return this.hopeless;
	}

	/**
	 * How many services are not down.
	 * @return their number
	 */
	int busy() {
		return this.busy;
	}

}
