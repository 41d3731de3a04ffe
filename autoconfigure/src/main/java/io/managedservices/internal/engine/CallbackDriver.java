// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.Invocation.Method;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Calls the methods of services as their states ask for it, and turns what comes back
 * into facts. It decides no state. Confined to the coordinator.
 */
final class CallbackDriver {

	private final Coordinator coordinator;

	private final Turn turn;

	private final Failures failures;

	private final VitalSigns vitals;

	private final Reporting reporting;

	private final CallbackTimers timers;

	private final PrepareBarrier barrier;

	private final Attempts attempts;

	private final Invoker invoker;

	private final StopDriver stops;

	CallbackDriver(Coordinator coordinator, Turn turn, Failures failures, VitalSigns vitals, Reporting reporting,
			CallbackTimers timers, PrepareBarrier barrier, Attempts attempts) {
		this.coordinator = coordinator;
		this.turn = turn;
		this.failures = failures;
		this.vitals = vitals;
		this.reporting = reporting;
		this.timers = timers;
		this.barrier = barrier;
		this.attempts = attempts;
		this.invoker = new Invoker(coordinator, turn, timers);
		this.stops = new StopDriver(turn, failures, timers, this.invoker);
	}

	/**
	 * Does what a service has to do on entering its state.
	 * @param node the service
	 * @param from the state that it left
	 * @return why it is being stopped, if it is
	 */
	@Nullable StopReason entered(ServiceNode node, ServiceState from) {
		this.timers.clear(node);
		node.due = false;
		if (node.findings != null) {
			Reporting.entered(node, node.findings, from);
		}
		this.vitals.reset(node);
		if (from == ServiceState.STOPPING) {
			node.stopEnded(Duration.ofNanos(this.turn.now() - node.stoppingSince));
		}
		if (isOver(node, from)) {
			StopDriver.end(node);
		}
		switch (node.state) {
			case PREPARING -> {
				node.outcome = CallOutcome.NONE;
				node.verdict = Verdict.NONE;
			}
			case STARTING -> attemptStart(node, from);
			case RUNNING -> running(node);
			case STOPPING -> this.stops.begin(node, from);
			case BACKOFF -> backOff(node);
			default -> node.ending = null;
		}
		this.timers.schedule(node);
		return (node.state == ServiceState.STOPPING) ? node.stopReason : null;
	}

	// An attempt that leaves nothing to clean up ends here, any other one in the
	// StopDriver.
	private static boolean isOver(ServiceNode node, ServiceState from) {
		boolean failed = from == ServiceState.PREPARING && node.outcome != CallOutcome.SUCCEEDED;
		return failed || (from == ServiceState.STARTING && node.state != ServiceState.RUNNING
				&& node.state != ServiceState.STOPPING);
	}

	/**
	 * Calls what is due for a service in the state that it is in.
	 * @param node a service
	 */
	void callIfDue(ServiceNode node) {
		switch (node.state) {
			case PREPARING -> prepareIfDue(node);
			case RUNNING -> {
				if (node.invocation == null && node.isToRun()) {
					callRunning(node);
				}
			}
			case STOPPING -> {
				if (node.due) {
					node.due = false;
					this.stops.due(node);
				}
			}
			default -> {
			}
		}
	}

	private void prepareIfDue(ServiceNode node) {
		if (node.wanted && node.outcome == CallOutcome.NONE && node.counters.dependenciesUnprepared[node.index] == 0
				&& node.invocation == null && node.occupant == null) {
			node.incarnation = new Incarnation(this.coordinator, node, 0);
			this.barrier.enter(node);
			this.invoker.invoke(node, Method.PREPARE, node.callbacks().prepare(), node.settings.prepareTimeout());
		}
	}

