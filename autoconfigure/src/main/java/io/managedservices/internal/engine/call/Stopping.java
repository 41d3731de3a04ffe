// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.util.Objects;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.CallOutcome;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.PrepareBarrier;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.engine.kernel.Verdict;
import io.managedservices.internal.engine.kernel.WorkInside;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Brings services down: tells them to end, waits for what is inside them, calls their
 * stop, and turns what comes of it into facts. It decides no state. Confined to the
 * coordinator.
 * <p>
 * What is inside a service is asked to end, and is interrupted when half of the time to
 * stop has passed. The stop is called once no other callback is inside, and no work
 * either unless half of the time has passed. One that fails is tried again as long as
 * there is time. When the time is over, whatever is inside is given up on; a stop that is
 * only called then has half of the time once more.
 */
public final class Stopping {

	private final Turn turn;

	private final Failures failures;

	private final PrepareBarrier barrier;

	private final Timeouts timeouts;

	private final Deadlines deadlines;

	private final Invoker invoker;

	/** The services that are being stopped, and those whose prepare is to end. */
	private final Facts<Stop> stops;

	Stopping(Coordinator coordinator, Failures failures, PrepareBarrier barrier, Timeouts timeouts, Deadlines deadlines,
			Invoker invoker) {
		this.turn = coordinator.turn();
		this.stops = coordinator.facts();
		this.failures = failures;
		this.barrier = barrier;
		this.timeouts = timeouts;
		this.deadlines = deadlines;
		this.invoker = invoker;
	}

	/**
	 * Tells an incarnation, and the work that it has, that it is to end.
	 * @param node the service
	 */
	public static void end(ServiceNode node) {
		StopReason reason = stopReason(node);
		node.stopReason(reason);
		Incarnation incarnation = node.incarnation();
		if (incarnation != null) {
			incarnation.end(reason);
		}
		WorkInside work = node.work();
		if (work != null) {
			work.end();
		}
	}

	/**
	 * Tells an incarnation to end, and interrupts what is inside it, although its service
	 * does not stop yet: it waits for its dependents.
	 * @param node the service
	 */
	public static void cutOff(ServiceNode node) {
		end(node);
		interruptWork(node);
		Invocation invocation = node.invocation();
		if (invocation != null) {
			invocation.interrupt();
		}
	}

	private static StopReason stopReason(ServiceNode node) {
		StopReason ending = node.ending();
		if (!node.wanted()) {
			return node.unwantedReason();
		}
		if (ending != null) {
			return ending;
		}
		if (node.verdict() != Verdict.NONE) {
			return StopReason.START_FAILED;
		}
		return node.permitted() ? StopReason.DEPENDENCY : StopReason.LEASE_LOST;
	}

	/**
	 * A service has come into STOPPING.
	 * @param node the service
	 * @param from the state that it left
	 */
	void begin(ServiceNode node, ServiceState from) {
		node.stopBegins(this.turn.now(), from == ServiceState.STARTING);
		Stop stop = limit(node);
		end(node);
		Invocation invocation = node.invocation();
		if (invocation != null) {
			this.deadlines.lift(invocation);
			if (invocation.isForgotten()) {
				leave(node, invocation);
				return;
			}
			if (ask(invocation)) {
				node.invocation(null);
			}
		}
		if (node.invocation() == null) {
			call(node);
		}
		else {
			awaitHalf(stop);
		}
	}

	/**
	 * Interrupts the prepare of a service that is no longer wanted.
	 * @param node the service
	 */
	public void cancelPrepare(ServiceNode node) {
		Invocation invocation = node.invocation();
		if (node.state() != ServiceState.PREPARING || invocation == null) {
			return;
		}
		end(node);
		node.prepareIsToEnd(this.turn.now());
		this.deadlines.lift(invocation);
		if (invocation.isForgotten()) {
			leavePrepare(node);
		}
		else if (ask(invocation)) {
			node.invocation(null);
			this.barrier.leave(node);
		}
		else {
			limit(node);
		}
	}

	private Stop limit(ServiceNode node) {
		ended(node);
		Stop stop = new Stop(node, this.turn.now());
		this.stops.put(node, stop);
		this.turn.timers().set(stop, stop.end);
		return stop;
	}

	/**
	 * A service is not being stopped any more, nor is its prepare to end.
	 * @param node the service
	 */
	void ended(ServiceNode node) {
		Stop stop = this.stops.remove(node);
		if (stop != null) {
			this.turn.timers().remove(stop);
		}
	}

	// It was interrupted for something else before.
	private static boolean ask(Invocation invocation) {
		return invocation.isInterrupted() ? invocation.interrupt() : invocation.ask();
	}

	private void awaitHalf(Stop stop) {
		stop.resumeAt = stop.half;
		this.turn.timers().set(stop, Math.min(stop.half, stop.end));
	}

