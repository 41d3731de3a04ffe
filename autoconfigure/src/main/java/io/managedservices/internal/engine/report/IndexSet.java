// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A set of indexes in the order in which they were added: adding, removing and listing
 * the first few cost the same however many there are. A doubly linked list in two arrays.
 * Confined to the coordinator.
 */
final class IndexSet {

	private static final int ABSENT = -1;

	/** By the index plus one: before the first and after the last is 0. */
	private int[] next;

	private int[] previous;

	private int size;

	IndexSet(int capacity) {
		this.next = new int[capacity + 1];
		this.previous = new int[capacity + 1];
		Arrays.fill(this.next, 1, capacity + 1, ABSENT);
	}

	/**
	 * Makes room for further indexes.
	 * @param capacity how many there may be
	 */
	void grow(int capacity) {
		int room = this.next.length - 1;
		if (capacity > room) {
			int larger = Math.max(capacity, room + room / 2) + 1;
			this.next = Arrays.copyOf(this.next, larger);
			this.previous = Arrays.copyOf(this.previous, larger);
			Arrays.fill(this.next, room + 1, larger, ABSENT);
		}
	}

	/**
	 * Gives the members other indexes, in the same order.
	 * @param numbers the new one of each index
	 */
	void renumber(int[] numbers) {
		int[] old = this.next;
		int first = old[0];
		this.next = new int[old.length];
		Arrays.fill(this.next, 1, old.length, ABSENT);
		this.previous[0] = 0;
		this.size = 0;
		for (int place = first; place != 0; place = old[place]) {
			set(numbers[place - 1], true);
		}
	}

	/**
	 * Makes an index a member or not.
	 * @param index the index
	 * @param member whether it is to be a member
	 * @return whether that changed the set
	 */
	boolean set(int index, boolean member) {
		int place = index + 1;
		if (member == (this.next[place] != ABSENT)) {
			return false;
		}
		if (member) {
			link(this.previous[0], place);
			link(place, 0);
			this.size++;
		}
		else {
			link(this.previous[place], this.next[place]);
			this.next[place] = ABSENT;
			this.size--;
		}
		return true;
	}

	private void link(int first, int second) {
		this.next[first] = second;
		this.previous[second] = first;
	}

	int size() {
		return this.size;
	}

	<T> List<T> first(int limit, IntFunction<T> mapper) {
		List<T> result = new ArrayList<>(Math.min(limit, this.size));
		for (int place = this.next[0]; place != 0 && result.size() < limit; place = this.next[place]) {
			result.add(mapper.apply(place - 1));
		}
		return result;
	}

}