	private void callRunning(ServiceNode node) {
		if (this.coordinator.quiescence().isDue(node)) {
			this.coordinator.quiescence().begins(node);
			this.invoker.execute(node, Method.QUIESCE, node.callbacks().quiesce());
		}
		else if (node.due) {
			node.due = false;
			this.invoker.check(node);
		}
		else if (node.notices != null) {
			Notices.Notice notice = node.notices.poll();
			if (notice != null) {
				ServiceCallbacks.Notice callback = Objects.requireNonNull(node.callbacks().notice());
				this.invoker.invoke(node, Method.NOTICE, (context) -> callback.call(notice.name(), notice.available()),
						node.settings.startTimeout());
			}
		}
		if (node.invocation == null && node.needsRound()) {
			this.timers.scheduleRound(node);
		}
	}

	/**
	 * Interrupts the prepare of a service that is no longer wanted.
	 * @param node a service
	 */
	void cancelPrepare(ServiceNode node) {
		if (node.state == ServiceState.PREPARING && node.invocation != null) {
			StopDriver.end(node);
			node.stoppingSince = this.turn.now();
			if (node.invocation.released) {
				leave(node, node.invocation);
				return;
			}
			if (StopDriver.ask(node.invocation)) {
				node.invocation = null;
				this.barrier.leave(node);
			}
			this.timers.limit(node, node.settings.stopTimeout());
			this.timers.schedule(node);
		}
	}

	private void attemptStart(ServiceNode node, ServiceState from) {
		int number = (from == ServiceState.BACKOFF) ? node.attempt.number() + 1 : 1;
		if (number == 1) {
			node.forgetBackOff();
			node.startedAt = this.turn.now();
			node.startBegins(this.turn.instant());
		}
		node.attempt = this.attempts.of(number, node.attempt.total(), null);
		node.dirty = false;
		node.verdict = Verdict.NONE;
		node.outcome = CallOutcome.NONE;
		node.ending = null;
		node.failedChecks = 0;
		node.stopReason = null;
		node.quiescence = null;
		node.incarnation = new Incarnation(this.coordinator, node, number);
		if (node.startCallback != null) {
			this.invoker.invoke(node, Method.START, node.startCallback, node.settings.startTimeout());
		}
		else {
			node.dirty = true;
			node.outcome = CallOutcome.SUCCEEDED;
		}
	}

	private void running(ServiceNode node) {
		node.forgetBackOff();
		node.hasRun = true;
		node.runningSince = this.turn.now();
		node.startEnded(Duration.ofNanos(this.turn.now() - node.startedAt));
		node.due = node.hasChecks();
		this.timers.watch(node);
		if (node.notices != null) {
			this.coordinator.propagation().notePredecessors(node, node.notices);
		}
	}

	// After a failure at run time the attempts to start are counted from the first again.
	private void backOff(ServiceNode node) {
		long delay = node.recovery().retryDelay;
		node.due = delay == 0;
		node.wakeup().resumeAt = node.due ? TimerQueue.NEVER : this.turn.now() + delay * 1_000_000;
		node.attempt = this.attempts.of((node.ending != null) ? 0 : node.attempt.number(), node.attempt.total(),
				this.turn.instant().plusMillis(delay));
		node.ending = null;
	}

	/**
	 * The last piece of work has left user code, after all of it was told to end.
	 * @param node the service
	 * @param work its work
	 */
	void workEnded(ServiceNode node, NodeWork work) {
		this.stops.workEnded(node, work);
	}

	/**
	 * Calls the stop of a service that waits for its work to end: nobody waits any
	 * longer.
	 * @param node the service
	 */
	void callWaitingStop(ServiceNode node) {
		this.stops.callWaiting(node);
	}

	/**
	 * A callback has come back.
	 * @param invocation the callback
	 */
	void completed(Invocation invocation) {
		ServiceNode node = invocation.node;
		if (node.occupant == invocation) {
			this.stops.left(node, invocation);
		}
		else if (node.invocation == invocation) {
			node.invocation = null;
			switch (invocation.method) {
				case PREPARE -> prepared(node, invocation);
				case START -> started(node, invocation);
				case STOP -> this.stops.returned(node, invocation.failure());
				case CHECK -> checked(node, (CheckInvocation) invocation);
				case NOTICE -> told(node, invocation);
				case QUIESCE -> quiesced(node, invocation);
			}
			this.timers.schedule(node);
		}
		this.turn.lookAt(node);
	}

