// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;

/**
 * The tasks of a service that are shown: of many those that matter soonest. Used by one
 * thread, outside the coordinator.
 *
 * @since 0.1.0
 */
public final class ShownTasks {

	/** What runs, then what waits, then what is due next. */
	private static final Comparator<TaskStatus> ORDER = Comparator.comparingInt(ShownTasks::rank)
		.thenComparing(TaskStatus::next, Comparator.nullsLast(Comparator.naturalOrder()))
		.thenComparing(TaskStatus::name);

	/** Those that are shown as yet, the last of them on top. */
	private final PriorityQueue<TaskStatus> first = new PriorityQueue<>(ORDER.reversed());

	private int count;

	private static int rank(TaskStatus task) {
		return switch (task.state()) {
			case RUNNING -> 0;
			case QUEUED -> 1;
			case IDLE -> 2;
		};
	}

	void add(TaskStatus task) {
		this.count++;
		this.first.add(task);
		if (this.first.size() > WorkSnapshot.MAX_TASKS) {
			this.first.remove();
		}
	}

	/**
	 * How many there are.
	 * @return the number of all that were added
	 */
	public int count() {
		return this.count;
	}

	/**
	 * Those that are shown.
	 * @return up to {@link WorkSnapshot#MAX_TASKS}, by name
	 */
	public List<TaskStatus> toList() {
		return this.first.stream().sorted(Comparator.comparing(TaskStatus::name)).toList();
	}

}
