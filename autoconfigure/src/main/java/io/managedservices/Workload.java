package io.managedservices;

/**
 * How busy the work of all services is at a moment. Immutable.
 *
 * @param taskSlots how many tasks run at once
 * @param tasksRunning how many run, with those that have given up their slot
 * @param tasksQueued how many wait for a slot
 * @param microTaskLimit how many micro-tasks run at once
 * @param microTasksRunning how many run, with those of high priority
 * @param mediumWaiting how many of medium priority wait
 * @param lowWaiting how many of low priority wait
 * @since 0.1.0
 */
public record Workload(int taskSlots, int tasksRunning, int tasksQueued, int microTaskLimit, int microTasksRunning,
		int mediumWaiting, int lowWaiting) {

}
