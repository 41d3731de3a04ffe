// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.Invocation.Method;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;

/**
 * What becomes due for a service: the deadline of a callback, the next attempt, the next
 * check, the next beat. It sets facts, interrupts, and gives up on callbacks that do not
 * return. Confined to the coordinator.
 */
final class CallbackTimers {

	private final Turn turn;

	private final Failures failures;

	private final VitalSigns vitals;

	private final Reporting reporting;

	private final PrepareBarrier barrier;

	private final Timeouts timeouts;

	private final Deadlines deadlines = new Deadlines();

	CallbackTimers(Turn turn, Failures failures, VitalSigns vitals, Reporting reporting, PrepareBarrier barrier) {
		this.turn = turn;
		this.failures = failures;
		this.vitals = vitals;
		this.reporting = reporting;
		this.barrier = barrier;
		this.timeouts = new Timeouts(turn);
	}

	/**
	 * Limits how long what the service does now may take.
	 * @param node the service
	 * @param timeout how long
	 */
	void limit(ServiceNode node, Duration timeout) {
		node.deadline = this.turn.now() + timeout.toNanos();
		node.deadlineNeedsTimer = !this.deadlines.add(node, timeout);
	}

	/**
	 * Sets the timer of a service to what comes first, unless it will be looked at
	 * before: most callbacks return long before their deadline, and leave the timer
	 * alone.
	 * @param node the service
	 */
	void schedule(ServiceNode node) {
		if (node.wakeup != null || node.deadlineNeedsTimer) {
			schedule(node, node.wakeup());
		}
	}

	private void schedule(ServiceNode node, Wakeup wakeup) {
		if (wakeup.timer == null) {
			wakeup.timer = Timer.of(() -> fired(node));
		}
		long due = node.deadlineNeedsTimer ? Math.min(wakeup.first(), node.deadline) : wakeup.first();
		if (due < wakeup.timer.due()) {
			this.turn.timers.set(wakeup.timer, due);
		}
	}

	/**
	 * Forgets all that was to become due: the service has come into another state.
	 * @param node the service
	 */
	void clear(ServiceNode node) {
		node.deadline = TimerQueue.NEVER;
		if (node.wakeup != null) {
			node.wakeup.clear();
		}
	}

	/**
	 * The first time at which {@link #checkDeadlines} has to be called.
	 * @return when it is, or {@link TimerQueue#NEVER}
	 */
	long nextDeadline() {
		return this.deadlines.next();
	}

	/**
	 * Looks for callbacks whose time is over.
	 */
	void checkDeadlines() {
		this.deadlines.removePassed(this.turn.now()).forEach(this::fired);
	}

	private void fired(ServiceNode node) {
		long now = this.turn.now();
		if (node.deadline <= now) {
			deadlinePassed(node);
		}
		Wakeup wakeup = node.wakeup;
		if (wakeup != null && wakeup.resumeAt <= now) {
			wakeup.resumeAt = TimerQueue.NEVER;
			node.due = true;
		}
		if (wakeup != null && wakeup.watchdogAt <= now) {
			lookForBeat(node, wakeup);
		}
		schedule(node);
		this.turn.lookAt(node);
	}

	/**
	 * Watches over a service that has come to run.
	 * @param node the service
	 */
	void watch(ServiceNode node) {
		Duration watchdog = node.settings.health().watchdog();
		if (watchdog != null) {
			node.wakeup().watchdogAt = this.turn.now() + watchdog.toNanos();
		}
	}

	/**
	 * Sees to it that a round of checks comes, one interval from now.
	 * @param node a running service
	 */
	void scheduleRound(ServiceNode node) {
		Wakeup wakeup = node.wakeup();
		if (wakeup.resumeAt == TimerQueue.NEVER) {
			wakeup.resumeAt = this.turn.now() + node.settings.health().interval().toNanos();
			schedule(node, wakeup);
		}
	}

	private void lookForBeat(ServiceNode node, Wakeup wakeup) {
		wakeup.watchdogAt = TimerQueue.NEVER;
		Duration watchdog = node.settings.health().watchdog();
		Incarnation incarnation = node.incarnation;
		if (watchdog == null || incarnation == null || node.state != ServiceState.RUNNING) {
			return;
		}
		if (!node.isToRun()) {
			// It may be told to go on before it has been stopped.
			wakeup.watchdogAt = this.turn.now() + watchdog.toNanos();
			return;
		}
		long next = Math.max(incarnation.lastBeat(), node.runningSince) + watchdog.toNanos();
		if (next > this.turn.now()) {
			wakeup.watchdogAt = next;
			return;
		}
		this.failures.failed(node, incarnation, new TimeoutException("Service '%s' gave no beat for %s: %s"
			.formatted(node.name(), watchdog, SettingKey.ofService(node.name(), "watchdog"))));
	}

