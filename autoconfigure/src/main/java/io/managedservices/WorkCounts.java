package io.managedservices;

/**
 * What was counted of the work of a service since the start of the application. To ask
 * for it costs the same whatever the service does, unlike a {@link WorkSnapshot}.
 * Immutable.
 *
 * @param microTasksFinished micro-tasks that have ended, also those that failed
 * @param microTasksFailed micro-tasks that have failed
 * @param eventsEmitted events that it has emitted, those that were injected included
 * @param eventsDelivered calls of its hooks that have ended, also those that failed or
 * were interrupted
 * @param eventsDropped how many events its hooks could not take, each counted once for
 * each hook
 * @since 0.1.0
 */
public record WorkCounts(long microTasksFinished, long microTasksFailed, long eventsEmitted, long eventsDelivered,
		long eventsDropped) {

	/**
	 * Of a service that has never done any work.
	 */
	public static final WorkCounts NONE = new WorkCounts(0, 0, 0, 0, 0);

}
