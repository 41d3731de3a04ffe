package io.managedservices.work;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Tasks by their names, linked through themselves, so that a million of them cost little
 * more than the tasks. Confined to the coordinator.
 */
final class TaskSet {

	private @Nullable IncarnationTask[] buckets = new @Nullable IncarnationTask[8];

	private int size;

	/**
	 * Adds a task.
	 * @param task the task
	 * @return {@code false} if there is one of its name
	 */
	boolean add(IncarnationTask task) {
		if (this.size >= this.buckets.length) {
			grow();
		}
		int bucket = bucket(task);
		for (IncarnationTask each = this.buckets[bucket]; each != null; each = each.nextInSet) {
			if (each.name().equals(task.name())) {
				return false;
			}
		}
		put(task, bucket);
		this.size++;
		return true;
	}

	void remove(IncarnationTask task) {
		int bucket = bucket(task);
		IncarnationTask before = null;
		for (IncarnationTask each = this.buckets[bucket]; each != null; each = each.nextInSet) {
			if (each == task) {
				if (before != null) {
					before.nextInSet = each.nextInSet;
				}
				else {
					this.buckets[bucket] = each.nextInSet;
				}
				this.size--;
				return;
			}
			before = each;
		}
	}

	void forEach(Consumer<IncarnationTask> action) {
		for (IncarnationTask first : this.buckets) {
			IncarnationTask each = first;
			while (each != null) {
				IncarnationTask next = each.nextInSet;
				action.accept(each);
				each = next;
			}
		}
	}

	int size() {
		return this.size;
	}

	private void grow() {
		@Nullable IncarnationTask[] old = this.buckets;
		this.buckets = new @Nullable IncarnationTask[old.length * 2];
		for (IncarnationTask first : old) {
			IncarnationTask each = first;
			while (each != null) {
				IncarnationTask next = each.nextInSet;
				put(each, bucket(each));
				each = next;
			}
		}
	}

	private void put(IncarnationTask task, int bucket) {
		task.nextInSet = this.buckets[bucket];
		this.buckets[bucket] = task;
	}

	private int bucket(IncarnationTask task) {
		int hash = task.name().hashCode();
		return (hash ^ (hash >>> 16)) & (this.buckets.length - 1);
	}

}
