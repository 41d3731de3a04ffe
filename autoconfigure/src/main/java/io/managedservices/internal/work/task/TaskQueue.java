// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.WorkEnvironment;

/**
 * The queue of the tasks of all services, and its slots. Tasks yield to micro-tasks that
 * wait. Confined to the coordinator, but for what is published: {@link #running()},
 * {@link #queued()} and {@link #isYielding()}.
 *
 * @since 0.1.0
 */
public final class TaskQueue {

	/** How long the first task in the queue yields to micro-tasks. */
	private static final long LONGEST_YIELD = Duration.ofSeconds(30).toNanos();

	/** More than are ever added. */
	private static final long BEHIND_PRIORITIZED = Long.MAX_VALUE / 2;

	private final WorkEnvironment environment;

	private final WallTimers times;

	private final long longTask;

	private final int slots;

	/** Those that wait for a slot. */
	private final SortedSet<TaskRun> waiting = new TreeSet<>(Comparator.comparingLong((run) -> run.place));

	/** How many were added, to tell places apart. */
	private long added;

	/** Those that have a slot, in the order in which they got it. */
	private final Set<TaskRun> holders = new LinkedHashSet<>();

	private int inside;

	private final Timer longTimer = Timer.of(this::giveUpSlots);

	private final Timer yieldTimer = Timer.of(this::fill);

	private BooleanSupplier othersWait;

	private volatile int running;

	private volatile int queued;

	private volatile boolean yielding;

	/**
	 * Create a queue.
	 * @param environment that of all services
	 * @param slots how many tasks run at once
	 * @param longTask how long a task keeps its slot
	 * @param othersWait whether anything waits to which tasks yield
	 */
	public TaskQueue(WorkEnvironment environment, int slots, Duration longTask, BooleanSupplier othersWait) {
		this.environment = environment;
		this.times = new WallTimers(environment);
		this.slots = slots;
		this.longTask = Nanos.of(longTask);
		this.othersWait = othersWait;
	}

	/**
	 * Adds a run, or puts it where its priority says. The queue is to be
	 * {@linkplain #fill() looked at} afterwards.
	 * @param run a run that is not here
	 */
	void add(TaskRun run) {
		this.added++;
		run.place = switch (run.priority) {
			case NORMAL -> BEHIND_PRIORITIZED + this.added;
			case PRIORITIZED -> this.added;
			case ASAP -> -this.added;
		};
		this.waiting.add(run);
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
		return this.waiting.contains(run);
	}

	/**
	 * Takes a run out that waits here.
	 * @param run any run
	 */
	void remove(TaskRun run) {
		this.waiting.remove(run);
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
		return this.waiting.isEmpty() ? null : this.waiting.first();
	}

	/**
	 * Takes out a run whose service was put to sleep while it waited here.
	 * @param run a run that waits here
	 * @return whether it was
	 */
	private boolean heldBack(TaskRun run) {
		Tasks tasks = run.task.tasks();
		if (tasks.mayBeQueued(run)) {
			return false;
		}
		this.waiting.remove(run);
		run.queuedAt = TimerQueue.NEVER;
		tasks.hold(run);
		return true;
	}

	private boolean yields(TaskRun first) {
		if (!this.othersWait.getAsBoolean()) {
			return false;
		}
		// It is told first that somebody yields, and then looked again: whoever lets the
		// last micro-task begin does the opposite, so that one of them sees the other.
		this.yielding = true;
		if (!this.othersWait.getAsBoolean()) {
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
		this.waiting.remove(run);
		run.begunAt = coordination().now();
		TaskDetails details = run.task.details();
		details.begun(coordination().epochNanos());
		if (details.maxDelay != null) {
			coordination().timers().set(details.maxDelay, TimerQueue.NEVER);
		}
		if (details.repetition != null) {
			details.repetition.runBegins();
		}
		run.lease(details.lease);
		this.inside++;
		run.task.tasks().begun();
		if (this.holders.size() < this.slots) {
			this.holders.add(run);
			watchLongest();
		}
		run.scope().execute(run);
	}

	/**
	 * A run has left user code, or will never enter it. The queue is to be
	 * {@linkplain #fill() looked at} afterwards.
	 * @param run a run that had begun
	 */
	void left(TaskRun run) {
		this.inside--;
		this.holders.remove(run);
		watchLongest();
	}

	private void giveUpSlots() {
		long latest = coordination().now() - this.longTask;
		this.holders.removeIf((run) -> run.begunAt <= latest);
		watchLongest();
		fill();
	}

	private void watchLongest() {
		TaskRun longest = this.holders.isEmpty() ? null : this.holders.iterator().next();
		coordination().timers()
			.set(this.longTimer, (longest != null) ? Nanos.later(longest.begunAt, this.longTask) : TimerQueue.NEVER);
	}

	/**
	 * No micro-task waits any more.
	 */
	public void microTasksIdle() {
		fill();
	}

	private void publish() {
		if (this.queued != this.waiting.size()) {
			this.queued = this.waiting.size();
		}
		if (this.running != this.inside) {
			this.running = this.inside;
		}
	}

	private Coordination coordination() {
		return this.environment.coordination();
	}

	/**
	 * The wall clock has jumped.
	 */
	public void clockJumped() {
		this.times.clockJumped();
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
	 * @param newOthersWait whether any waits
	 */
	void yieldTo(BooleanSupplier newOthersWait) {
		this.othersWait = newOthersWait;
	}

	/**
	 * Whether a task yields its slot to micro-tasks. Any thread may ask.
	 * @return whether {@link #microTasksIdle()} is to be called when none waits any more
	 */
	public boolean isYielding() {
		return this.yielding;
	}

	public int running() {
		return this.running;
	}

	public int queued() {
		return this.queued;
	}

}
