package io.managedservices.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceSnapshot.Timings;
import io.managedservices.ServiceState;
import io.managedservices.StopReason;
import io.managedservices.engine.Invocation.Method;
import io.managedservices.graph.ServiceCallbacks;

/**
 * Calls the methods of services as their states ask for it, and turns what comes back, or
 * does not come back in time, into facts. It decides no state. Confined to the
 * coordinator.
 */
final class CallbackDriver {

	private final Coordinator coordinator;

	private final Turn turn;

	private final RetryPolicies retries = new RetryPolicies();

	private final Deadlines deadlines = new Deadlines();

	private final VitalSigns vitals;

	private final Timeouts timeouts;

	/** How many services are inside their prepare. */
	private int preparing;

	CallbackDriver(Coordinator coordinator, Turn turn) {
		this.coordinator = coordinator;
		this.turn = turn;
		this.vitals = new VitalSigns(turn);
		this.timeouts = new Timeouts(turn);
	}

	boolean isPreparing() {
		return this.preparing > 0;
	}

	/**
	 * Does what a service has to do on entering its state.
	 * @param node the service
	 * @param from the state that it left
	 * @return why it is being stopped, if it is
	 */
	@Nullable StopReason entered(ServiceNode node, ServiceState from) {
		node.deadline = TimerQueue.NEVER;
		node.resumeAt = TimerQueue.NEVER;
		this.vitals.reset(node);
		if (from == ServiceState.STOPPING) {
			Duration took = Duration.ofNanos(this.turn.now() - node.stoppingSince);
			node.timings = new Timings(node.timings.startedAt(), node.timings.start(), took);
		}
		StopReason reason = null;
		if (isOver(node, from)) {
			end(node, stopReason(node));
		}
		switch (node.state) {
			case PREPARING -> {
				node.outcome = Outcome.NONE;
				node.verdict = Verdict.NONE;
			}
			case STARTING -> attemptStart(node, from);
			case RUNNING -> running(node);
			case STOPPING -> reason = beginStop(node, from);
			case BACKOFF -> backOff(node);
			default -> {
			}
		}
		schedule(node);
		return reason;
	}

	// An attempt that leaves nothing to clean up ends here, any other one in beginStop.
	private static boolean isOver(ServiceNode node, ServiceState from) {
		boolean failed = from == ServiceState.PREPARING && node.outcome != Outcome.SUCCEEDED;
		return failed || (from == ServiceState.STARTING && node.state != ServiceState.RUNNING
				&& node.state != ServiceState.STOPPING);
	}

	private static StopReason stopReason(ServiceNode node) {
		if (node.verdict != Verdict.NONE) {
			return StopReason.START_FAILED;
		}
		return node.wanted ? StopReason.DEPENDENCY : StopReason.SHUTDOWN;
	}

	private static void end(ServiceNode node, StopReason reason) {
		if (node.incarnation != null) {
			node.incarnation.end(reason);
		}
	}

	/**
	 * Prepares a service once its turn has come.
	 * @param node a service
	 */
	void prepareIfDue(ServiceNode node) {
		if (node.state == ServiceState.PREPARING && node.wanted && node.outcome == Outcome.NONE
				&& node.counters.dependenciesUnprepared[node.index] == 0 && node.invocation == null
				&& node.occupant == null) {
			node.incarnation = new Incarnation(this.coordinator, node, 0);
			this.preparing++;
			invoke(node, Method.PREPARE, node.settings.prepareTimeout());
			schedule(node);
		}
	}

	/**
	 * Interrupts the prepare of a service that is no longer wanted.
	 * @param node a service
	 */
	void cancelPrepare(ServiceNode node) {
		if (node.state == ServiceState.PREPARING && node.invocation != null) {
			end(node, StopReason.SHUTDOWN);
			if (node.invocation.interrupt()) {
				node.invocation = null;
				this.preparing--;
			}
			limit(node, node.settings.stopTimeout());
			schedule(node);
		}
	}

	private void attemptStart(ServiceNode node, ServiceState from) {
		int number = 1;
		if (from == ServiceState.BACKOFF) {
			number += node.attempt.number();
		}
		else {
			node.backOff = null;
			node.startedAt = this.turn.now();
			node.timings = new Timings(this.turn.instant(), null, node.timings.stop());
		}
		node.nextAttempt(number, null);
		node.dirty = false;
		node.verdict = Verdict.NONE;
		node.outcome = Outcome.NONE;
		node.incarnation = new Incarnation(this.coordinator, node, number);
		if (node.definition.callbacks().start() != null) {
			invoke(node, Method.START, node.settings.startTimeout());
		}
		else {
			node.dirty = true;
			node.outcome = Outcome.SUCCEEDED;
		}
	}

