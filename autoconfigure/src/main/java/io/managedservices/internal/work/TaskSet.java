// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The tasks of an incarnation by their names: a hash table with linear probing (D. E.
 * Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R) that knows the
 * hashes, so that a million tasks are added without looking at the others. Safe for use
 * by several threads.
 */
final class TaskSet {

	private static final int SMALLEST = 8;

	private int[] hashes = {};

	private @Nullable IncarnationTask[] tasks = {};

	private int size;

	private boolean ended;

	/**
	 * Adds a task. One that comes after the end is not kept: nothing will come of it.
	 * @param task the task
	 * @return {@code false} if there is one of its name
	 */
	synchronized boolean add(IncarnationTask task) {
		if (this.ended) {
			return true;
		}
		if (3 * (this.size + 1) > 2 * this.tasks.length) {
			resize(Math.max(SMALLEST, 2 * this.tasks.length));
		}
		int hash = hash(task);
		int slot = home(hash);
		for (IncarnationTask each = this.tasks[slot]; each != null; each = this.tasks[slot]) {
			if (this.hashes[slot] == hash && each.name().equals(task.name())) {
				return false;
			}
			slot = next(slot);
		}
		put(slot, task, hash);
		this.size++;
		return true;
	}

	synchronized void remove(IncarnationTask task) {
		if (this.size == 0) {
			return;
		}
		int slot = home(hash(task));
		while (this.tasks[slot] != task) {
			if (this.tasks[slot] == null) {
				return;
			}
			slot = next(slot);
		}
		this.size--;
		close(slot);
		if (this.tasks.length > SMALLEST && 8 * this.size < this.tasks.length) {
			resize(this.tasks.length / 2);
		}
	}

	/**
	 * Empties a slot, and moves those behind it that would not be found any more.
	 * @param slot the slot of what is taken out
	 */
	private void close(int slot) {
		int gap = slot;
		this.tasks[gap] = null;
		int each = next(gap);
		for (IncarnationTask task = this.tasks[each]; task != null; task = this.tasks[each]) {
			int mask = this.tasks.length - 1;
			int hash = this.hashes[each];
			if (((each - home(hash)) & mask) >= ((each - gap) & mask)) {
				put(gap, task, hash);
				this.tasks[each] = null;
				gap = each;
			}
			each = next(each);
		}
	}

	/**
	 * The tasks at this moment.
	 * @return a list of the caller's
	 */
	synchronized List<IncarnationTask> all() {
		List<IncarnationTask> all = new ArrayList<>(this.size);
		for (IncarnationTask task : this.tasks) {
			if (task != null) {
				all.add(task);
			}
		}
		return all;
	}

	/**
	 * Forgets all tasks, and keeps none from now on.
	 * @return what they were
	 */
	synchronized List<IncarnationTask> end() {
		List<IncarnationTask> all = all();
		this.ended = true;
		this.size = 0;
		this.hashes = new int[0];
		this.tasks = new @Nullable IncarnationTask[0];
		return all;
	}

	private void resize(int length) {
		int[] oldHashes = this.hashes;
		@Nullable IncarnationTask[] oldTasks = this.tasks;
		this.hashes = new int[length];
		this.tasks = new @Nullable IncarnationTask[length];
		for (int old = 0; old < oldTasks.length; old++) {
			IncarnationTask task = oldTasks[old];
			if (task != null) {
				int slot = home(oldHashes[old]);
				while (this.tasks[slot] != null) {
					slot = next(slot);
				}
				put(slot, task, oldHashes[old]);
			}
		}
	}

	private void put(int slot, IncarnationTask task, int hash) {
		this.tasks[slot] = task;
		this.hashes[slot] = hash;
	}

	private int home(int hash) {
		return hash & (this.tasks.length - 1);
	}

	private int next(int slot) {
		return (slot + 1) & (this.tasks.length - 1);
	}

	// Names that differ in their last character only, as those that are numbered, have
	// hashes next to each other. Such stay together, in a line of the cache; else each
	// would be somewhere else in memory. The lines are scattered.
	private static int hash(IncarnationTask task) {
		int hash = task.name().hashCode();
		int line = (hash >>> 4) * 0x9E3779B9;
		return ((line ^ (line >>> 16)) << 4) | (hash & 15);
	}

}
