// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.work;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.monitor.Workload.Lines;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceFailure;

/**
 * The work inside a service, as the endpoint shows it. Immutable.
 *
 * @param asleep whether it was put to sleep
 * @param workers its workers
 * @param tasks its tasks, or those that matter soonest if there are many
 * @param taskCount how many tasks it has
 * @param tasksQueued how many of them wait for it to run or wake, or for a slot
 * @param tickers its tickers
 * @param microTasks its micro-tasks
 * @param events its events
 * @param failures the last failures, newest first
 * @param failureCount how many there were in all
 * @since 0.1.0
 */
public record WorkDescriptor(boolean asleep, List<WorkerStatus> workers, List<Task> tasks, int taskCount,
		int tasksQueued, List<Ticker> tickers, MicroTasks microTasks, EventStatus events, List<Failure> failures,
		long failureCount) {

	/**
	 * The work of a service.
	 * @param work its work
	 * @return the same as it is shown, or {@code null} if there was never any
	 */
	public static @Nullable WorkDescriptor of(WorkSnapshot work) {
		if (work.equals(WorkSnapshot.NONE)) {
			return null;
		}
		return new WorkDescriptor(work.asleep(), work.workers(), work.tasks().stream().map(Task::of).toList(),
				work.allTasks().count(), work.allTasks().queued(), work.tickers().stream().map(Ticker::of).toList(),
				MicroTasks.of(work.microTasks()), work.events(), work.failures().stream().map(Failure::of).toList(),
				work.allFailures().count());
	}

	/**
	 * A task.
	 *
	 * @param name its name
	 * @param state what it does
	 * @param next when it is due next
	 * @param lastRun when it began last
	 * @param lastDuration how long that took
	 * @param lastMillis the same in milliseconds
	 * @param lastFailure what it threw
	 */
	public record Task(String name, TaskState state, @Nullable Instant next, @Nullable Instant lastRun,
			@Nullable Duration lastDuration, @Nullable Long lastMillis, @Nullable String lastFailure) {

		static Task of(TaskStatus task) {
			Throwable failure = task.lastFailure();
			return new Task(task.name(), task.state(), task.next(), task.lastRun(), task.lastDuration(),
					Millis.of(task.lastDuration()), (failure != null) ? FailureText.of(failure) : null);
		}

	}

	/**
	 * A ticker.
	 *
	 * @param name its name
	 * @param interval its interval
	 * @param intervalMillis the same in milliseconds
	 * @param ticks how often it has ticked
	 * @param next when it ticks next
	 * @param lastRun when it ticked last
	 * @param lastDuration how long that took
	 * @param lastMillis the same in milliseconds
	 * @param lastFailure what it threw
	 */
	public record Ticker(String name, Duration interval, long intervalMillis, long ticks, @Nullable Instant next,
			@Nullable Instant lastRun, @Nullable Duration lastDuration, @Nullable Long lastMillis,
			@Nullable String lastFailure) {

		static Ticker of(TickerStatus ticker) {
			Throwable failure = ticker.lastFailure();
			return new Ticker(ticker.name(), ticker.interval(), ticker.interval().toMillis(), ticker.ticks(),
					ticker.next(), ticker.lastRun(), ticker.lastDuration(), Millis.of(ticker.lastDuration()),
					(failure != null) ? FailureText.of(failure) : null);
		}

	}

	/**
	 * Micro-tasks.
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
	public record MicroTasks(int running, int mediumWaiting, int lowWaiting, long finished, long failed,
			WaitsDescriptor highWaits, WaitsDescriptor mediumWaits, WaitsDescriptor lowWaits) {

		static MicroTasks of(MicroTaskStatus status) {
			Lines lines = status.lines();
			return new MicroTasks(status.running(), lines.mediumWaiting(), lines.lowWaiting(), status.finished(),
					status.failed(), WaitsDescriptor.of(lines.highWaits()), WaitsDescriptor.of(lines.mediumWaits()),
					WaitsDescriptor.of(lines.lowWaits()));
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
	 * @param stack the stack of its thread when that was noticed, {@value #MAX_FRAMES}
	 * frames at most; then a line tells how many are left out
	 */
	public record Failure(Instant at, String kind, String name, Severity severity, String error, List<String> stack) {

		/**
		 * How many frames of a stack are shown at most.
		 */
		public static final int MAX_FRAMES = 50;

		static Failure of(ServiceFailure failure) {
			return new Failure(failure.time(), failure.kind().toString(), failure.name(), failure.severity(),
					FailureText.of(failure.cause()), lines(failure.stack()));
		}

		private static List<String> lines(List<StackTraceElement> stack) {
			Stream<String> shown = stack.stream().limit(MAX_FRAMES).map(StackTraceElement::toString);
			int left = stack.size() - MAX_FRAMES;
			return ((left > 0) ? Stream.concat(shown, Stream.of("… " + left + " more")) : shown).toList();
		}

	}

}