	private void running(ServiceNode node) {
		node.backOff = null;
		Duration took = Duration.ofNanos(this.turn.now() - node.startedAt);
		node.timings = new Timings(node.timings.startedAt(), took, node.timings.stop());
		if (node.hasChecks()) {
			invoke(node, Method.CHECK, node.settings.health().timeout());
		}
	}

	private StopReason beginStop(ServiceNode node, ServiceState from) {
		node.cleaningUp = from == ServiceState.STARTING;
		node.outcome = Outcome.NONE;
		node.stoppingSince = this.turn.now();
		limit(node, node.settings.stopTimeout());
		StopReason reason = stopReason(node);
		end(node, reason);
		if (node.invocation != null && node.invocation.interrupt()) {
			node.invocation = null;
		}
		if (node.invocation == null) {
			callStop(node);
		}
		return reason;
	}

	private void callStop(ServiceNode node) {
		if (node.dirty && node.isStoppable()) {
			execute(node, Method.STOP);
		}
		else {
			node.dirty = false;
			node.outcome = Outcome.SUCCEEDED;
		}
	}

	private void backOff(ServiceNode node) {
		node.retryDue = node.retryDelay == 0;
		node.resumeAt = node.retryDue ? TimerQueue.NEVER : this.turn.now() + node.retryDelay * 1_000_000;
		node.nextAttempt(node.attempt.number(), this.turn.instant().plusMillis(node.retryDelay));
	}

	private void invoke(ServiceNode node, Method method, Duration timeout) {
		limit(node, timeout);
		execute(node, method);
	}

	private void limit(ServiceNode node, Duration timeout) {
		node.deadline = this.turn.now() + timeout.toNanos();
		node.deadlineNeedsTimer = !this.deadlines.add(node, timeout);
	}

	private void execute(ServiceNode node, Method method) {
		Invocation invocation = new Invocation(this.coordinator, node, method,
				Objects.requireNonNull(node.incarnation));
		node.invocation = invocation;
		this.turn.execute(invocation);
	}

	/**
	 * A callback has come back.
	 * @param invocation the callback
	 */
	void completed(Invocation invocation) {
		ServiceNode node = invocation.node;
		if (node.occupant == invocation) {
			left(node, invocation);
		}
		else if (node.invocation == invocation) {
			node.invocation = null;
			switch (invocation.method) {
				case PREPARE -> prepared(node, invocation);
				case START -> started(node, invocation);
				case STOP -> stopped(node, invocation.failure());
				case CHECK -> checked(node, invocation);
			}
			schedule(node);
		}
		this.turn.lookAt(node);
	}

	private void prepared(ServiceNode node, Invocation invocation) {
		this.preparing--;
		node.deadline = TimerQueue.NEVER;
		Throwable failure = invocation.failure();
		if (invocation.hasBegun() && failure == null) {
			node.preparedItself = true;
			node.outcome = Outcome.SUCCEEDED;
		}
		else if (failure != null && !invocation.isInterrupted()) {
			giveUp(node, failure);
		}
	}

	private void started(ServiceNode node, Invocation invocation) {
		node.dirty = invocation.hasBegun();
		Throwable failure = invocation.failure();
		if (node.state == ServiceState.STOPPING) {
			callStop(node);
		}
		else if (failure == null) {
			node.outcome = Outcome.SUCCEEDED;
		}
		else {
			startFailed(node, failure);
		}
	}

	private void startFailed(ServiceNode node, Throwable failure) {
		node.outcome = Outcome.FAILED;
		node.failed(failure);
		node.retryDelay = this.retries.nextDelay(node, failure);
		node.verdict = (node.retryDelay >= 0) ? Verdict.RETRY : Verdict.GIVE_UP;
	}

	private void stopped(ServiceNode node, @Nullable Throwable failure) {
		if (failure == null) {
			node.dirty = false;
			node.outcome = Outcome.SUCCEEDED;
			return;
		}
		long delay = node.cleaningUp ? -1 : this.retries.nextDelay(node, failure);
		long resumeAt = this.turn.now() + delay * 1_000_000;
		if (delay >= 0 && resumeAt < node.deadline) {
			node.resumeAt = resumeAt;
			this.turn.tell(new ServiceEvent.StopFailed(node.snapshot, failure, true));
		}
		else {
			stopFailed(node, failure);
		}
	}

	private void stopFailed(ServiceNode node, Throwable failure) {
		node.outcome = Outcome.FAILED;
		Throwable startFailure = node.vitals.failure();
		if (node.cleaningUp && node.verdict != Verdict.NONE && startFailure != null) {
			if (startFailure != failure) {
				startFailure.addSuppressed(failure);
			}
		}
		else if (!node.cleaningUp) {
			giveUp(node, failure);
		}
		this.turn.tell(new ServiceEvent.StopFailed(node.snapshot, failure, false));
	}

	private static void giveUp(ServiceNode node, Throwable failure) {
		node.outcome = Outcome.FAILED;
		node.verdict = Verdict.GIVE_UP;
		node.failed(failure);
	}

