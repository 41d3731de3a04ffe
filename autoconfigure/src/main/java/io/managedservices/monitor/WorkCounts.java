// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import io.managedservices.event.ExposedEvent;

/**
 * What was counted of the work of a service since the start of the application, and how
 * much of it there is now. To ask for it costs the same whatever the service does, unlike
 * a {@link WorkSnapshot}. Immutable.
 *
 * @param microTasks its micro-tasks
 * @param events its events
 * @param workersRestarted how often its workers were begun again, after a failure or
 * because they asked for it
 * @param taskRuns runs of its tasks that have ended, also those that failed
 * @param ticks ticks of its tickers that have ended, also those that failed
 * @param levels how much there is now
 * @since 0.1.0
 */
public record WorkCounts(MicroTasks microTasks, Events events, long workersRestarted, long taskRuns, long ticks,
		Levels levels) {

	/**
	 * Of a service that has never done any work.
	 */
	public static final WorkCounts NONE = new WorkCounts(0, 0, 0, 0, 0);

	/**
	 * Create what was counted of a service that has micro-tasks and events only.
	 * @param microTasksFinished micro-tasks that have ended
	 * @param microTasksFailed micro-tasks that have failed
	 * @param eventsEmitted events that it has emitted
	 * @param eventsDelivered calls of its hooks that have ended
	 * @param eventsDropped how many events its hooks could not take
	 */
	public WorkCounts(long microTasksFinished, long microTasksFailed, long eventsEmitted, long eventsDelivered,
			long eventsDropped) {
		this(new MicroTasks(microTasksFinished, microTasksFailed),
				new Events(eventsEmitted, eventsDelivered, eventsDropped, 0), 0, 0, 0, Levels.NONE);
	}

	/**
	 * What was counted of micro-tasks. Immutable.
	 *
	 * @param finished how many have ended, also those that failed
	 * @param failed how many have failed
	 */
	public record MicroTasks(long finished, long failed) {

	}

	/**
	 * What was counted of events. Immutable.
	 *
	 * @param emitted how many it has emitted, those that were injected included
	 * @param delivered calls of its hooks that have ended, also those that failed or were
	 * interrupted
	 * @param dropped how many its hooks could not take, each counted once for each hook
	 * @param exposedDropped how many {@linkplain ExposedEvent exposed} ones that it has
	 * emitted some listener was not told, since too many waited for it; other listeners
	 * and hooks get these all the same
	 */
	public record Events(long emitted, long delivered, long dropped, long exposedDropped) {

	}

	/**
	 * How much of the work there is at a moment. Immutable.
	 *
	 * @param workersRunning workers that run, or wait for a thread
	 * @param workersBackingOff workers that have failed and will be restarted
	 * @param tasksQueued tasks that wait for their service, or for a slot
	 * @param tasksRunning tasks that run
	 * @param eventsHeld how many events wait for its hooks, each counted once for each
	 * hook
	 * @param asleep whether it was put to sleep
	 */
	public record Levels(int workersRunning, int workersBackingOff, int tasksQueued, int tasksRunning, long eventsHeld,
			boolean asleep) {

		/**
		 * Of a service without work.
		 */
		public static final Levels NONE = new Levels(0, 0, 0, 0, 0, false);

	}

}
