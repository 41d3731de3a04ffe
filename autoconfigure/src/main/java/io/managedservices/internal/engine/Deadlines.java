// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.managedservices.internal.time.TimerQueue;

/**
 * The deadlines of callbacks, in a lane for each of the first few timeouts that are in
 * use. Most services have the same, so that a deadline costs an entry in a ring. Confined
 * to the coordinator.
 */
final class Deadlines {

	private static final int MAX_LANES = 8;

	private final List<Duration> timeouts = new ArrayList<>(MAX_LANES);

	private final DeadlineLane[] lanes = new DeadlineLane[MAX_LANES];

	/**
	 * Adds the deadline of a node.
	 * @param node a node whose deadline is the timeout from now
	 * @param timeout the timeout
	 * @return {@code false} if there are too many timeouts: it was not added
	 */
	boolean add(ServiceNode node, Duration timeout) {
		int lane = this.timeouts.indexOf(timeout);
		if (lane < 0) {
			if (this.timeouts.size() == MAX_LANES) {
				return false;
			}
			lane = this.timeouts.size();
			this.timeouts.add(timeout);
			this.lanes[lane] = new DeadlineLane();
		}
		this.lanes[lane].add(node);
		return true;
	}

	/**
	 * The first deadline that still matters.
	 * @return when it is, or {@link TimerQueue#NEVER}
	 */
	long next() {
		long next = TimerQueue.NEVER;
		for (int lane = 0; lane < this.timeouts.size(); lane++) {
			next = Math.min(next, this.lanes[lane].next());
		}
		return next;
	}

	/**
	 * The nodes whose deadlines have passed, taken out.
	 * @param now the time
	 * @return the nodes
	 */
	List<ServiceNode> removePassed(long now) {
		List<ServiceNode> passed = new ArrayList<>();
		for (int lane = 0; lane < this.timeouts.size(); lane++) {
			while (this.lanes[lane].next() <= now) {
				passed.add(this.lanes[lane].removeFirst());
			}
		}
		return passed;
	}

}
