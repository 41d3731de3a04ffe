// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The tasks of the present incarnation of a service by their names. Safe for use by
 * several threads.
 */
final class TaskNames {

	private Map<String, IncarnationTask> tasks = new HashMap<>();

	/** Those whose name others may have, too. */
	private Set<IncarnationTask> others = new HashSet<>();

	/**
	 * Adds a task. One whose incarnation has ended is not kept: nothing will come of it.
	 * @param task the task
	 * @return {@code false} if there is one of its name
	 */
	synchronized boolean add(IncarnationTask task) {
		// Who ends the incarnation does so first, and then forgets its tasks.
		return task.scope.isEnded() || this.tasks.putIfAbsent(task.name(), task) == null;
	}

	/**
	 * Adds a task whose name others may have, too. One whose incarnation has ended is not
	 * kept.
	 * @param task the task
	 */
	synchronized void addOther(IncarnationTask task) {
		if (!task.scope.isEnded()) {
			this.others.add(task);
		}
	}

	synchronized void remove(IncarnationTask task) {
		if (!this.tasks.remove(task.name(), task)) {
			this.others.remove(task);
		}
	}

	/**
	 * The task of a name, of those whose names are their own.
	 * @param name the name
	 * @return the task, or {@code null} if there is none
	 */
	synchronized @Nullable IncarnationTask get(String name) {
		return this.tasks.get(name);
	}

	/**
	 * The names of the tasks whose names are their own.
	 * @param limit how many at most
	 * @return the first of them, in order
	 */
	synchronized List<String> names(int limit) {
		return this.tasks.keySet().stream().sorted().limit(limit).toList();
	}

	/**
	 * The tasks at this moment.
	 * @return a list of the caller's
	 */
	synchronized List<IncarnationTask> all() {
		if (this.others.isEmpty()) {
			return List.copyOf(this.tasks.values());
		}
		List<IncarnationTask> all = new ArrayList<>(this.tasks.values());
		all.addAll(this.others);
		return all;
	}

	/**
	 * Forgets all tasks, since their incarnation has ended.
	 * @return what they were
	 */
	synchronized List<IncarnationTask> end() {
		List<IncarnationTask> all = all();
		this.tasks = new HashMap<>();
		this.others = new HashSet<>();
		return all;
	}

}
