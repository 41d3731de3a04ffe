// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

/**
 * Runs of tasks in order, linked through themselves: each is in one list at most, and is
 * taken out of the middle at once. Confined to the coordinator.
 */
final class RunList {

	private @Nullable TaskRun first;

	private @Nullable TaskRun last;

	private int size;

	@Nullable TaskRun first() {
		return this.first;
	}

	int size() {
		return this.size;
	}

	void addFirst(TaskRun run) {
		link(run, null, this.first);
	}

	void addLast(TaskRun run) {
		link(run, this.last, null);
	}

	private void link(TaskRun run, @Nullable TaskRun before, @Nullable TaskRun after) {
		run.list = this;
		join(before, run);
		join(run, after);
		this.size++;
	}

	void remove(TaskRun run) {
		join(run.previous, run.following);
		run.list = null;
		run.previous = null;
		run.following = null;
		this.size--;
	}

	private void join(@Nullable TaskRun before, @Nullable TaskRun after) {
		if (before != null) {
			before.following = after;
		}
		else {
			this.first = after;
		}
		if (after != null) {
			after.previous = before;
		}
		else {
			this.last = before;
		}
	}

}
