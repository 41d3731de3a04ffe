// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.Cancellation;
import io.managedservices.internal.work.core.FailingWork;
import io.managedservices.internal.work.core.ScopedCall;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.monitor.WorkSnapshot.WorkerState;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerBody;

/**
 * A worker that has begun: has it run, restarts it when it fails, and ends it. It has at
 * most one run inside user code. Confined to the coordinator.
 */
final class Supervision {

	private final Workers workers;

	private final WorkScope scope;

	private final String name;

	private final WorkerSettings settings;

	private final WorkerClient client;

	private final WorkerBody body;

	private final WorkerAttempts attempts;

	/** For the next beat while it runs, for the restart in between. */
	private final Timer timer = Timer.of(this::due);

	private WorkerState state = WorkerState.RUNNING;

	/** As what it was counted. */
	private @Nullable WorkerState counted;

	private int attempt;

	/** When its last run began. */
	private long begunAt;

	/** How long that or the one before lasted, in nanoseconds. */
	private long lasted;

	/** How long it waited before that, in nanoseconds, if it had failed. */
	private long delay;

	/** Its restarts by its own wish that came without progress. */
	private final HastyRestarts hasty = new HastyRestarts();

	private @Nullable WorkerRun run;

	private @Nullable Instant next;

	Supervision(Workers workers, WorkScope scope, String name, WorkerSettings settings, WorkerClient client,
			WorkerBody body) {
		this.workers = workers;
		this.scope = scope;
		this.name = name;
		this.settings = settings;
		this.client = client;
		this.body = body;
		this.attempts = new WorkerAttempts(settings);
	}

	String name() {
		return this.name;
	}

	boolean isRestarted() {
		return this.settings.isRestarted();
	}

	boolean isToFinish() {
		return this.settings.finishes();
	}

	/**
	 * Begins it.
	 * @return {@code false} if its service is to stop: it never begins
	 */
	boolean begin() {
		if (this.scope.isEnded()) {
			this.client.cancelled();
			return false;
		}
		this.workers.add(this);
		this.attempts.begun(coordination().now());
		beginRun();
		return true;
	}

	private void beginRun() {
		this.attempt++;
		if (this.attempt > 1) {
			this.workers.restarted();
		}
		become(WorkerState.RUNNING);
		this.next = null;
		failing().runsAgain(WorkKind.WORKER, this.name, wellAfter());
		this.begunAt = coordination().now();
		WorkerRun begun = new WorkerRun(this, this.scope, this.body,
				new RunContext(this.scope, this.name, this.attempt));
		this.run = begun;
		this.scope.enter(begun);
		Duration heartbeat = this.settings.heartbeat();
		if (heartbeat != null) {
			setTimer(coordination().now(), TimeUnit.NANOSECONDS.convert(heartbeat));
		}
		this.client.execute(begun);
	}

	// A run that fails as late as the one before is no better than that.
	private long wellAfter() {
		return Math.max(FailingWork.WELL_AFTER, Math.max(this.delay, Nanos.later(this.lasted, this.lasted)));
	}

	private void due() {
		WorkerRun current = this.run;
		if (this.state == WorkerState.RUNNING && current != null) {
			lookForBeat(current);
		}
		else if (this.state == WorkerState.BACKOFF && current == null) {
			this.attempts.begun(coordination().now());
			beginRun();
		}
	}

	private void lookForBeat(WorkerRun current) {
		Duration heartbeat = this.settings.heartbeat();
		if (heartbeat == null || current.hasLeft() || current.isReleased()) {
			return;
		}
		long timeout = TimeUnit.NANOSECONDS.convert(heartbeat);
		long now = coordination().now();
		long last = current.hasBegun() ? current.context().lastBeat() : now;
		if (now - last < timeout) {
			setTimer(last, timeout);
			return;
		}
		List<StackTraceElement> stack = current.stack();
		failed(new TimeoutException("Worker '%s' of service '%s' gave no beat for %s".formatted(this.name,
				this.scope.serviceName(), heartbeat)), stack, false);
		current.context().end();
		this.scope.ask(current);
	}

	/**
	 * A run has left user code.
	 * @param ended the run
	 * @param thrown what it threw, or {@code null}
	 */
	void ended(WorkerRun ended, @Nullable Throwable thrown) {
		this.run = null;
		if (this.state == WorkerState.RUNNING) {
			ended(thrown, thrown != null && ended.hasTold(thrown));
			return;
		}
		Throwable other = ended.ownFailure();
		if (other != null && !ScopedCall.isRestartWish(other) && !ended.hasTold(other)) {
			tell(other, Guarded.stack(other), (this.state == WorkerState.BACKOFF) ? Severity.WARNING : Severity.ERROR);
		}
		if (this.state == WorkerState.STOPPING) {
			leave();
		}
		else if (this.timer.due() == TimerQueue.NEVER) {
			// It has left too late for its restart.
			due();
		}
	}

