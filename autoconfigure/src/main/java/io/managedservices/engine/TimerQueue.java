package io.managedservices.engine;

import java.util.Arrays;

/**
 * Timers in a binary heap (J. W. J. Williams, Heapsort, CACM 1964). Putting a timer off
 * or cancelling it costs nothing: it keeps its place and is put right when it comes to
 * the front, so that the deadlines of callbacks, nearly all of which are cancelled, cost
 * one insertion per service. Confined to the coordinator.
 */
final class TimerQueue {

	static final long NEVER = Long.MAX_VALUE;

	private Timer[] heap = new Timer[16];

	private int size;

	/**
	 * Sets when a timer is due.
	 * @param timer the timer
	 * @param due when, or {@link #NEVER}
	 */
	void set(Timer timer, long due) {
		timer.due = due;
		if (timer.position >= 0) {
			if (due < timer.key) {
				timer.key = due;
				up(timer);
			}
		}
		else if (due != NEVER) {
			timer.key = due;
			add(timer);
		}
	}

	/**
	 * The time by which {@link #fire} has to be called.
	 * @return no later than any timer is due, or {@link #NEVER}
	 */
	long next() {
		return (this.size > 0) ? this.heap[0].key : NEVER;
	}

	/**
	 * Runs the actions that are due.
	 * @param now the time
	 */
	void fire(long now) {
		while (this.size > 0 && this.heap[0].key <= now) {
			Timer timer = removeFirst();
			if (timer.due <= now) {
				timer.due = NEVER;
				timer.action.run();
			}
			else if (timer.due != NEVER) {
				timer.key = timer.due;
				add(timer);
			}
		}
	}

	/**
	 * Forgets all timers.
	 */
	void clear() {
		for (int position = 0; position < this.size; position++) {
			this.heap[position].due = NEVER;
			this.heap[position].position = -1;
		}
		this.heap = new Timer[16];
		this.size = 0;
	}

	private void add(Timer timer) {
		if (this.size == this.heap.length) {
			this.heap = Arrays.copyOf(this.heap, this.size * 2);
		}
		timer.position = this.size;
		this.heap[this.size++] = timer;
		up(timer);
	}

	private Timer removeFirst() {
		Timer first = this.heap[0];
		first.position = -1;
		this.size--;
		Timer last = this.heap[this.size];
		this.heap[this.size] = null;
		if (this.size > 0) {
			down(last);
		}
		return first;
	}

	private void up(Timer timer) {
		int position = timer.position;
		while (position > 0) {
			Timer above = this.heap[(position - 1) >>> 1];
			if (above.key <= timer.key) {
				break;
			}
			place(above, position);
			position = (position - 1) >>> 1;
		}
		place(timer, position);
	}

	private void down(Timer timer) {
		int position = 0;
		while (2 * position + 1 < this.size) {
			int below = 2 * position + 1;
			if (below + 1 < this.size && this.heap[below + 1].key < this.heap[below].key) {
				below++;
			}
			if (timer.key <= this.heap[below].key) {
				break;
			}
			place(this.heap[below], position);
			position = below;
		}
		place(timer, position);
	}

	private void place(Timer timer, int position) {
		this.heap[position] = timer;
		timer.position = position;
	}

}
