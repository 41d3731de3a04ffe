// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.work;

import io.managedservices.monitor.Workload;
import io.managedservices.monitor.Workload.Lines;

/**
 * How busy the work of all services is, as the endpoint shows it. Immutable.
 *
 * @param taskSlots how many tasks run at once
 * @param tasksRunning how many run, with those that have given up their slot
 * @param tasksQueued how many wait for a slot
 * @param microTaskLimit how many micro-tasks run at once
 * @param microTasksRunning how many run, with those of high priority
 * @param mediumWaiting how many of medium priority wait
 * @param lowWaiting how many of low priority wait
 * @param highWaits how many of high priority have begun, which never wait for a slot
 * @param mediumWaits how long those of medium priority have waited
 * @param lowWaits how long those of low priority have waited
 * @since 0.1.0
 */
public record WorkloadDescriptor(int taskSlots, int tasksRunning, int tasksQueued, int microTaskLimit,
		int microTasksRunning, int mediumWaiting, int lowWaiting, WaitsDescriptor highWaits,
		WaitsDescriptor mediumWaits, WaitsDescriptor lowWaits) {

	/**
	 * How busy the work is.
	 * @param workload how busy
	 * @return the same as it is shown
	 */
	public static WorkloadDescriptor of(Workload workload) {
		Lines lines = workload.lines();
		return new WorkloadDescriptor(workload.taskSlots(), workload.tasksRunning(), workload.tasksQueued(),
				workload.microTaskLimit(), workload.microTasksRunning(), lines.mediumWaiting(), lines.lowWaiting(),
				WaitsDescriptor.of(lines.highWaits()), WaitsDescriptor.of(lines.mediumWaits()),
				WaitsDescriptor.of(lines.lowWaits()));
	}

}
