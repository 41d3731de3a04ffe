// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;

/**
 * The queue of the tasks of all services, and its slots. Tasks yield to micro-tasks that
 * wait. Confined to the coordinator, but for what is published: {@link #running()},
 * {@link #queued()} and {@link #isYielding()}.
 */
final class TaskQueue {

	/** How long the first task in the queue yields to micro-tasks. */
	private static final long LONGEST_YIELD = Duration.ofSeconds(30).toNanos();

	private final WorkEngine engine;

	private final WallTimers times;

	private final long longTask;

	private final int slots;

	private final RunList prioritized = new RunList();

	private final RunList normal = new RunList();

	/** Those that have a slot, in the order in which they got it. */
	private final RunList holders = new RunList();

	private int inside;

	private final Timer longTimer = Timer.of(this::giveUpSlots);

	private final Timer yieldTimer = Timer.of(this::fill);

	private BooleanSupplier microTasksWait;

	private volatile int running;

	private volatile int queued;

	private volatile boolean yielding;

	TaskQueue(WorkEngine engine) {
		this.engine = engine;
		this.times = new WallTimers(engine);
		this.slots = engine.settings().taskSlots();
		this.longTask = Nanos.of(engine.settings().longTask());
		this.microTasksWait = () -> engine.microTasks().hasWaiting();
	}

	/**
	 * Adds a run, or puts it where its priority says. The queue is to be
	 * {@linkplain #fill() looked at} afterwards.
	 * @param run a run in no list
	 */
	void add(TaskRun run) {
		switch (run.priority) {
			case NORMAL -> this.normal.addLast(run);
			case PRIORITIZED -> this.prioritized.addLast(run);
			case ASAP -> this.prioritized.addFirst(run);
		}
		if (run.queuedAt == TimerQueue.NEVER) {
			run.queuedAt = coordination().now();
			watch(run);
		}
	}

	/**
	 * Sets when a run that waits here no longer does.
	 * @param run any run
	 */
	void watch(TaskRun run) {
		TaskDetails details = run.task.details;
		if (details != null && details.maxDelay != null && isQueued(run)) {
			coordination().timers().set(details.maxDelay, Nanos.later(run.queuedAt, details.maxDelay.nanos));
		}
	}

	private boolean isQueued(TaskRun run) {
		return run.list == this.prioritized || run.list == this.normal;
	}

	/**
	 * A run has waited for as long as it may.
	 * @param run a run that waits
	 */
	void overdue(TaskRun run) {
		if (isQueued(run) && !heldBack(run)) {
			begin(run);
			publish();
		}
	}

	/**
	 * Gives free slots to those that wait.
	 */
	void fill() {
		boolean yields = false;
		TaskRun next = next();
		while (next != null && this.holders.size() < this.slots && !yields) {
			yields = yields(next);
			if (!yields) {
				begin(next);
				next = next();
			}
		}
		if (!yields && this.yielding) {
			this.yielding = false;
		}
		publish();
	}

	private @Nullable TaskRun next() {
		TaskRun next = first();
		while (next != null && heldBack(next)) {
			next = first();
		}
		return next;
	}

	private @Nullable TaskRun first() {
		TaskRun first = this.prioritized.first();
		return (first != null) ? first : this.normal.first();
	}

	/**
	 * Takes out a run whose service was put to sleep while it waited here.
	 * @param run a run that waits here
	 * @return whether it was
	 */
	private static boolean heldBack(TaskRun run) {
		Tasks tasks = run.scope.workload().tasks();
		if (tasks.mayBeQueued(run)) {
			return false;
		}
		run.unlink();
		run.queuedAt = TimerQueue.NEVER;
		tasks.hold(run);
		return true;
	}

	private boolean yields(TaskRun first) {
		if (!this.microTasksWait.getAsBoolean()) {
			return false;
		}
		// It is told first that somebody yields, and then looked again: whoever lets the
		// last micro-task begin does the opposite, so that one of them sees the other.
		this.yielding = true;
		if (!this.microTasksWait.getAsBoolean()) {
			return false;
		}
		long now = coordination().now();
		if (first.yieldsUntil == TimerQueue.NEVER) {
			first.yieldsUntil = now + LONGEST_YIELD;
		}
		if (now >= first.yieldsUntil) {
			return false;
		}
		coordination().timers().set(this.yieldTimer, first.yieldsUntil);
		return true;
	}

	private void begin(TaskRun run) {
		run.unlink();
		run.begunAt = coordination().now();
		TaskDetails details = run.task.details();
		details.begun(coordination().epochNanos());
		if (details.maxDelay != null) {
			coordination().timers().set(details.maxDelay, TimerQueue.NEVER);
		}
		if (details.repetition != null) {
			details.repetition.runBegins();
		}
		this.inside++;
		run.scope.workload().figures().taskBegun();
		if (this.holders.size() < this.slots) {
			this.holders.addLast(run);
			watchLongest();
		}
		run.scope.execute(run);
	}

	/**
	 * A run has left user code, or will never enter it. The queue is to be
	 * {@linkplain #fill() looked at} afterwards.
	 * @param run a run that had begun
	 */
	void left(TaskRun run) {
		this.inside--;
		run.unlink();
		watchLongest();
	}

	private void giveUpSlots() {
		long latest = coordination().now() - this.longTask;
		TaskRun longest = this.holders.first();
		while (longest != null && longest.begunAt <= latest) {
			longest.unlink();
			longest = this.holders.first();
		}
		watchLongest();
		fill();
	}

	private void watchLongest() {
		TaskRun longest = this.holders.first();
		coordination().timers()
			.set(this.longTimer, (longest != null) ? Nanos.later(longest.begunAt, this.longTask) : TimerQueue.NEVER);
	}

	/**
	 * No micro-task waits any more.
	 */
	void microTasksIdle() {
		fill();
	}

	private void publish() {
		int waiting = this.prioritized.size() + this.normal.size();
		if (this.queued != waiting) {
			this.queued = waiting;
		}
		if (this.running != this.inside) {
			this.running = this.inside;
		}
	}

	private Coordination coordination() {
		return this.engine.coordination();
	}

	/**
	 * The times of the wall clock at which tasks are due.
	 * @return the timers
	 */
	WallTimers times() {
		return this.times;
	}

	/**
	 * Sets what tells whether micro-tasks wait, to which tasks yield.
	 * @param newMicroTasksWait whether any waits
	 */
	void yieldTo(BooleanSupplier newMicroTasksWait) {
		this.microTasksWait = newMicroTasksWait;
	}

	/**
	 * Whether a task yields its slot to micro-tasks. Any thread may ask.
	 * @return whether {@link #microTasksIdle()} is to be called when none waits any more
	 */
	boolean isYielding() {
		return this.yielding;
	}

	int running() {
		return this.running;
	}

	int queued() {
		return this.queued;
	}

}