	private void rang(Stop stop) {
		ServiceNode node = stop.node;
		if (node.hasActiveSubServices()) {
			postpone(node, stop);
		}
		else if (stop.end <= this.turn.now()) {
			timedOut(node, node.invocation());
		}
		else if (stop.resumeAt <= this.turn.now()) {
			resume(node, stop);
		}
		this.turn.lookAt(node);
	}

	// Its services have times of their own: it has all of its time when they are down.
	private void postpone(ServiceNode node, Stop stop) {
		Invocation invocation = node.invocation();
		if (invocation != null) {
			invocation.interrupt();
		}
		interruptWork(node);
		stop.begin(this.turn.now());
		this.turn.timers().set(stop, stop.half);
	}

	// Half of the time has passed, or its stop is tried again.
	private void resume(ServiceNode node, Stop stop) {
		stop.resumeAt = TimerQueue.NEVER;
		this.turn.timers().set(stop, stop.end);
		Invocation invocation = node.invocation();
		if (invocation == null) {
			callNow(node);
		}
		else if (invocation.method() != Method.STOP) {
			invocation.interrupt();
			interruptWork(node);
		}
	}

	private static void interruptWork(ServiceNode node) {
		WorkInside work = node.work();
		if (work != null) {
			work.interrupt();
		}
	}

	private void timedOut(ServiceNode node, @Nullable Invocation invocation) {
		if (invocation == null && node.state() == ServiceState.STOPPING) {
			// It waits to be tried again, or for work to end, and there is no time left
			// for that. One that was not called yet, for the alarm is late, still is.
			callWaiting(node);
			abandon(node, StopLimit.ofService(node));
		}
		else if (invocation != null && invocation.method() == Method.PREPARE && node.wanted()) {
			// It is wanted again.
			this.deadlines.limit(invocation, node.settings().prepareTimeout());
		}
		else if (invocation != null && !invocation.hasLeft()) {
			abandon(node, StopLimit.ofService(node));
		}
	}

	/**
	 * Takes a callback as having come back that nobody waits for.
	 * @param node a service that is being stopped, or whose prepare is to end
	 * @param invocation the callback
	 */
	void release(ServiceNode node, Invocation invocation) {
		if (invocation.method() == Method.PREPARE) {
			leavePrepare(node);
		}
		else {
			leave(node, invocation);
		}
	}

	private void leavePrepare(ServiceNode node) {
		node.leaveBehind();
		this.barrier.leave(node);
		ended(node);
	}

	private void leave(ServiceNode node, Invocation invocation) {
		node.leaveBehind();
		if (invocation.method() == Method.STOP) {
			succeeded(node);
			return;
		}
		if (invocation.method() == Method.START) {
			node.dirty(true);
		}
		call(node);
	}

	/**
	 * Calls the stop of a service whose other callbacks have come back. What its work
	 * needs is there until that has ended, or has had half of the time: it may be waiting
	 * for something that only the stop ends.
	 * @param node the service
	 */
	void call(ServiceNode node) {
		Stop stop = Objects.requireNonNull(this.stops.of(node));
		if (node.hasActiveSubServices() || (node.isWorkLeft() && this.turn.now() < stop.half)) {
			stop.waitsForWork = true;
			awaitHalf(stop);
		}
		else {
			callNow(node);
		}
	}

	private void callNow(ServiceNode node) {
		Stop stop = Objects.requireNonNull(this.stops.of(node));
		stop.resumeAt = TimerQueue.NEVER;
		stop.waitsForWork = false;
		if (stop.end <= this.turn.now()) {
			stop.end = this.turn.now() + node.settings().stopTimeout().toNanos() / 2;
		}
		if (stop.due() != stop.end) {
			this.turn.timers().set(stop, stop.end);
		}
		interruptWork(node);
		if (node.isStopDue()) {
			this.invoker.execute(node, Method.STOP, node.callbacks().stop());
		}
		else {
			succeeded(node);
		}
	}

	private static void succeeded(ServiceNode node) {
		node.dirty(false);
		if (!node.isWorkLeft() && !node.hasActiveSubServices()) {
			node.outcome(CallOutcome.SUCCEEDED);
		}
	}

	/**
	 * The last piece of work has left user code, after all of it was told to end.
	 * @param node the service
	 */
	public void workEnded(ServiceNode node) {
		boolean unused = goOn(node);
		this.turn.lookAt(node);
	}

	/**
	 * The services that belong to one that is being stopped may have stopped.
	 * @param node the service
	 */
	void subServicesEnded(ServiceNode node) {
		if (goOn(node)) {
			this.turn.lookAt(node);
		}
	}

	private boolean goOn(ServiceNode node) {
		boolean waits = node.state() == ServiceState.STOPPING && node.invocation() == null
				&& node.outcome() == CallOutcome.NONE && !node.hasActiveSubServices() && !node.isWorkLeft();
		if (waits && waitsForWork(node)) {
			callNow(node);
			return true;
		}
		if (waits && !node.dirty()) {
			node.outcome(CallOutcome.SUCCEEDED);
			return true;
		}
		return false;
	}

	private boolean waitsForWork(ServiceNode node) {
		Stop stop = this.stops.of(node);
		return stop != null && stop.waitsForWork;
	}

