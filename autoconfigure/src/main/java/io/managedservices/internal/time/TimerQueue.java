// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

/**
 * Timers by their times; those of the same time in the order in which they were set.
 * Confined to the coordinator.
 *
 * @since 0.1.0
 */
public final class TimerQueue {

	/** The time of what is not due. */
	public static final long NEVER = TimeHeap.NEVER;

	private final TimeHeap<Timer> timers = new TimeHeap<>();

	private long sets;

	/**
	 * Sets when a timer is due.
	 * @param timer the timer
	 * @param due when, or {@link #NEVER}
	 */
	public void set(Timer timer, long due) {
		timer.due = due;
		if (due == NEVER) {
			this.timers.remove(timer);
		}
		else {
			this.timers.set(timer, due, this.sets++);
		}
	}

	/**
	 * Takes a timer out.
	 * @param timer the timer, also one that is not in the queue
	 */
	public void remove(Timer timer) {
		set(timer, NEVER);
	}

	/**
	 * The time by which {@link #fire} has to be called.
	 * @return when the first timer is due, or {@link #NEVER}
	 */
	public long next() {
		return this.timers.next();
	}

	/**
	 * Whether {@link #next} may be before a time. If it is not, that costs less than to
	 * ask for it.
	 * @param time the time
	 * @return {@code false} if nothing is due before the time
	 */
	public boolean mayBeDueBefore(long time) {
		return this.timers.notBefore() < time;
	}

	/**
	 * Runs the actions that are due, in the order of their times.
	 * @param now the time
	 */
	public void fire(long now) {
		while (next() <= now && next() != NEVER) {
			Timer timer = this.timers.takeFirst();
			timer.due = NEVER;
			timer.fire();
		}
	}

}
