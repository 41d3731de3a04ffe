// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A set of indexes in the order in which they were added: adding, removing and listing
 * the first few cost the same however many there are. A doubly linked list in two arrays.
 * Confined to the coordinator.
 */
final class IndexSet {

	private static final int ABSENT = -1;

	private final int[] next;

	private final int[] previous;

	private final int end;

	private int size;

	IndexSet(int capacity) {
		this.end = capacity;
		this.next = new int[capacity + 1];
		this.previous = new int[capacity + 1];
		for (int index = 0; index < capacity; index++) {
			this.next[index] = ABSENT;
		}
		this.next[this.end] = this.end;
		this.previous[this.end] = this.end;
	}

	/**
	 * Makes an index a member or not.
	 * @param index the index
	 * @param member whether it is to be a member
	 * @return whether that changed the set
	 */
	boolean set(int index, boolean member) {
		if (member == (this.next[index] != ABSENT)) {
			return false;
		}
		if (member) {
			link(this.previous[this.end], index);
			link(index, this.end);
			this.size++;
		}
		else {
			link(this.previous[index], this.next[index]);
			this.next[index] = ABSENT;
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
		for (int index = this.next[this.end]; index != this.end && result.size() < limit; index = this.next[index]) {
			result.add(mapper.apply(index));
		}
		return result;
	}

}