	private void checked(ServiceNode node, Invocation invocation) {
		if (node.state == ServiceState.STOPPING) {
			callStop(node);
			return;
		}
		node.deadline = TimerQueue.NEVER;
		node.resumeAt = this.turn.now() + node.settings.health().interval().toNanos();
		if (!invocation.isInterrupted()) {
			this.vitals.checked(node, invocation.failure(), invocation.healthFailure());
		}
	}

	// A callback that had been given up on has left user code: what a start left behind
	// is
	// cleaned up now, while the service still counts as occupied.
	private void left(ServiceNode node, Invocation invocation) {
		node.occupant = null;
		if (invocation.method == Method.STOP) {
			Throwable failure = invocation.failure();
			if (failure != null) {
				this.turn.tell(new ServiceEvent.StopFailed(node.snapshot, failure, false));
			}
		}
		else if (invocation.method != Method.PREPARE && node.dirty) {
			node.dirty = false;
			if (node.isStoppable()) {
				node.occupant = new Invocation(this.coordinator, node, Method.STOP, invocation.incarnation);
				this.turn.execute(node.occupant);
			}
		}
	}

	/**
	 * Sets the timer of a service to what comes first, unless it will be looked at
	 * before: most callbacks return long before their deadline, and leave the timer
	 * alone.
	 * @param node the service
	 */
	private void schedule(ServiceNode node) {
		long due = node.deadlineNeedsTimer ? Math.min(node.deadline, node.resumeAt) : node.resumeAt;
		if (due < node.timerAt) {
			if (node.timer == null) {
				node.timer = new Timer(() -> timerFired(node));
			}
			node.timerAt = due;
			this.turn.timers.set(node.timer, due);
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

	private void timerFired(ServiceNode node) {
		node.timerAt = TimerQueue.NEVER;
		fired(node);
	}

	private void fired(ServiceNode node) {
		if (node.deadline <= this.turn.now()) {
			deadlinePassed(node);
		}
		if (node.resumeAt <= this.turn.now()) {
			node.resumeAt = TimerQueue.NEVER;
			switch (node.state) {
				case BACKOFF -> node.retryDue = true;
				case STOPPING -> execute(node, Method.STOP);
				case RUNNING -> invoke(node, Method.CHECK, node.settings.health().timeout());
				default -> {
				}
			}
		}
		schedule(node);
		this.turn.lookAt(node);
	}

	private void deadlinePassed(ServiceNode node) {
		node.deadline = TimerQueue.NEVER;
		Invocation invocation = node.invocation;
		if (invocation == null && node.state == ServiceState.STOPPING) {
			// It waits to be tried again, and there is no time left for that.
			node.resumeAt = TimerQueue.NEVER;
			abandon(node);
		}
		if (invocation == null || invocation.hasLeft()) {
			return;
		}
		if (node.state == ServiceState.STOPPING || (invocation.method == Method.PREPARE && !node.wanted)) {
			abandon(node);
			return;
		}
		Duration timeout = Timeouts.of(invocation);
		long deadline = invocation.deadline(this.turn.now(), timeout);
		if (deadline > this.turn.now()) {
			node.deadline = deadline;
			node.deadlineNeedsTimer = true;
			return;
		}
		TimeoutException failure = this.timeouts.passed(invocation, timeout, Timeouts.property(invocation.method));
		switch (invocation.method) {
			case PREPARE -> {
				giveUp(node, failure);
				abandon(node);
			}
			case START -> startFailed(node, failure);
			default -> {
				invocation.interrupt();
				ServiceCallbacks callbacks = node.definition.callbacks();
				this.vitals.checked(node, (callbacks.checkReady() != null) ? failure : null,
						(callbacks.checkHealth() != null) ? failure : null);
			}
		}
	}

	/**
	 * Gives up on the callback that is under way: it is interrupted, and the service
	 * counts as occupied until it has left user code.
	 * @param node a service that is being prepared or stopped
	 */
	void abandon(ServiceNode node) {
		Invocation invocation = node.invocation;
		if (invocation != null) {
			node.invocation = null;
			node.occupant = invocation;
			if (invocation.method == Method.PREPARE) {
				this.preparing--;
			}
			if (invocation.method == Method.STOP) {
				node.dirty = false;
			}
			else {
				node.dirty = invocation.hasBegun() && invocation.method != Method.PREPARE;
			}
		}
		if (node.state == ServiceState.STOPPING) {
			Duration timeout = node.settings.stopTimeout();
			stopFailed(node, (invocation != null) ? this.timeouts.passed(invocation, timeout, "stop-timeout")
					: new TimeoutException("Service '%s' was not stopped in time".formatted(node.name())));
		}
		// A stop that has not begun is still called, so that nothing is left without one.
		if (invocation != null && (invocation.method != Method.STOP || invocation.hasBegun())) {
			invocation.interrupt();
		}
	}

}