	/**
	 * Takes a callback as having come back whose thread waits for the end of the services
	 * itself, or for that of the process: it is not waited for when its service is to
	 * stop.
	 * @param invocation the callback
	 */
	void release(Invocation invocation) {
		ServiceNode node = invocation.node;
		invocation.released = true;
		if (node.invocation != invocation) {
			return;
		}
		if (invocation.method == Method.QUIESCE) {
			this.coordinator.quiescence().ended(node, invocation);
		}
		if (node.state == ServiceState.STOPPING || (node.state == ServiceState.PREPARING && !node.wanted)) {
			leave(node, invocation);
		}
		else if (node.state == ServiceState.RUNNING && invocation.method != Method.QUIESCE) {
			// Its quiesce waits for no check.
			node.invocation = null;
			node.occupant = invocation;
			node.deadline = TimerQueue.NEVER;
			this.timers.schedule(node);
		}
		this.turn.lookAt(node);
	}

	private void leave(ServiceNode node, Invocation invocation) {
		if (invocation.method == Method.PREPARE) {
			node.invocation = null;
			node.occupant = invocation;
			this.barrier.leave(node);
			node.deadline = TimerQueue.NEVER;
		}
		else {
			this.stops.leave(node, invocation);
		}
		this.timers.schedule(node);
	}

	private void prepared(ServiceNode node, Invocation invocation) {
		this.barrier.leave(node);
		node.deadline = TimerQueue.NEVER;
		Throwable failure = invocation.failure();
		if (invocation.hasBegun() && failure == null) {
			node.preparedItself = true;
			node.outcome = CallOutcome.SUCCEEDED;
		}
		else if (failure != null && !invocation.isAsked()) {
			this.failures.prepareFailed(node, failure);
		}
	}

	private void started(ServiceNode node, Invocation invocation) {
		node.dirty = invocation.hasBegun();
		Throwable failure = invocation.failure();
		if (node.state == ServiceState.STOPPING) {
			this.stops.call(node);
		}
		else if (failure != null) {
			this.failures.startFailed(node, failure);
		}
		else if (node.outcome != CallOutcome.FAILED) {
			node.outcome = CallOutcome.SUCCEEDED;
		}
	}

	private void checked(ServiceNode node, CheckInvocation invocation) {
		if (node.state == ServiceState.STOPPING) {
			this.stops.call(node);
			return;
		}
		node.deadline = TimerQueue.NEVER;
		boolean passed = invocation.failure() == null && invocation.healthFailure() == null;
		if (!passed && invocation.stoodStill()) {
			// It says nothing.
			node.due = true;
			return;
		}
		if (passed && node.hasChecks()) {
			node.wakeup().resumeAt = this.turn.nextLook(node.settings.health().interval());
		}
		if (!invocation.isAsked() && node.isToRun()) {
			this.reporting.checked(node, invocation.round, invocation.healthFailure() == null, null);
			this.timers.checked(node, invocation.failure(), invocation.healthFailure());
		}
	}

	private void told(ServiceNode node, Invocation invocation) {
		Throwable failure = invocation.failure();
		if (failure != null && !invocation.isAsked()) {
			this.failures.noticeFailed(node, failure);
		}
		if (node.state == ServiceState.STOPPING) {
			this.stops.call(node);
		}
		else {
			node.deadline = TimerQueue.NEVER;
		}
	}

	private void quiesced(ServiceNode node, Invocation invocation) {
		this.coordinator.quiescence().ended(node, invocation);
		if (node.state == ServiceState.STOPPING) {
			this.stops.call(node);
		}
	}

}
