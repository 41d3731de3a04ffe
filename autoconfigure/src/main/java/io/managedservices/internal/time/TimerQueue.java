// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Timers in a radix heap (R. K. Ahuja, K. Mehlhorn, J. Orlin, R. E. Tarjan, Faster
 * algorithms for the shortest path problem, JACM 1990), with digits of 6 bits as in a
 * hierarchical timing wheel (G. Varghese, T. Lauck, SOSP 1987): a timer stands in the
 * slot of the highest digit in which its time differs from the time that is reached, and
 * moves to slots of lower digits when the first of its slot is due. So to add one costs
 * the same for ten and for a million. Putting a timer off or cancelling it costs nothing:
 * it keeps its place until then. Confined to the coordinator.
 *
 * @since 0.1.0
 */
public final class TimerQueue {

	/** The time of what is not due. */
	public static final long NEVER = Long.MAX_VALUE;

	private static final int DIGIT_BITS = 6;

	private static final int DIGITS = (Long.SIZE + DIGIT_BITS - 1) / DIGIT_BITS;

	private static final int SLOTS_PER_DIGIT = 1 << DIGIT_BITS;

	/** The first timer of each slot: a ring, in the order in which they came. */
	private @Nullable Timer[] slots = new @Nullable Timer[DIGITS * SLOTS_PER_DIGIT];

	/** For each slot a time that is no later than any of its timers is due. */
	private final long[] earliest = new long[DIGITS * SLOTS_PER_DIGIT];

	/** For each digit a bit for each of its slots that has timers. */
	private final long[] occupied = new long[DIGITS];

	/** The time that is reached: what is due before it stands in its slot. */
	private long reached = Long.MIN_VALUE;

	/** That of the first slot that has timers. */
	private long next = NEVER;

	/**
	 * Sets when a timer is due.
	 * @param timer the timer
	 * @param due when, or {@link #NEVER}
	 */
	public void set(Timer timer, long due) {
		timer.due = due;
		if (timer.slot >= 0) {
			if (due >= this.earliest[timer.slot]) {
				return;
			}
			unlink(timer);
		}
		add(timer);
	}

	/**
	 * Takes a timer out, so that the queue does not hold it until its slot would have
	 * been due.
	 * @param timer the timer, also one that is not in the queue
	 */
	public void remove(Timer timer) {
		timer.due = NEVER;
		if (timer.slot >= 0) {
			unlink(timer);
		}
	}

	/**
	 * The time by which {@link #fire} has to be called.
	 * @return no later than any timer is due, or {@link #NEVER}
	 */
	public long next() {
		return this.next;
	}

	/**
	 * Runs the actions that are due, in the order of their times.
	 * @param now the time
	 */
	public void fire(long now) {
		if (now < this.reached) {
			putBack(now);
		}
		while (this.next <= now) {
			this.reached = Math.max(this.reached, this.next);
			int slot = firstSlot();
			Timer first = Objects.requireNonNull(this.slots[slot]);
			if (slot < SLOTS_PER_DIGIT) {
				fire(first);
			}
			else {
				vacate(slot);
				scatter(first);
			}
		}
	}

	private void fire(Timer timer) {
		unlink(timer);
		if (timer.due <= this.reached) {
			timer.due = NEVER;
			timer.fire();
		}
		else {
			add(timer);
		}
	}

	/**
	 * The clock was set back: puts all in again.
	 * @param now the time
	 */
	private void putBack(long now) {
		this.reached = now;
		@Nullable Timer[] old = this.slots;
		this.slots = new @Nullable Timer[old.length];
		Arrays.fill(this.occupied, 0);
		this.next = NEVER;
		for (Timer first : old) {
			if (first != null) {
				scatter(first);
			}
		}
	}

	/**
	 * Puts timers where they belong at the time that is reached now.
	 * @param first the first of a slot that counts as empty
	 */
	private void scatter(Timer first) {
		Timer timer = first;
		do {
			Timer following = timer.following;
			timer.slot = -1;
			alone(timer);
			add(timer);
			timer = following;
		}
		while (timer != first);
	}

	private int firstSlot() {
		for (int digit = 0; digit < DIGITS; digit++) {
			if (this.occupied[digit] != 0) {
				return digit * SLOTS_PER_DIGIT + Long.numberOfTrailingZeros(this.occupied[digit]);
			}
		}
		return -1;
	}

	private void vacate(int slot) {
		this.slots[slot] = null;
		this.occupied[slot / SLOTS_PER_DIGIT] &= ~(1L << slot);
		int first = firstSlot();
		this.next = (first >= 0) ? this.earliest[first] : NEVER;
	}

	private void add(Timer timer) {
		if (timer.due == NEVER) {
			return;
		}
		if (timer.due < this.next) {
			this.next = timer.due;
		}
		int slot = slotOf(Math.max(timer.due, this.reached));
		timer.slot = slot;
		Timer first = this.slots[slot];
		if (first == null) {
			this.slots[slot] = timer;
			this.earliest[slot] = timer.due;
			this.occupied[slot / SLOTS_PER_DIGIT] |= 1L << slot;
		}
		else {
			Timer last = first.previous;
			timer.previous = last;
			timer.following = first;
			last.following = timer;
			first.previous = timer;
			if (timer.due < this.earliest[slot]) {
				this.earliest[slot] = timer.due;
			}
		}
	}

	private int slotOf(long time) {
		int digit = (Long.SIZE - 1 - Long.numberOfLeadingZeros((time ^ this.reached) | 1)) / DIGIT_BITS;
		// The sign bit counts as the others do, only that what has it not comes later.
		int value = (int) ((time ^ Long.MIN_VALUE) >>> (digit * DIGIT_BITS)) & (SLOTS_PER_DIGIT - 1);
		return digit * SLOTS_PER_DIGIT + value;
	}

	private void unlink(Timer timer) {
		int slot = timer.slot;
		timer.slot = -1;
		Timer following = timer.following;
		if (following == timer) {
			vacate(slot);
		}
		else {
			following.previous = timer.previous;
			timer.previous.following = following;
			if (this.slots[slot] == timer) {
				this.slots[slot] = following;
			}
		}
		alone(timer);
	}

	// So that it holds no others, whoever holds it.
	private static void alone(Timer timer) {
		timer.previous = timer;
		timer.following = timer;
	}

}
