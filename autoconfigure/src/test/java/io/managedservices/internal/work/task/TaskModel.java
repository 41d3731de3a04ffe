// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.TimerQueue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tasks ought to do, told of each step of a simulation: which of them wait, since
 * when and in which order, and what may begin.
 */
final class TaskModel {

	private final int slots;

	private final long longTask;

	private final Map<IncarnationTask, Expected> tasks = new LinkedHashMap<>();

	private final Set<IncarnationTask> inUserCode = new HashSet<>();

	private int step;

	long now;

	boolean microTasksWait;

	TaskModel(int slots, long longTask) {
		this.slots = slots;
		this.longTask = longTask;
	}

	/** Begins what is checked as one: in it the order is left open where the clock is. */
	void nextStep(long time) {
		this.step++;
		this.now = time;
	}

	void asked(IncarnationTask task, TaskPriority priority) {
		of(task).due = TimerQueue.NEVER;
		asked(task, priority, false);
	}

	private void asked(IncarnationTask task, TaskPriority priority, boolean scheduled) {
		Expected expected = of(task);
		if (task.scope.isEnded() || expected.cancelled) {
			return;
		}
		if (expected.inside != null) {
			expected.again = merged(expected.again, priority, scheduled);
		}
		else {
			expected.waiting = merged(expected.waiting, priority, scheduled);
		}
	}

	private Waiting merged(@Nullable Waiting before, TaskPriority priority, boolean scheduled) {
		Waiting waiting = (before != null) ? before : new Waiting(priority, scheduled);
		waiting.scheduled &= scheduled;
		if (before == null || priority.isBetterThan(before.priority)) {
			waiting.priority = priority;
			waiting.arrived = this.step;
		}
		return waiting;
	}

	void scheduled(IncarnationTask task, long time) {
		of(task).due = time;
	}

	void repeats(IncarnationTask task, long interval) {
		of(task).interval = interval;
		of(task).fixedDelay = 0;
		of(task).nextDue = this.now + interval;
	}

	void repeatsAfter(IncarnationTask task, long delay) {
		of(task).interval = 0;
		of(task).fixedDelay = delay;
		of(task).nextDue = this.now + delay;
	}

	void unscheduled(IncarnationTask task) {
		of(task).interval = 0;
		of(task).fixedDelay = 0;
		of(task).due = TimerQueue.NEVER;
		of(task).nextDue = TimerQueue.NEVER;
	}

	void limited(IncarnationTask task, long maxDelay) {
		of(task).maxDelay = maxDelay;
	}

	void cancelled(IncarnationTask task) {
		Expected expected = of(task);
		expected.cancelled = true;
		expected.waiting = null;
		expected.again = null;
	}

	void entered(TaskRun run) {
		assertThat(run.scope().isEnded()).as("%s begins after the stop", run.name()).isFalse();
		assertThat(of(run.task).cancelled).as("%s begins after it was cancelled", run.name()).isFalse();
		assertThat(this.inUserCode.add(run.task)).as("%s runs once at a time", run.name()).isTrue();
		assertThat(of(run.task).inside).isNotNull();
	}

	void left(TaskRun run) {
		this.inUserCode.remove(run.task);
		ended(of(run.task));
	}

	private void ended(Expected expected) {
		expected.inside = null;
		expected.waiting = expected.again;
		expected.again = null;
		if (expected.fixedDelay != 0) {
			expected.nextDue = this.now + expected.fixedDelay;
		}
		if (expected.waiting != null) {
			expected.waiting.arrived = this.step;
		}
	}

	/** Looks at all tasks after a step. */
	void check() {
		List<Expected> begun = new ArrayList<>();
		this.tasks.values().forEach(this::letTimePass);
		for (Map.Entry<IncarnationTask, Expected> entry : this.tasks.entrySet()) {
			if (look(entry.getKey(), entry.getValue())) {
				begun.add(entry.getValue());
			}
		}
		begun.forEach(this::checkOrder);
		checkSlots();
		this.tasks.values().forEach(this::checkDelay);
	}

	private void letTimePass(Expected expected) {
		IncarnationTask task = expected.task;
		if (expected.due <= this.now) {
			expected.due = TimerQueue.NEVER;
			asked(task, TaskPriority.PRIORITIZED, true);
		}
		if (expected.nextDue <= this.now) {
			expected.nextDue = TimerQueue.NEVER;
			asked(task, TaskPriority.PRIORITIZED, true);
		}
		if (task.scope.isEnded()) {
			expected.waiting = null;
			expected.again = null;
		}
		Waiting waiting = expected.waiting;
		if (waiting != null) {
			boolean open = isOpen(expected);
			if (open && waiting.queuedAt == TimerQueue.NEVER) {
				waiting.queuedAt = this.now;
				waiting.arrived = this.step;
			}
			if (!open && waiting.queuedAt != TimerQueue.NEVER) {
				waiting.disturbed = true;
			}
			if (open && waiting.disturbed && !waiting.woken) {
				waiting.woken = true;
				waiting.wokenAt = this.now;
			}
			if (!open) {
				waiting.woken = false;
			}
		}
	}

