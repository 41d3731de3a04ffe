// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Things by their times: a heap with four below each (D. B. Johnson, Priority queues with
 * update and finding minimum spanning trees, 1975), whose times lie side by side. To add,
 * move or take the first one costs logarithmic time at most. What is removed leaves a
 * gap, which is closed once there are more gaps than things, or when the first thing is
 * asked for, so that it costs constant time on average: most timers never ring. For use
 * by one thread at a time.
 *
 * @param <E> the type of the things
 * @since 0.1.0
 */
public final class TimeHeap<E extends TimeHeap.Entry> {

	/** The time of what is not due. */
	public static final long NEVER = Long.MAX_VALUE;

	private static final int FIRST_SIZE = 16;

	private @Nullable Entry[] heap = new @Nullable Entry[FIRST_SIZE];

	private long[] times = new long[FIRST_SIZE];

	/** Which comes first of those with the same time. */
	private long[] orders = new long[FIRST_SIZE];

	/** How many places are in use, gaps included. */
	private int size;

	private int gaps;

	/**
	 * Sets the time of a thing.
	 * @param entry the thing, in the heap or not
	 * @param time when it is due
	 * @param order which comes first of those with the same time
	 */
	public void set(E entry, long time, long order) {
		if (entry.position < 0) {
			if (this.size == this.heap.length) {
				int larger = this.size + (this.size >> 1);
				this.heap = Arrays.copyOf(this.heap, larger);
				this.times = Arrays.copyOf(this.times, larger);
				this.orders = Arrays.copyOf(this.orders, larger);
			}
			up(entry, time, order, this.size++);
		}
		else {
			move(entry, time, order, entry.position);
		}
	}

	/**
	 * The time of a thing.
	 * @param entry the thing, in the heap
	 * @return when it is due
	 */
	public long time(E entry) {
		return this.times[entry.position];
	}

	/**
	 * The time of the first thing.
	 * @return when it is due, {@link #NEVER} if there is none
	 */
	public long next() {
		closeGapsInFront();
		return notBefore();
	}

	/**
	 * A time before which nothing is due, which costs less than to find the first thing.
	 * @return the time of the first thing, or of one that was removed and came before it,
	 * {@link #NEVER} if there is none
	 */
	public long notBefore() {
		return (this.size > 0) ? this.times[0] : NEVER;
	}

	/**
	 * Takes out the first thing.
	 * @return the thing
	 * @throws IllegalStateException if there is none
	 */
	@SuppressWarnings("unchecked")
	public E takeFirst() {
		closeGapsInFront();
		Entry first = this.heap[0];
		if (first == null) {
			throw new IllegalStateException("Nothing is due");
		}
		first.position = -1;
		closeFirst();
		return (E) first;
	}

	public int size() {
		return this.size - this.gaps;
	}

	/**
	 * Counts things that are due.
	 * @param now the time
	 * @param limit how many to count at most
	 * @return how many there are, or the limit
	 */
	public int due(long now, int limit) {
		return due(0, now, limit);
	}

	// Below one that is not due none is.
	private int due(int position, long now, int limit) {
		if (position >= this.size || limit <= 0 || this.times[position] > now) {
			return 0;
		}
		int count = (this.heap[position] != null) ? 1 : 0;
		for (int below = 4 * position + 1; below <= 4 * position + 4; below++) {
			count += due(below, now, limit - count);
		}
		return count;
	}

	/**
	 * Takes out a thing.
	 * @param entry the thing, in the heap or not
	 */
	public void remove(E entry) {
		int position = entry.position;
		if (position < 0) {
			return;
		}
		entry.position = -1;
		this.heap[position] = null;
		this.gaps++;
		if (2 * this.gaps > this.size) {
			closeGaps();
		}
	}

	private void closeGapsInFront() {
		while (this.size > 0 && this.heap[0] == null) {
			this.gaps--;
			closeFirst();
		}
	}

	private void closeFirst() {
		int last = --this.size;
		Entry entry = this.heap[last];
		this.heap[last] = null;
		if (last > 0) {
			down(entry, this.times[last], this.orders[last], 0);
		}
	}

	private void closeGaps() {
		int end = this.size;
		this.size = 0;
		this.gaps = 0;
		for (int position = 0; position < end; position++) {
			Entry entry = this.heap[position];
			if (entry != null) {
				this.heap[position] = null;
				place(entry, this.times[position], this.orders[position], this.size++);
			}
		}
		for (int position = (this.size - 2) >> 2; position >= 0; position--) {
			down(this.heap[position], this.times[position], this.orders[position], position);
		}
	}

	private void move(Entry entry, long time, long order, int position) {
		if (isBefore(time, order, position)) {
			up(entry, time, order, position);
		}
		else {
			down(entry, time, order, position);
		}
	}

	private boolean isBefore(long time, long order, int position) {
		long other = this.times[position];
		return time < other || (time == other && order < this.orders[position]);
	}

	private void up(Entry entry, long time, long order, int from) {
		int position = from;
		while (position > 0) {
			int above = (position - 1) >> 2;
			if (!isBefore(time, order, above)) {
				break;
			}
			pull(above, position);
			position = above;
		}
		place(entry, time, order, position);
	}

	private void down(@Nullable Entry entry, long time, long order, int from) {
		int position = from;
		int first = 4 * position + 1;
		while (first < this.size) {
			int least = first;
			int end = Math.min(first + 4, this.size);
			for (int other = first + 1; other < end; other++) {
				if (isBefore(this.times[other], this.orders[other], least)) {
					least = other;
				}
			}
			if (!isBefore(this.times[least], this.orders[least], time, order)) {
				break;
			}
			pull(least, position);
			position = least;
			first = 4 * position + 1;
		}
		place(entry, time, order, position);
	}

	private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
		return time < otherTime || (time == otherTime && order < otherOrder);
	}

	private void pull(int from, int to) {
		place(this.heap[from], this.times[from], this.orders[from], to);
	}

	private void place(@Nullable Entry entry, long time, long order, int position) {
		this.heap[position] = entry;
		this.times[position] = time;
		this.orders[position] = order;
		if (entry != null) {
			entry.position = position;
		}
	}

	/**
	 * What stands in a heap, in one at a time.
	 */
	public abstract static class Entry {

		int position = -1;

		/**
		 * Whether it stands in a heap.
		 * @return whether it is due at a time
		 */
		public final boolean isSet() {
			return this.position >= 0;
		}

	}

}
