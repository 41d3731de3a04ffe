// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;

/**
 * What not every task has: how it repeats, how long it waits at most, and how its last
 * run went. Confined to the coordinator.
 */
final class TaskDetails {

	static final long NONE = Long.MIN_VALUE;

	@Nullable Repetition repetition;

	@Nullable MaxDelay maxDelay;

	/** How long until the first run of a repetition, {@link #NONE} for its interval. */
	long initialDelay = NONE;

	/** How much later than at its time it is due at most, at random. */
	long jitter;

	/** What it is due for is done by one instance. */
	@Nullable String lease;

	boolean cancelled;

	boolean toFinish;

	/** Whether it keeps its name when it is done. */
	boolean kept;

	/** In nanoseconds since 1970, {@link #NONE} for not yet. */
	private long lastRun = NONE;

	/** In nanoseconds, {@link #NONE} while it runs. */
	private long lastDuration = NONE;

	private @Nullable Throwable lastFailure;

	void begun(long epochNanos) {
		this.lastRun = epochNanos;
		this.lastDuration = NONE;
		this.lastFailure = null;
	}

	void ended(long nanos, @Nullable Throwable failure) {
		this.lastDuration = nanos;
		this.lastFailure = failure;
	}

	boolean hasRun() {
		return this.lastRun != NONE;
	}

	/**
	 * When it began last.
	 * @return nanoseconds since 1970, if it {@linkplain #hasRun() has run}
	 */
	long lastRunNanos() {
		return this.lastRun;
	}

	/**
	 * How the last run went, and nothing else of this.
	 * @return a copy, which holds no task
	 */
	TaskDetails outcome() {
		TaskDetails copy = new TaskDetails();
		copy.lastRun = this.lastRun;
		copy.lastDuration = this.lastDuration;
		copy.lastFailure = this.lastFailure;
		return copy;
	}

	@Nullable Instant lastRun() {
		return (this.lastRun != NONE) ? Nanos.instant(this.lastRun) : null;
	}

	@Nullable Duration lastDuration() {
		return (this.lastDuration != NONE) ? Duration.ofNanos(this.lastDuration) : null;
	}

	@Nullable Throwable lastFailure() {
		return this.lastFailure;
	}

	/**
	 * Fires when a task has waited in the queue for as long as it may.
	 */
	static final class MaxDelay extends Timer {

		private final IncarnationTask task;

		final long nanos;

		MaxDelay(IncarnationTask task, long nanos) {
			this.task = task;
			this.nanos = nanos;
		}

		@Override
		protected void fire() {
			TaskRun run = this.task.run;
			if (run != null && run.isWaiting()) {
				this.task.queueOfAll().overdue(run);
			}
		}

	}

}