	private boolean isOpen(Expected expected) {
		Waiting waiting = expected.waiting;
		return waiting != null && expected.task.scope.isRunning()
				&& !(waiting.scheduled && expected.task.scope.workplace().isAsleep());
	}

	private boolean look(IncarnationTask task, Expected expected) {
		TaskRun run = task.run;
		if (run == null || run.isWaiting()) {
			assertThat(expected.waiting != null).as("%s waits", task.name()).isEqualTo(run != null);
			if (expected.inside != null) {
				// Withdrawn before its thread had begun with it.
				assertThat(task.isGone()).as("%s is gone", task.name()).isTrue();
				expected.inside = null;
			}
			return false;
		}
		if (run == expected.inside) {
			return false;
		}
		assertThat(expected.inside).as("%s has two runs", task.name()).isNull();
		assertThat(expected.waiting).as("%s runs without being asked", task.name()).isNotNull();
		assertThat(isOpen(expected)).as("%s runs while it is to wait", task.name()).isTrue();
		expected.inside = run;
		expected.began = expected.waiting;
		expected.waiting = null;
		if (expected.interval != 0) {
			expected.nextDue = run.begunAt + expected.interval;
		}
		if (expected.fixedDelay != 0) {
			expected.nextDue = TimerQueue.NEVER;
		}
		assertThat(run.begunAt).isEqualTo(this.now);
		return true;
	}

	private void checkOrder(Expected begun) {
		Waiting first = begun.began;
		if (first == null || isOverdue(begun, first) || first.disturbed) {
			return;
		}
		for (Expected other : this.tasks.values()) {
			Waiting second = other.waiting;
			if (second != null && isOpen(other) && !second.disturbed && second.arrived < this.step) {
				assertThat(isBefore(second, first)).as("%s before %s", other.task.name(), begun.task.name()).isFalse();
			}
		}
	}

	private boolean isBefore(Waiting one, Waiting other) {
		if (one.priority != other.priority) {
			return one.priority.compareTo(other.priority) > 0;
		}
		if (one.arrived == other.arrived) {
			return false;
		}
		return (one.arrived < other.arrived) != (one.priority == TaskPriority.ASAP);
	}

	private boolean isOverdue(Expected expected, Waiting waiting) {
		return expected.maxDelay != 0 && (waiting.disturbed || this.now == waiting.queuedAt + expected.maxDelay);
	}

	private void checkSlots() {
		int busy = 0;
		int overdue = 0;
		for (Expected expected : this.tasks.values()) {
			TaskRun run = expected.inside;
			if (run != null && this.now - run.begunAt < this.longTask) {
				busy++;
				expected.wasOverdue |= run.begunAt == this.now && expected.began != null
						&& isOverdue(expected, expected.began);
				overdue += expected.wasOverdue ? 1 : 0;
			}
			if (run == null) {
				expected.wasOverdue = false;
			}
		}
		assertThat(busy - overdue).as("slots").isLessThanOrEqualTo(this.slots);
		if (busy < this.slots && !this.microTasksWait) {
			assertThat(this.tasks.values()).as("what waits though there is a slot").noneMatch(this::isOpen);
		}
	}

	private void checkDelay(Expected expected) {
		Waiting waiting = expected.waiting;
		if (waiting != null && isOpen(expected) && expected.maxDelay != 0) {
			long since = waiting.disturbed ? waiting.wokenAt : waiting.queuedAt;
			assertThat(this.now - since).as("%s has waited", expected.task.name()).isLessThan(expected.maxDelay);
		}
	}

	boolean anyWaits() {
		return this.tasks.values().stream().anyMatch(this::isOpen);
	}

	private Expected of(IncarnationTask task) {
		return this.tasks.computeIfAbsent(task, Expected::new);
	}

	/**
	 * What is expected of a task.
	 */
	private static final class Expected {

		private final IncarnationTask task;

		private long due = TimerQueue.NEVER;

		private long nextDue = TimerQueue.NEVER;

		private long interval;

		private long fixedDelay;

		private long maxDelay;

		private boolean cancelled;

		private boolean wasOverdue;

		private @Nullable Waiting waiting;

		private @Nullable Waiting began;

		private @Nullable Waiting again;

		private @Nullable TaskRun inside;

		Expected(IncarnationTask task) {
			this.task = task;
		}

	}

	/**
	 * A run that is to come.
	 */
	private static final class Waiting {

		private TaskPriority priority;

		private boolean scheduled;

		private int arrived;

		private long queuedAt = TimerQueue.NEVER;

		/** Whether its service was put to sleep while it was in the queue. */
		private boolean disturbed;

		private boolean woken;

		private long wokenAt = TimerQueue.NEVER;

		Waiting(TaskPriority priority, boolean scheduled) {
			this.priority = priority;
			this.scheduled = scheduled;
		}

	}

}