	private void ended(@Nullable Throwable thrown, boolean told) {
		coordination().timers().set(this.timer, TimerQueue.NEVER);
		if (thrown == null) {
			end();
			this.client.completed();
		}
		else if (thrown instanceof InterruptedException && this.client.isEndedByInterrupt()) {
			end();
			this.client.failed(thrown);
		}
		else if (this.settings.isRestarted() && ScopedCall.isRestartWish(thrown)) {
			restart(thrown);
		}
		else {
			endedBy(thrown, Cancellation.own(thrown), told);
		}
	}

	private void endedBy(Throwable thrown, @Nullable CancellationException cancellation, boolean told) {
		if (cancellation == null || !this.settings.isRestarted()) {
			failed(thrown, Guarded.stack(thrown), told);
			return;
		}
		ServiceException hint = new ServiceException(this.scope.serviceName(),
				"Worker '%s' of service '%s' has ended by a cancellation of its own, and is not restarted: %s"
					.formatted(this.name, this.scope.serviceName(), FailureText.of(cancellation)),
				cancellation);
		tell(hint, Guarded.stack(cancellation), Severity.HINT);
		end();
		this.client.failed(cancellation);
	}

	private void restart(Throwable wish) {
		long wait = this.hasty.nextDelay(coordination().now() - this.begunAt);
		if (wait == 0) {
			beginRun();
			return;
		}
		ServiceException failure = new ServiceException(this.scope.serviceName(),
				"Worker '%s' of service '%s' asks to be restarted again and again, %d times in a row less than %s after its begin: it is slowed down. Throw RestartNow only after something has changed, or what went wrong itself: %s"
					.formatted(this.name, this.scope.serviceName(), this.hasty.inARow(), HastyRestarts.PROGRESS,
							FailureText.of(wish)),
				wish);
		tell(failure, Guarded.stack(failure), Severity.WARNING);
		backOff(failure, wait);
	}

	private void failed(Throwable cause, List<StackTraceElement> stack, boolean told) {
		boolean restarted = this.settings.isRestarted();
		long delay = restarted ? this.attempts.nextDelay(coordination().now()) : WorkerAttempts.GIVE_UP;
		if (!told) {
			tell(cause, stack, (delay != WorkerAttempts.GIVE_UP) ? Severity.WARNING : Severity.ERROR);
		}
		if (delay == WorkerAttempts.GIVE_UP) {
			end();
			this.client.failed(cause);
			if (restarted) {
				this.scope.workplace().owner().fail(this.scope.incarnation(), gaveUp(cause));
			}
			return;
		}
		backOff(cause, delay);
	}

	private void backOff(Throwable cause, long wait) {
		this.lasted = coordination().now() - this.begunAt;
		this.delay = wait;
		become(WorkerState.BACKOFF);
		this.next = coordination().instant().plusNanos(wait);
		failing().failed(WorkKind.WORKER, this.name, cause, this.next);
		setTimer(coordination().now(), wait);
	}

	private ServiceException gaveUp(Throwable cause) {
		return new ServiceException(this.scope.serviceName(),
				"Worker '%s' of service '%s' has failed again after %d restarts within %s, which is its limit: %s"
					.formatted(this.name, this.scope.serviceName(), this.settings.maxRestarts(), this.settings.window(),
							FailureText.of(cause)),
				cause);
	}

	private void tell(Throwable cause, List<StackTraceElement> stack, Severity severity) {
		this.scope.workplace().failures().add(WorkKind.WORKER, this.name, cause, stack, severity);
	}

	/**
	 * Tells it to end, and asks it.
	 */
	void cancel() {
		WorkerRun current = this.run;
		if (tellToEnd() && current != null) {
			this.scope.ask(current);
		}
	}

	/**
	 * Tells it to end; the caller asks it.
	 * @return {@code false} if it is ending already
	 */
	boolean tellToEnd() {
		if (this.state == WorkerState.STOPPING) {
			return false;
		}
		WorkerRun current = this.run;
		if (current != null) {
			current.context().end();
		}
		end();
		this.client.cancelled();
		return true;
	}

	/**
	 * Takes its run back if that has not begun.
	 */
	void withdrawIfWaiting() {
		WorkerRun current = this.run;
		if (current != null) {
			this.scope.withdraw(current);
		}
	}

	/**
	 * Its run has not begun, and never will.
	 */
	void withdrawn() {
		this.run = null;
		leave();
	}

	private void end() {
		become(WorkerState.STOPPING);
		this.next = null;
		failing().gone(WorkKind.WORKER, this.name);
		// Else the queue would hold it, and with it all of the incarnation, until then.
		coordination().timers().remove(this.timer);
		if (this.run == null) {
			leave();
		}
	}

	private void become(WorkerState newState) {
		this.workers.moved(this.counted, newState);
		this.counted = newState;
		this.state = newState;
	}

	private void leave() {
		this.workers.remove(this);
	}

	private void setTimer(long from, long delay) {
		coordination().timers().set(this.timer, Nanos.later(from, delay));
	}

	WorkerStatus status() {
		return new WorkerStatus(this.name, this.state, this.attempt, this.attempts.failed(coordination().now()),
				this.next);
	}

	private FailingWork failing() {
		return this.scope.workplace().failing();
	}

	private Coordination coordination() {
		return this.scope.workplace().coordination();
	}

}
