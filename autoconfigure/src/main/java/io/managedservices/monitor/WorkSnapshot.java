// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.ExposedEvent;
import io.managedservices.monitor.Workload.Lines;
import io.managedservices.work.ServiceFailure;

/**
 * What the work of a service looks like at a moment. Immutable.
 *
 * @param asleep whether it was put to sleep
 * @param workers its workers
 * @param allTasks its tasks
 * @param tickers its tickers
 * @param traffic its micro-tasks and events
 * @param allFailures its failures
 * @since 0.1.0
 */
public record WorkSnapshot(boolean asleep, List<WorkerStatus> workers, Tasks allTasks, List<TickerStatus> tickers,
		Traffic traffic, Failures allFailures) {

	/**
	 * How many tasks are shown at most.
	 */
	public static final int MAX_TASKS = 100;

	/**
	 * Of a service that has never done any work.
	 */
	public static final WorkSnapshot NONE = new WorkSnapshot(false, List.of(), new Tasks(List.of(), 0, 0), List.of(),
			new Traffic(MicroTaskStatus.NONE, new EventStatus(0, 0, 0, 0)), new Failures(List.of(), 0));

	/**
	 * The tasks of the service by name; if it has more than {@value #MAX_TASKS}, those
	 * that run, then those that wait, then those that are due next.
	 * @return the tasks
	 */
	public List<TaskStatus> tasks() {
		return this.allTasks.shown();
	}

	/**
	 * The micro-tasks of the service.
	 * @return how they are
	 */
	public MicroTaskStatus microTasks() {
		return this.traffic.microTasks();
	}

	/**
	 * The events of the service.
	 * @return how they are
	 */
	public EventStatus events() {
		return this.traffic.events();
	}

	/**
	 * The last failures, newest first.
	 * @return the failures
	 */
	public List<ServiceFailure> failures() {
		return this.allFailures.last();
	}

	/**
	 * The tasks of a service.
	 *
	 * @param shown its tasks by name; if it has more than {@value #MAX_TASKS}, those that
	 * run, then those that wait, then those that are due next
	 * @param count how many tasks it has
	 * @param queued how many of them wait for it to run or wake, or for a slot
	 */
	public record Tasks(List<TaskStatus> shown, int count, int queued) {

	}

	/**
	 * The work of a service that is counted.
	 *
	 * @param microTasks its micro-tasks
	 * @param events its events
	 */
	public record Traffic(MicroTaskStatus microTasks, EventStatus events) {

	}

	/**
	 * The failures of a service.
	 *
	 * @param last the last ones, newest first
	 * @param count how many there were in all
	 */
	public record Failures(List<ServiceFailure> last, long count) {

	}

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
	 * @param last its last tick
	 */
	public record TickerStatus(String name, Duration interval, long ticks, @Nullable Instant next, LastRun last) {

		/**
		 * When it ticked last.
		 * @return when, or {@code null}
		 */
		public @Nullable Instant lastRun() {
			return this.last.at();
		}

		/**
		 * How long the last tick took.
		 * @return how long, or {@code null}
		 */
		public @Nullable Duration lastDuration() {
			return this.last.duration();
		}

		/**
		 * What the last tick threw.
		 * @return the failure, or {@code null} if it threw nothing
		 */
		public @Nullable Throwable lastFailure() {
			return this.last.failure();
		}

	}

	/**
	 * What was done last.
	 *
	 * @param at when it began, or {@code null} if it was not done yet
	 * @param duration how long that took, or {@code null}
	 * @param failure what it threw, or {@code null} if nothing
	 */
	public record LastRun(@Nullable Instant at, @Nullable Duration duration, @Nullable Throwable failure) {

	}

	/**
	 * Micro-tasks of a service.
	 *
	 * @param running how many run
	 * @param finished how many have ended, also those that failed
	 * @param failed how many have failed
	 * @param lines those that wait for a slot, or have waited for one
	 */
	public record MicroTaskStatus(int running, long finished, long failed, Lines lines) {

		/**
		 * Before the first one.
		 */
		public static final MicroTaskStatus NONE = new MicroTaskStatus(0, 0, 0, Lines.NONE);

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
