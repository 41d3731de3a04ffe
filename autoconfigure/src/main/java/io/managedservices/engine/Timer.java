package io.managedservices.engine;

/**
 * An action that is due at a time, or not at all. Confined to the coordinator.
 */
final class Timer {

	final Runnable action;

	/** When the action is due. */
	long due = TimerQueue.NEVER;

	/** Where it stands in the queue; never later than it is due. */
	long key;

	int position = -1;

	Timer(Runnable action) {
		this.action = action;
	}

}
