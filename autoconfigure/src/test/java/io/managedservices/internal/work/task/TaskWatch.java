// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.work.SimulatedUnit;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.core.ScopeAccess;
import io.managedservices.work.ServiceTask;

/**
 * Knows what was asked of each task of a simulation, and checks what becomes of it: none
 * is lost, none begins that was cancelled, none waits while there is a slot for it, or
 * for longer than it may, and no more run than there are slots. For use by one thread.
 */
public final class TaskWatch {

	private final WorkEngine engine;

	private final SimulatedBackend backend;

	private final List<Asked> tasks = new ArrayList<>();

	public TaskWatch(WorkEngine engine, SimulatedBackend backend) {
		this.engine = engine;
		this.backend = backend;
	}

	public void created(ServiceTask task) {
		this.tasks.add(new Asked((IncarnationTask) task));
	}

	/**
	 * A run of a task is about to be asked for.
	 * @param task the task
	 */
	public void asks(ServiceTask task) {
		Asked asked = of(task);
		if (asked != null) {
			asked.owed = true;
			TaskRun run = asked.task.run;
			asked.underWay = (run != null && !run.isWaiting()) ? run : null;
		}
	}

	public void limits(ServiceTask task, Duration maxDelay) {
		Asked asked = of(task);
		if (asked != null) {
			asked.maxDelay = maxDelay.toNanos();
		}
	}

	public void repeats(ServiceTask task) {
		Asked asked = of(task);
		if (asked != null) {
			asked.repeats = true;
		}
	}

	public void cancels(ServiceTask task) {
		Asked asked = of(task);
		if (asked != null) {
			asked.cancelled = true;
		}
	}

	private @Nullable Asked of(ServiceTask task) {
		for (Asked asked : this.tasks) {
			if (asked.task == task) {
				return asked;
			}
		}
		return null;
	}

	/**
	 * A unit enters user code.
	 * @param unit any unit
	 */
	public void begins(SimulatedUnit unit) {
		if (unit.call() instanceof TaskRun run) {
			Asked asked = of(run.task);
			require(asked != null, run.task, "begins after its service was asked to end");
			require(!asked.cancelled, run.task, "begins after it was cancelled");
			if (run != asked.underWay) {
				asked.owed = false;
			}
		}
	}

	/**
	 * Looks at all of them, after each step.
	 * @param inside how many are inside user code
	 */
	public void check(long inside) {
		TaskQueue queue = WorkAccess.tasks(this.engine);
		int running = queue.running();
		int held = 0;
		int waiting = 0;
		for (int index = this.tasks.size() - 1; index >= 0; index--) {
			Asked asked = this.tasks.get(index);
			waiting += look(asked) ? 1 : 0;
			held += asked.holdsSlot(now(), WorkAccess.settings(this.engine).longTask().toNanos()) ? 1 : 0;
			if (asked.task.scope.isEnded()) {
				this.tasks.remove(index);
			}
		}
		int slots = WorkAccess.settings(this.engine).taskSlots();
		require(held <= slots, "%d tasks hold one of %d slots".formatted(held, slots));
		require(waiting == 0 || running >= slots || WorkAccess.microTasks(this.engine).hasWaiting(),
				"%d tasks wait while %d run on %d slots".formatted(waiting, running, slots));
		require(queue.queued() >= waiting, "%d tasks wait, %d are counted".formatted(waiting, queue.queued()));
		if (running != inside) {
			long handedOver = this.backend.tasks()
				.stream()
				.filter((task) -> task instanceof TaskRun run && ScopeAccess.isInside(run.scope(), run))
				.count();
			require(running == inside + handedOver, "%d tasks are inside user code and %d about to be, %d are counted"
				.formatted(inside, handedOver, running));
		}
	}

	/** Tells whether it waits for a slot. */
	private boolean look(Asked asked) {
		IncarnationTask task = asked.task;
		TaskRun run = task.run;
		boolean waits = run != null && run.isWaiting();
		if (task.scope.isEnded() || asked.cancelled) {
			require(!waits, task, "waits after it was cancelled or its service was asked to end");
			asked.open = false;
			return false;
		}
		Instant next = task.next();
		require(!asked.owed || run != null, task, "was asked for, and is lost");
		require(!asked.repeats || run != null || next != null, task, "was to be repeated, and is lost");
		require(next == null || next.isAfter(this.backend.instant()), task, "was due at " + next);
		boolean open = waits && task.scope.isRunning() && !(run.scheduled && task.scope.workplace().isAsleep());
		if (open && (!asked.open || run != asked.waiting)) {
			asked.since = now();
		}
		asked.open = open;
		asked.waiting = run;
		if (open && asked.maxDelay != 0) {
			long due = asked.since + asked.maxDelay;
			require(this.backend.alarmAt() <= Math.max(due, now()), task,
					"waits until %d at most, the alarm is set to %d".formatted(due, this.backend.alarmAt()));
		}
		return open;
	}

	private long now() {
		return this.backend.nanoTime();
	}

	private static void require(boolean condition, IncarnationTask task, String what) {
		if (!condition) {
			throw new AssertionError(
					"Task '%s' of service '%s' %s".formatted(task.name(), task.scope.serviceName(), what));
		}
	}

	private static void require(boolean condition, String what) {
		if (!condition) {
			throw new AssertionError(what);
		}
	}

	/**
	 * What was asked of a task, and what was seen of it.
	 */
	private static final class Asked {

		private final IncarnationTask task;

		private boolean owed;

		/** The run that was under way when it was asked for last. */
		private @Nullable TaskRun underWay;

		private long maxDelay;

		private boolean repeats;

		private boolean cancelled;

		/** Whether it was seen to wait for a slot. */
		private boolean open;

		private @Nullable TaskRun waiting;

		/** Since when it was seen to. */
		private long since;

		private @Nullable TaskRun begun;

		private boolean beganOverdue;

		Asked(IncarnationTask task) {
			this.task = task;
		}

		private boolean holdsSlot(long now, long longTask) {
			TaskRun run = this.task.run;
			if (run == null || run.isWaiting()) {
				return false;
			}
			if (run != this.begun) {
				this.begun = run;
				// Those that begin by that may do so beyond the slots.
				this.beganOverdue = this.maxDelay != 0 && now >= this.since + this.maxDelay;
			}
			return !this.beganOverdue && now - run.begunAt < longTask;
		}

	}

}
