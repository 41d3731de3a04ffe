// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.time.Duration;

/**
 * How busy the work of all services is at a moment. Immutable.
 *
 * @param taskSlots how many tasks run at once
 * @param tasksRunning how many run, with those that have given up their slot
 * @param tasksQueued how many wait for a slot
 * @param microTaskLimit how many micro-tasks run at once
 * @param microTasksRunning how many run, with those of high priority
 * @param lines micro-tasks that wait for a slot, or have waited for one
 * @since 0.1.0
 */
public record Workload(int taskSlots, int tasksRunning, int tasksQueued, int microTaskLimit, int microTasksRunning,
		Lines lines) {

	/**
	 * Micro-tasks that wait for a slot, or have waited for one. Immutable.
	 *
	 * @param mediumWaiting how many of medium priority wait
	 * @param lowWaiting how many of low priority wait
	 * @param highWaits how many of high priority have begun, which never wait for a slot
	 * @param mediumWaits how long those of medium priority have waited
	 * @param lowWaits how long those of low priority have waited
	 */
	public record Lines(int mediumWaiting, int lowWaiting, Waits highWaits, Waits mediumWaits, Waits lowWaits) {

		/**
		 * Before the first one.
		 */
		public static final Lines NONE = new Lines(0, 0, Waits.NONE, Waits.NONE, Waits.NONE);

	}

	/**
	 * How long micro-tasks of one priority have waited for a slot. Immutable.
	 *
	 * @param begun how many have begun, with those that did not have to wait
	 * @param total how long they have waited together
	 * @param longest how long one of them has waited at most
	 */
	public record Waits(long begun, Duration total, Duration longest) {

		/**
		 * Before the first one has begun.
		 */
		public static final Waits NONE = new Waits(0, Duration.ZERO, Duration.ZERO);

	}

}
