// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;

/**
 * How the tasks of a service went that are no more, by their names: the last
 * {@value #KEPT} that ran. They were of earlier incarnations, or are done. Confined to
 * the coordinator.
 */
final class TaskHistory {

	static final int KEPT = 100;

	/** The one that ran longest ago first. */
	private final Map<String, TaskDetails> last = new LinkedHashMap<>();

	/** Those of them that are done in the present incarnation. */
	private final Set<String> done = new HashSet<>();

	/**
	 * Keeps how tasks went whose incarnation ends, but for those that were cancelled.
	 * @param tasks all of them, which may be a million
	 */
	void keep(List<IncarnationTask> tasks) {
		PriorityQueue<IncarnationTask> latest = new PriorityQueue<>(
				Comparator.comparingLong((task) -> task.details().lastRunNanos()));
		for (IncarnationTask task : tasks) {
			TaskDetails details = task.details;
			if (details != null && details.hasRun() && !details.cancelled && !task.once) {
				latest.add(task);
				if (latest.size() > KEPT) {
					latest.remove();
				}
			}
		}
		while (!latest.isEmpty()) {
			keep(latest.remove());
		}
	}

	/**
	 * Keeps how a task went.
	 * @param task a task that has run
	 */
	void keep(IncarnationTask task) {
		forget(task.name());
		this.last.put(task.name(), task.details().outcome());
		if (this.last.size() > KEPT) {
			forget(this.last.keySet().iterator().next());
		}
	}

	/**
	 * Keeps how a task went that is done.
	 * @param task a task that has run
	 */
	void keepDone(IncarnationTask task) {
		keep(task);
		this.done.add(task.name());
	}

	/**
	 * The incarnation ends: what was done in it is not shown any more.
	 */
	void end() {
		this.done.clear();
	}

	/**
	 * Those that are done.
	 * @return how they went, by their names, in a map of the caller's
	 */
	Map<String, TaskStatus> done() {
		Map<String, TaskStatus> statuses = new HashMap<>();
		for (String name : this.done) {
			TaskDetails details = Objects.requireNonNull(this.last.get(name));
			statuses.put(name, new TaskStatus(name, TaskState.IDLE, null, details.lastRun(), details.lastDuration(),
					details.lastFailure()));
		}
		return statuses;
	}

	void forget(String name) {
		this.last.remove(name);
		this.done.remove(name);
	}

	/**
	 * How a task went last.
	 * @param task a task of the present incarnation
	 * @return what is known, {@code null} if that is nothing
	 */
	@Nullable TaskDetails of(IncarnationTask task) {
		TaskDetails own = task.details;
		return (own != null && own.hasRun()) ? own : this.last.get(task.name());
	}

}
