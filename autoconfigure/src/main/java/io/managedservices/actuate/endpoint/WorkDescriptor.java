package io.managedservices.actuate.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.Condition.Severity;
import io.managedservices.FailureText;
import io.managedservices.ServiceFailure;
import io.managedservices.WorkSnapshot;
import io.managedservices.WorkSnapshot.EventStatus;
import io.managedservices.WorkSnapshot.MicroTaskStatus;
import io.managedservices.WorkSnapshot.TaskState;
import io.managedservices.WorkSnapshot.TaskStatus;
import io.managedservices.WorkSnapshot.TickerStatus;
import io.managedservices.WorkSnapshot.WorkerStatus;

/**
 * The work inside a service, as the endpoint shows it. Immutable.
 *
 * @param asleep whether it was put to sleep
 * @param workers its workers
 * @param tasks its tasks, or those that matter soonest if there are many
 * @param taskCount how many tasks it has
 * @param tickers its tickers
 * @param microTasks its micro-tasks
 * @param events its events
 * @param failures the last failures, newest first
 * @param failureCount how many there were in all
 * @since 0.1.0
 */
public record WorkDescriptor(boolean asleep, List<WorkerStatus> workers, List<Task> tasks, int taskCount,
		List<Ticker> tickers, MicroTaskStatus microTasks, EventStatus events, List<Failure> failures,
		long failureCount) {

	static @Nullable WorkDescriptor of(WorkSnapshot work) {
		if (work.equals(WorkSnapshot.NONE)) {
			return null;
		}
		return new WorkDescriptor(work.asleep(), work.workers(), work.tasks().stream().map(Task::of).toList(),
				work.taskCount(), work.tickers().stream().map(Ticker::of).toList(), work.microTasks(), work.events(),
				work.failures().stream().map(Failure::of).toList(), work.failureCount());
	}

	/**
	 * A task.
	 *
	 * @param name its name
	 * @param state what it does
	 * @param next when it is due next
	 * @param lastRun when it began last
	 * @param lastDuration how long that took
	 * @param lastFailure what it threw
	 */
	public record Task(String name, TaskState state, @Nullable Instant next, @Nullable Instant lastRun,
			@Nullable Duration lastDuration, @Nullable String lastFailure) {

		static Task of(TaskStatus task) {
			Throwable failure = task.lastFailure();
			return new Task(task.name(), task.state(), task.next(), task.lastRun(), task.lastDuration(),
					(failure != null) ? FailureText.of(failure) : null);
		}

	}

	/**
	 * A ticker.
	 *
	 * @param name its name
	 * @param interval its interval
	 * @param ticks how often it has ticked
	 * @param next when it ticks next
	 * @param lastRun when it ticked last
	 * @param lastDuration how long that took
	 * @param lastFailure what it threw
	 */
	public record Ticker(String name, Duration interval, long ticks, @Nullable Instant next, @Nullable Instant lastRun,
			@Nullable Duration lastDuration, @Nullable String lastFailure) {

		static Ticker of(TickerStatus ticker) {
			Throwable failure = ticker.lastFailure();
			return new Ticker(ticker.name(), ticker.interval(), ticker.ticks(), ticker.next(), ticker.lastRun(),
					ticker.lastDuration(), (failure != null) ? FailureText.of(failure) : null);
		}

	}

	/**
	 * A failure.
	 *
	 * @param at when
	 * @param kind the kind of work
	 * @param name the name of the work
	 * @param severity a warning if it is tried again, else an error
	 * @param error what it threw
	 */
	public record Failure(Instant at, String kind, String name, Severity severity, String error) {

		static Failure of(ServiceFailure failure) {
			return new Failure(failure.time(), failure.kind().toString(), failure.name(), failure.severity(),
					FailureText.of(failure.cause()));
		}

	}

}
