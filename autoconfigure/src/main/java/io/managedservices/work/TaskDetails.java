package io.managedservices.work;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.concurrent.Timer;

/**
 * What not every task has: how it repeats, how long it waits at most, and how its last
 * run went. Confined to the coordinator.
 */
final class TaskDetails {

	@Nullable Repetition repetition;

	@Nullable MaxDelay maxDelay;

	private @Nullable Instant lastRun;

	private @Nullable Duration lastDuration;

	private @Nullable Throwable lastFailure;

	void begun(Instant time) {
		this.lastRun = time;
		this.lastDuration = null;
		this.lastFailure = null;
	}

	void ended(Duration duration, @Nullable Throwable failure) {
		this.lastDuration = duration;
		this.lastFailure = failure;
	}

	@Nullable Instant lastRun() {
		return this.lastRun;
	}

	@Nullable Duration lastDuration() {
		return this.lastDuration;
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
