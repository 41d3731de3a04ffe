// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.ExposedEvent;
import io.managedservices.monitor.Workload.Waits;
import io.managedservices.work.ServiceFailure;

/**
 * What the work of a service looks like at a moment. Immutable.
 *
 * @param asleep whether it was put to sleep
 * @param workers its workers
 * @param tasks its tasks by name; if it has more than {@value #MAX_TASKS}, those that
 * run, then those that wait, then those that are due next
 * @param taskCount how many tasks it has
 * @param tasksQueued how many of them wait for it to run or wake, or for a slot
 * @param tickers its tickers
 * @param microTasks its micro-tasks
 * @param events its events
 * @param failures the last failures, newest first
 * @param failureCount how many there were in all
 * @since 0.1.0
 */
public record WorkSnapshot(boolean asleep, List<WorkerStatus> workers, List<TaskStatus> tasks, int taskCount,
		int tasksQueued, List<TickerStatus> tickers, MicroTaskStatus microTasks, EventStatus events,
		List<ServiceFailure> failures, long failureCount) {

	/**
	 * How many tasks are shown at most.
	 */
	public static final int MAX_TASKS = 100;

	/**
	 * Of a service that has never done any work.
	 */
	public static final WorkSnapshot NONE = new WorkSnapshot(false, List.of(), List.of(), 0, 0, List.of(),
			MicroTaskStatus.NONE, new EventStatus(0, 0, 0, 0), List.of(), 0);

	/**
	 * A worker.
	 *
	 * @param name its name
	 * @param state what it does
	 * @param attempt the number of its run, 1 for the first
	 * @param failedAttempts how many runs in a row have failed
	 * @param next when it is restarted, or {@code null}
	 */
	public record WorkerStatus(String name, WorkerState state, int attempt, int failedAttempts,
			@Nullable Instant next) {

	}

	/**
	 * What a worker does.
	 */
	public enum WorkerState {

		/** It runs, or waits for a thread. */
		RUNNING,

		/** It failed, and will be restarted. */
		BACKOFF,

		/** It was told to stop. */
		STOPPING

	}

	/**
	 * A task.
	 *
	 * @param name its name
	 * @param state what it does
	 * @param next when it is due next, or {@code null}
	 * @param lastRun when it began last, also before its service was started again, or
	 * {@code null}
	 * @param lastDuration how long that took, or {@code null}
	 * @param lastFailure what it threw, or {@code null} if nothing
	 */
	public record TaskStatus(String name, TaskState state, @Nullable Instant next, @Nullable Instant lastRun,
			@Nullable Duration lastDuration, @Nullable Throwable lastFailure) {

	}

	/**
	 * What a task does.
	 */
	public enum TaskState {

		/** Nothing, until it is due or asked for. */
		IDLE,

		/** It waits for its service to run or wake, or for a slot. */
		QUEUED,

		/** It runs. */
		RUNNING

	}

	/**
	 * A ticker.
	 *
	 * @param name its name
	 * @param interval its interval
	 * @param ticks how often it has ticked
	 * @param next when it ticks next, or {@code null} while it ticks or pauses
	 * @param lastRun when it ticked last, or {@code null}
	 * @param lastDuration how long that took, or {@code null}
	 * @param lastFailure what it threw, or {@code null} if nothing
	 */
	public record TickerStatus(String name, Duration interval, long ticks, @Nullable Instant next,
			@Nullable Instant lastRun, @Nullable Duration lastDuration, @Nullable Throwable lastFailure) {

	}

	/**
	 * Micro-tasks of a service.
	 *
	 * @param running how many run
	 * @param mediumWaiting how many of medium priority wait for a slot
	 * @param lowWaiting how many of low priority wait for a slot
	 * @param finished how many have ended, also those that failed
	 * @param failed how many have failed
	 * @param highWaits how many of high priority have begun, which never wait for a slot
	 * @param mediumWaits how long those of medium priority have waited for a slot
	 * @param lowWaits how long those of low priority have waited for a slot
	 */
	public record MicroTaskStatus(int running, int mediumWaiting, int lowWaiting, long finished, long failed,
			Waits highWaits, Waits mediumWaits, Waits lowWaits) {

		/**
		 * Before the first one.
		 */
		public static final MicroTaskStatus NONE = new MicroTaskStatus(0, 0, 0, 0, 0, Waits.NONE, Waits.NONE,
				Waits.NONE);

	}

	/**
	 * Events of a service. What its hooks have to do with counts once for each of them.
	 *
	 * @param emitted how many it has emitted, those that were injected included
	 * @param delivered how many calls of its hooks have ended, also those that failed or
	 * were interrupted
	 * @param held how many wait for its hooks, or are being taken
	 * @param dropped how many its hooks could not take, or would have taken had they or
	 * the source not ended before
	 * @param exposedDropped how many {@linkplain ExposedEvent exposed} ones that it has
	 * emitted some listener was not told, since too many waited for it; other listeners
	 * and hooks get these all the same
	 */
	public record EventStatus(long emitted, long delivered, int held, long dropped, long exposedDropped) {

		/**
		 * Create what is known of events of which all that are exposed were told.
		 * @param emitted how many it has emitted
		 * @param delivered how many calls of its hooks have ended
		 * @param held how many wait for its hooks, or are being taken
		 * @param dropped how many its hooks could not take
		 */
		public EventStatus(long emitted, long delivered, int held, long dropped) {
			this(emitted, delivered, held, dropped, 0);
		}

		/**
		 * The same with another number of exposed events that were dropped.
		 * @param count how many listeners were not told
		 * @return that
		 */
		public EventStatus withExposedDropped(long count) {
			return new EventStatus(this.emitted, this.delivered, this.held, this.dropped, count);
		}

	}

}
