package io.managedservices.engine;

/**
 * An action that is due at a time, or not at all. Confined to the coordinator.
 */
final class Timer {

	final Runnable action;

	/** When the action is due. */
	long due = TimerQueue.NEVER;

	/** Where it stands in the queue, -1 for nowhere. */
	int position = -1;

	Timer(Runnable action) {
		this.action = action;
	}

}
