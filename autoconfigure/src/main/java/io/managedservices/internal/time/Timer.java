// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

/**
 * Something that is due at a time, or not at all. Confined to the coordinator.
 *
 * @since 0.1.0
 */
public abstract class Timer extends TimeHeap.Entry {

	/** When it is due. */
	long due = TimerQueue.NEVER;

	/**
	 * A timer that runs an action.
	 * @param action the action
	 * @return the timer
	 */
	public static Timer of(Runnable action) {
		return new Timer() {

			@Override
			protected void fire() {
				action.run();
			}

		};
	}

	/**
	 * When it is due.
	 * @return the time, or {@link TimerQueue#NEVER}
	 */
	public final long due() {
		return this.due;
	}

	/**
	 * Its time has come. Called inside the coordinator, which it has left the queue of.
	 */
	protected abstract void fire();

}