	/**
	 * The time to stop all services is over: a service that has not come to rest is given
	 * up on.
	 * @param node the service
	 * @param limit the time that is over
	 */
	public void giveUp(ServiceNode node, StopLimit limit) {
		callWaiting(node);
		abandon(node, limit);
	}

	// Nobody waits any longer for its work to end.
	private void callWaiting(ServiceNode node) {
		if (node.state() == ServiceState.STOPPING && node.invocation() == null && waitsForWork(node)) {
			callNow(node);
		}
	}

	/**
	 * The stop of a service has come back.
	 * @param node the service
	 * @param failure what it threw, or {@code null}
	 */
	void returned(ServiceNode node, @Nullable Throwable failure) {
		Stop stop = Objects.requireNonNull(this.stops.of(node));
		if (failure == null) {
			succeeded(node);
			return;
		}
		long delay = this.failures.stopRetryDelay(node, failure);
		long retryAt = this.turn.now() + delay * 1_000_000;
		if (delay >= 0 && retryAt < stop.end) {
			stop.resumeAt = retryAt;
			this.turn.timers().set(stop, retryAt);
			this.failures.tellStop(node, failure, true);
		}
		else {
			this.failures.stopFailed(node, failure);
			// Its work is not waited for any longer.
			this.timeouts.tellWork(node, StopLimit.STOP_FAILED);
		}
	}

	/**
	 * A callback that had been given up on has left user code: what a start left behind
	 * is cleaned up now, while the service still counts as occupied.
	 * @param node the service
	 * @param invocation the callback
	 */
	void left(ServiceNode node, Invocation invocation) {
		node.occupant(null);
		if (invocation.method() == Method.STOP) {
			Throwable failure = invocation.failure();
			if (failure != null) {
				this.failures.tellStop(node, failure, false);
			}
		}
		else if (invocation.method() != Method.PREPARE && node.dirty()) {
			boolean due = node.isStopDue();
			node.dirty(false);
			if (due) {
				this.invoker.cleanUp(node, invocation.incarnation());
			}
		}
	}

	/**
	 * Gives up on the callback that is under way: it is interrupted, and the service
	 * counts as occupied until it has left user code.
	 * @param node a service that is being prepared or stopped
	 * @param limit which time is over, if it was told to end
	 */
	void abandon(ServiceNode node, StopLimit limit) {
		Invocation invocation = node.invocation();
		if (invocation != null) {
			leaveBehind(node, invocation, limit);
		}
		if (node.state() == ServiceState.STOPPING) {
			stopFails(node, invocation, limit);
		}
		// A stop that has not begun is still called, so that nothing is left without one.
		if (invocation != null && (invocation.method() != Method.STOP || invocation.hasBegun())) {
			invocation.interrupt();
		}
	}

	private void leaveBehind(ServiceNode node, Invocation invocation, StopLimit limit) {
		node.leaveBehind();
		switch (invocation.method()) {
			case PREPARE -> {
				this.barrier.leave(node);
				node.dirty(false);
				if (!node.wanted()) {
					// One that is still wanted has failed, which was told already.
					this.turn.tellFailure(node, Method.PREPARE.toString(), this.timeouts.stopPassed(invocation, limit),
							Severity.ERROR);
				}
			}
			case STOP -> node.dirty(false);
			default -> node.dirty(invocation.hasBegun());
		}
	}

	private void stopFails(ServiceNode node, @Nullable Invocation invocation, StopLimit limit) {
		TimeoutException failure = (invocation != null) ? this.timeouts.stopPassed(invocation, limit)
				: this.timeouts.notStopped(node, limit);
		if (invocation != null) {
			this.timeouts.tellWork(node, limit);
		}
		interruptWork(node);
		boolean beforeStop = invocation != null && invocation.method() != Method.STOP
				&& invocation.method() != Method.START;
		boolean isLeaseLost = node.stopReason() == StopReason.LEASE_LOST;
		if ((beforeStop || isLeaseLost) && node.wanted()) {
			this.failures.stopPostponed(node, failure);
		}
		else {
			this.failures.stopFailed(node, failure);
		}
	}

	/**
	 * How far the stop of a service has come.
	 */
	private final class Stop extends Timer {

		private final ServiceNode node;

		private long half;

		private long end;

		/** When it goes on, if nothing happens before. */
		private long resumeAt = TimerQueue.NEVER;

		/** Whether the stop is called once no work is left. */
		private boolean waitsForWork;

		Stop(ServiceNode node, long now) {
			this.node = node;
			begin(now);
		}

		void begin(long now) {
			long timeout = this.node.settings().stopTimeout().toNanos();
			if (this.node.restBy() != TimerQueue.NEVER) {
				timeout = Math.min(timeout, Math.max(this.node.restBy() - now, 0));
			}
			this.half = now + timeout / 2;
			this.end = now + timeout;
		}

		@Override
		protected void fire() {
			rang(this);
		}

	}

}
