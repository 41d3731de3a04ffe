package io.managedservices.concurrent;

import java.util.Arrays;

/**
 * Timers in a binary heap (J. W. J. Williams, Heapsort, CACM 1964). Putting a timer off
 * or cancelling it costs nothing: it keeps its place and is put right when it comes to
 * the front, so that the deadlines of callbacks, nearly all of which are cancelled, cost
 * one insertion per service. Confined to the coordinator.
 *
 * @since 0.1.0
 */
public final class TimerQueue {

	/** The time of what is not due. */
	public static final long NEVER = Long.MAX_VALUE;

	private Timer[] timers = new Timer[16];

	/** The keys of the timers at the same positions, to compare without touching them. */
	private long[] keys = new long[16];

	private int size;

	/**
	 * Sets when a timer is due.
	 * @param timer the timer
	 * @param due when, or {@link #NEVER}
	 */
	public void set(Timer timer, long due) {
		timer.due = due;
		if (timer.position >= 0) {
			if (due < this.keys[timer.position]) {
				up(timer, due, timer.position);
			}
		}
		else if (due != NEVER) {
			add(timer, due);
		}
	}

	/**
	 * Takes a timer out, so that the queue does not hold it until it would have come to
	 * the front.
	 * @param timer the timer, also one that is not in the queue
	 */
	public void remove(Timer timer) {
		int position = timer.position;
		timer.due = NEVER;
		if (position < 0) {
			return;
		}
		timer.position = -1;
		this.size--;
		Timer last = this.timers[this.size];
		long key = this.keys[this.size];
		this.timers[this.size] = null;
		if (position < this.size) {
			if (position > 0 && key < this.keys[(position - 1) >>> 1]) {
				up(last, key, position);
			}
			else {
				down(last, key, position);
			}
		}
	}

	/**
	 * The time by which {@link #fire} has to be called.
	 * @return no later than any timer is due, or {@link #NEVER}
	 */
	public long next() {
		return (this.size > 0) ? this.keys[0] : NEVER;
	}

	/**
	 * Runs the actions that are due.
	 * @param now the time
	 */
	public void fire(long now) {
		while (this.size > 0 && this.keys[0] <= now) {
			Timer timer = removeFirst();
			if (timer.due <= now) {
				timer.due = NEVER;
				timer.fire();
			}
			else if (timer.due != NEVER) {
				add(timer, timer.due);
			}
		}
	}

	private void add(Timer timer, long key) {
		if (this.size == this.timers.length) {
			this.timers = Arrays.copyOf(this.timers, this.size * 2);
			this.keys = Arrays.copyOf(this.keys, this.size * 2);
		}
		up(timer, key, this.size++);
	}

	private Timer removeFirst() {
		Timer first = this.timers[0];
		first.position = -1;
		this.size--;
		Timer last = this.timers[this.size];
		this.timers[this.size] = null;
		if (this.size > 0) {
			down(last, this.keys[this.size], 0);
		}
		return first;
	}

	private void up(Timer timer, long key, int from) {
		int position = from;
		while (position > 0 && this.keys[(position - 1) >>> 1] > key) {
			int above = (position - 1) >>> 1;
			place(this.timers[above], this.keys[above], position);
			position = above;
		}
		place(timer, key, position);
	}

	private void down(Timer timer, long key, int from) {
		int position = from;
		while (2 * position + 1 < this.size) {
			int below = 2 * position + 1;
			if (below + 1 < this.size && this.keys[below + 1] < this.keys[below]) {
				below++;
			}
			if (key <= this.keys[below]) {
				break;
			}
			place(this.timers[below], this.keys[below], position);
			position = below;
		}
		place(timer, key, position);
	}

	private void place(Timer timer, long key, int position) {
		this.timers[position] = timer;
		this.keys[position] = key;
		timer.position = position;
	}

}