	private void deadlinePassed(ServiceNode node) {
		node.deadline = TimerQueue.NEVER;
		Invocation invocation = node.invocation;
		if (invocation == null && node.state == ServiceState.STOPPING) {
			// It waits to be tried again, or for work to end, and there is no time left
			// for
			// that. One that was not called yet, for the alarm is late, still is.
			node.wakeup().resumeAt = TimerQueue.NEVER;
			if (node.work != null) {
				node.work.callWaitingStop();
			}
			abandon(node, StopLimit.ofService(node));
		}
		if (invocation == null || invocation.hasLeft()) {
			return;
		}
		if (node.state == ServiceState.STOPPING || (invocation.method == Method.PREPARE && !node.wanted)) {
			abandon(node, StopLimit.ofService(node));
			return;
		}
		Duration timeout = Timeouts.of(invocation);
		long deadline = invocation.deadline(this.turn.now(), timeout);
		if (deadline > this.turn.now()) {
			node.deadline = deadline;
			node.deadlineNeedsTimer = true;
			return;
		}
		overdue(node, invocation, this.timeouts.passed(invocation));
	}

	private void overdue(ServiceNode node, Invocation invocation, TimeoutException failure) {
		switch (invocation.method) {
			case PREPARE -> {
				this.failures.prepareFailed(node, failure);
				abandon(node, StopLimit.ofService(node));
			}
			case START -> this.failures.startFailed(node, failure);
			case NOTICE -> {
				invocation.interrupt();
				this.failures.noticeFailed(node, failure);
			}
			case CHECK -> {
				invocation.interrupt();
				// It counts again for as long as it hangs.
				node.deadline = this.turn.now() + node.settings.health().interval().toNanos()
						+ node.settings.health().timeout().toNanos();
				node.deadlineNeedsTimer = true;
				if (!node.isToRun()) {
					return;
				}
				CheckInvocation check = (CheckInvocation) invocation;
				this.reporting.checked(node, check.round, false, failure);
				checked(node, check.checksReady() ? failure : null, check.checksHealth() ? failure : null);
			}
			case STOP, QUIESCE -> {
				// They have no time of their own.
			}
		}
	}

	/**
	 * A round of checks has come to its end.
	 * @param node a service that is to run
	 * @param notReady why it is not ready, or {@code null}
	 * @param notHealthy why it is not healthy, or {@code null}
	 */
	void checked(ServiceNode node, @Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		node.failedChecks = (notHealthy != null) ? node.failedChecks + 1 : 0;
		this.vitals.checked(node, notReady, notHealthy);
		int threshold = node.settings.health().failureThreshold();
		boolean fails = notHealthy != null && threshold > 0 && node.failedChecks >= threshold;
		if (notReady != null && notReady != notHealthy) {
			tellCheck(node, notReady);
		}
		if (fails) {
			this.failures.checksFailed(node, Objects.requireNonNull(notHealthy));
		}
		else if (notHealthy != null) {
			tellCheck(node, notHealthy);
		}
	}

	private void tellCheck(ServiceNode node, Throwable failure) {
		this.turn.tellFailure(node, Method.CHECK.toString(), failure, Severity.WARNING);
	}

	/**
	 * Gives up on the callback that is under way: it is interrupted, and the service
	 * counts as occupied until it has left user code.
	 * @param node a service that is being prepared or stopped
	 * @param limit which time is over, if it was told to end
	 */
	void abandon(ServiceNode node, StopLimit limit) {
		Invocation invocation = node.invocation;
		if (invocation != null) {
			node.invocation = null;
			node.occupant = invocation;
			if (invocation.method == Method.PREPARE) {
				this.barrier.leave(node);
				cancelledPrepareHangs(node, invocation, limit);
			}
			if (invocation.method == Method.STOP) {
				node.dirty = false;
			}
			else {
				node.dirty = invocation.hasBegun() && invocation.method != Method.PREPARE;
			}
		}
		if (node.state == ServiceState.STOPPING) {
			TimeoutException failure = (invocation != null) ? this.timeouts.stopPassed(invocation, limit)
					: this.timeouts.notStopped(node, limit);
			if (invocation != null) {
				this.timeouts.tellWork(node, limit);
			}
			if (node.work != null) {
				node.work.interrupt();
			}
			boolean beforeStop = invocation != null && invocation.method != Method.STOP
					&& invocation.method != Method.START;
			if (beforeStop && node.wanted) {
				this.failures.stopPostponed(node, failure);
			}
			else {
				this.failures.stopFailed(node, failure);
			}
		}
		// A stop that has not begun is still called, so that nothing is left without one.
		if (invocation != null && (invocation.method != Method.STOP || invocation.hasBegun())) {
			invocation.interrupt();
		}
	}

	/**
	 * The work of a service is not waited for any longer: tells where it hangs, if there
	 * is any.
	 * @param node a service whose stop has failed
	 */
	void workGivenUp(ServiceNode node) {
		this.timeouts.tellWork(node, StopLimit.STOP_FAILED);
	}

	// One that is still wanted has failed, which was told already.
	private void cancelledPrepareHangs(ServiceNode node, Invocation invocation, StopLimit limit) {
		if (!node.wanted) {
			this.turn.tellFailure(node, Method.PREPARE.toString(), this.timeouts.stopPassed(invocation, limit),
					Severity.ERROR);
		}
	}

}
