// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.Invocation.Method;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Brings services down: tells them to end, waits for what is inside them, calls their
 * stop, and turns what comes of it into facts. It decides no state. Confined to the
 * coordinator.
 */
final class StopDriver {

	private final Turn turn;

	private final Failures failures;

	private final CallbackTimers timers;

	private final Invoker invoker;

	StopDriver(Turn turn, Failures failures, CallbackTimers timers, Invoker invoker) {
		this.turn = turn;
		this.failures = failures;
		this.timers = timers;
		this.invoker = invoker;
	}

	/**
	 * Tells an incarnation, and the work that it has, that it is to end.
	 * @param node the service
	 */
	static void end(ServiceNode node) {
		StopReason reason = stopReason(node);
		node.stopReason = reason;
		Incarnation incarnation = node.incarnation;
		if (incarnation != null) {
			incarnation.end(reason);
		}
		NodeWork work = node.work;
		if (work != null) {
			work.end();
		}
	}

	private static StopReason stopReason(ServiceNode node) {
		if (!node.wanted) {
			return node.unwantedReason;
		}
		if (node.ending != null) {
			return node.ending;
		}
		return (node.verdict != Verdict.NONE) ? StopReason.START_FAILED : StopReason.DEPENDENCY;
	}

	/**
	 * A service has come into STOPPING.
	 * @param node the service
	 * @param from the state that it left
	 */
	void begin(ServiceNode node, ServiceState from) {
		node.cleaningUp = from == ServiceState.STARTING;
		node.outcome = CallOutcome.NONE;
		node.stoppingSince = this.turn.now();
		this.timers.limit(node, node.settings.stopTimeout());
		end(node);
		Invocation invocation = node.invocation;
		if (invocation != null && invocation.released) {
			leave(node, invocation);
			return;
		}
		if (invocation != null && ask(invocation)) {
			node.invocation = null;
		}
		if (node.invocation == null) {
			call(node);
		}
		else {
			awaitHalf(node);
		}
	}

	/**
	 * Asks a callback to come back, since its service is to stop.
	 * @param invocation the callback
	 * @return whether it was withdrawn before it began
	 */
	static boolean ask(Invocation invocation) {
		// It has been interrupted for something else before.
		return invocation.isInterrupted() ? invocation.interrupt() : invocation.ask();
	}

	/**
	 * Something has become due for a service: half of the time to stop has passed, or its
	 * stop is tried again.
	 * @param node the service
	 */
	void due(ServiceNode node) {
		if (node.invocation == null) {
			callNow(node);
		}
		else if (node.invocation.method != Method.STOP) {
			interrupt(node);
		}
	}

	/**
	 * Interrupts what is inside a service that is being stopped: it has had its time.
	 * @param node the service
	 */
	static void interrupt(ServiceNode node) {
		if (node.invocation != null) {
			boolean unused = node.invocation.interrupt();
		}
		if (node.work != null) {
			node.work.interrupt();
		}
	}

	private void awaitHalf(ServiceNode node) {
		node.wakeup().resumeAt = half(node);
		this.timers.schedule(node);
	}

	private static long half(ServiceNode node) {
		return node.stoppingSince + node.settings.stopTimeout().toNanos() / 2;
	}

	/**
	 * Goes on without a callback that is still inside user code, and that nobody waits
	 * for.
	 * @param node a service that is being stopped
	 * @param invocation the callback
	 */
	void leave(ServiceNode node, Invocation invocation) {
		node.invocation = null;
		node.occupant = invocation;
		if (invocation.method == Method.STOP) {
			succeeded(node);
			return;
		}
		if (invocation.method == Method.START) {
			node.dirty = true;
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
		NodeWork work = node.work;
		if (work != null && work.isLeft() && this.turn.now() < half(node)) {
			work.isStopWaiting = true;
			awaitHalf(node);
		}
		else {
			callNow(node);
		}
	}

	/**
	 * Calls the stop of a service, whatever work is left.
	 * @param node the service
	 */
	void callNow(ServiceNode node) {
		if (node.wakeup != null) {
			node.wakeup.resumeAt = TimerQueue.NEVER;
		}
		if (node.work != null) {
			node.work.isStopWaiting = false;
			node.work.interrupt();
		}
		if (node.dirty && node.isStoppable()) {
			this.invoker.execute(node, Method.STOP, node.stopCallback);
		}
		else {
			succeeded(node);
		}
	}

	private static void succeeded(ServiceNode node) {
		node.dirty = false;
		if (!node.isWorkLeft()) {
			node.outcome = CallOutcome.SUCCEEDED;
		}
	}

	/**
	 * The last piece of work has left user code, after all of it was told to end.
	 * @param node the service
	 * @param work its work
	 */
	void workEnded(ServiceNode node, NodeWork work) {
		if (node.state == ServiceState.STOPPING && node.invocation == null && node.outcome == CallOutcome.NONE) {
			if (work.isStopWaiting) {
				callNow(node);
			}
			else if (!node.dirty) {
				node.outcome = CallOutcome.SUCCEEDED;
			}
		}
		this.turn.lookAt(node);
	}

	/**
	 * Calls the stop of a service that waits for its work to end: nobody waits any
	 * longer.
	 * @param node the service
	 */
	void callWaiting(ServiceNode node) {
		NodeWork work = node.work;
		if (node.state == ServiceState.STOPPING && node.invocation == null && work != null && work.isStopWaiting) {
			callNow(node);
		}
	}

	/**
	 * The stop of a service has come back.
	 * @param node the service
	 * @param failure what it threw, or {@code null}
	 */
	void returned(ServiceNode node, @Nullable Throwable failure) {
		if (failure == null) {
			succeeded(node);
		}
		else {
			this.failures.stopAttemptFailed(node, failure);
			if (node.outcome == CallOutcome.FAILED) {
				this.timers.workGivenUp(node);
			}
		}
	}

	/**
	 * A callback that had been given up on has left user code: what a start left behind
	 * is cleaned up now, while the service still counts as occupied.
	 * @param node the service
	 * @param invocation the callback
	 */
	void left(ServiceNode node, Invocation invocation) {
		node.occupant = null;
		if (invocation.method == Method.STOP) {
			Throwable failure = invocation.failure();
			if (failure != null) {
				this.failures.tellStop(node, failure, false);
			}
		}
		else if (invocation.method != Method.PREPARE && node.dirty) {
			node.dirty = false;
			if (node.isStoppable()) {
				this.invoker.cleanUp(node, invocation.incarnation);
			}
		}
	}

}
