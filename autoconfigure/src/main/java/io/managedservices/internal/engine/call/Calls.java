// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.managedservices.internal.concurrent.ProcessExit;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Aspect;
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
import io.managedservices.internal.engine.report.Checks;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.ServiceState;

/**
 * Calls the methods of services as their states ask for it, and turns what comes back
 * into facts. It decides no state. Confined to the coordinator.
 */
public final class Calls implements Aspect.Entered, Aspect.AvailabilityChanged, Aspect.Evaluated {

	private final Coordinator coordinator;

	private final Incarnation.Factory incarnations;

	private final Turn turn;

	private final PrepareBarrier barrier;

	private final Failures failures;

	private final Checks checks;

	private final Quiescence quiescence;

	private final Timeouts timeouts;

	private final Deadlines deadlines;

	/** Takes what has come back. */
	private final Consumer<Invocation> completion = this::completed;

	private final Invoker invoker;

	private final Stopping stopping;

	/** What running services are to be told of those that they come after. */
	private final Facts<Notices> notices;

	/**
	 * Create calls.
	 * @param coordinator the coordinator
	 * @param incarnations makes the incarnations of services
	 * @param failures is told what fails
	 * @param checks makes rounds of checks
	 * @param quiescence tells which services are to quiesce
	 */
	public Calls(Coordinator coordinator, Incarnation.Factory incarnations, Failures failures, Checks checks,
			Quiescence quiescence) {
		this.coordinator = coordinator;
		this.incarnations = incarnations;
		this.turn = coordinator.turn();
		this.notices = coordinator.facts();
		this.barrier = coordinator.barrier();
		this.failures = failures;
		this.checks = checks;
		this.quiescence = quiescence;
		this.timeouts = new Timeouts(this.turn);
		this.deadlines = new Deadlines(this.turn, this::overdue);
		this.invoker = new Invoker(coordinator, this.deadlines, this.completion);
		this.stopping = new Stopping(coordinator, failures, this.barrier, this.timeouts, this.deadlines, this.invoker);
	}

	/**
	 * What brings services down.
	 * @return the same for all services
	 */
	public Stopping stopping() {
		return this.stopping;
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		if (from == ServiceState.STOPPING || from == ServiceState.PREPARING) {
			this.stopping.ended(node);
		}
		if (isOver(node, from)) {
			Stopping.end(node);
		}
		switch (node.state()) {
			case PREPARING -> {
				node.outcome(CallOutcome.NONE);
				node.verdict(Verdict.NONE);
			}
			case STARTING -> attemptStart(node, from);
			case RUNNING -> running(node);
			case STOPPING -> this.stopping.begin(node, from);
			case BACKOFF, STANDBY -> {
				// The failures end it, and say how the next attempt is counted.
			}
			default -> node.ending(null);
		}
		if (from == ServiceState.RUNNING) {
			this.notices.remove(node);
		}
	}

	// An attempt that leaves nothing to clean up ends here, any other one is stopped.
	private static boolean isOver(ServiceNode node, ServiceState from) {
		boolean failed = from == ServiceState.PREPARING && node.outcome() != CallOutcome.SUCCEEDED;
		return failed || (from == ServiceState.STARTING && node.state() != ServiceState.RUNNING
				&& node.state() != ServiceState.STOPPING);
	}

	private void attemptStart(ServiceNode node, ServiceState from) {
		// One that waited for its lease after a failed attempt goes on counting.
		boolean again = from == ServiceState.BACKOFF
				|| (from == ServiceState.STANDBY && node.verdict() == Verdict.RETRY);
		int number = again ? node.attempt().number() + 1 : 1;
		if (number == 1) {
			this.failures.forgetBackOff(node);
			node.startBegins(this.turn.now(), this.turn.instant());
		}
		node.attempt(number, null);
		node.dirty(false);
		node.verdict(Verdict.NONE);
		node.outcome(CallOutcome.NONE);
		node.ending(null);
		node.restBy(TimerQueue.NEVER);
		node.stopReason(null);
		node.incarnation(this.incarnations.create(node, number));
		ServiceCallbacks.Callback start = node.callbacks().start();
		if (start != null) {
			this.invoker.invoke(node, Method.START, start, node.settings().startTimeout());
		}
		else {
			node.dirty(true);
			node.outcome(CallOutcome.SUCCEEDED);
		}
	}

	private void running(ServiceNode node) {
		this.failures.forgetBackOff(node);
		node.startEnded(this.turn.now());
		if (node.callbacks().notice() != null) {
			Notices all = new Notices();
			EdgeList predecessors = this.coordinator.graph().predecessors();
			int count = predecessors.count(node.index());
			for (int edge = 0; edge < count; edge++) {
				ServiceNode predecessor = this.coordinator.node(predecessors.target(node.index(), edge));
				if (predecessor.available()) {
					all.add(predecessor);
				}
			}
			this.notices.put(node, all);
		}
	}

	@Override
	public void availabilityChanged(ServiceNode node) {
		EdgeList followers = this.coordinator.graph().followers();
		int count = followers.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			ServiceNode follower = this.coordinator.node(followers.target(node.index(), edge));
			Notices pending = this.notices.of(follower);
			if (pending != null) {
				pending.add(node);
				this.turn.lookAt(follower);
			}
		}
	}

	@Override
	public void evaluated(ServiceNode node) {
		if (node.state() == ServiceState.PREPARING) {
			prepareIfDue(node);
		}
		else if (node.state() == ServiceState.RUNNING && node.invocation() == null && node.isToRun()) {
			callRunning(node);
		}
		else if (node.state() == ServiceState.STOPPING && node.hasSubServices()) {
			this.stopping.subServicesEnded(node);
		}
	}

	private void prepareIfDue(ServiceNode node) {
		if ((node.wanted() || node.toPrepare()) && node.outcome() == CallOutcome.NONE && node.areDependenciesPrepared()
				&& node.invocation() == null && node.occupant() == null) {
			node.incarnation(this.incarnations.create(node, 0));
			this.barrier.enter(node);
			this.invoker.invoke(node, Method.PREPARE, node.callbacks().prepare(), node.settings().prepareTimeout());
		}
	}

	private void callRunning(ServiceNode node) {
		if (this.quiescence.isDue(node)) {
			this.quiescence.begins(node);
			this.invoker.execute(node, Method.QUIESCE, node.callbacks().quiesce());
			return;
		}
		Invocation check = this.checks.takeDue(node, this.completion);
		if (check != null) {
			this.invoker.invoke(check, node.settings().health().timeout());
			return;
		}
		Notices pending = this.notices.of(node);
		Notices.Notice notice = (pending != null) ? pending.poll() : null;
		ServiceCallbacks.Notice callback = node.callbacks().notice();
		if (notice != null && callback != null) {
			this.invoker.invoke(node, Method.NOTICE, (context) -> callback.call(notice.name(), notice.available()),
					node.settings().startTimeout());
			return;
		}
		this.checks.scheduleNext(node);
	}

	private void overdue(Invocation invocation) {
		ServiceNode node = invocation.node();
		if (node.invocation() == invocation && !invocation.hasLeft()) {
			overdue(node, invocation, this.timeouts.passed(invocation));
			this.turn.lookAt(node);
		}
	}

	private void overdue(ServiceNode node, Invocation invocation, TimeoutException failure) {
		switch (invocation.method()) {
			case PREPARE -> {
				this.failures.prepareFailed(node, failure);
				this.stopping.abandon(node, StopLimit.ofService(node));
			}
			case START -> this.failures.startFailed(node, failure);
			case NOTICE -> {
				invocation.interrupt();
				this.failures.noticeFailed(node, failure);
			}
			case CHECK -> {
				invocation.interrupt();
				// It counts again for as long as it hangs.
				Duration interval = node.settings().health().interval();
				this.deadlines.limitAgain(invocation, interval.plus(node.settings().health().timeout()));
				if (node.isToRun()) {
					this.checks.hangs(node, invocation, failure);
				}
			}
			case STOP, QUIESCE -> {
				// They have no time of their own.
			}
		}
	}

	private void completed(Invocation invocation) {
		ServiceNode node = invocation.node();
		this.deadlines.lift(invocation);
		if (node.occupant() == invocation) {
			this.stopping.left(node, invocation);
		}
		else if (node.invocation() == invocation) {
			node.invocation(null);
			switch (invocation.method()) {
				case PREPARE -> prepared(node, invocation);
				case START -> started(node, invocation);
				case STOP -> this.stopping.returned(node, invocation.failure());
				case CHECK -> checked(node, invocation);
				case NOTICE -> told(node, invocation);
				case QUIESCE -> quiesced(node, invocation);
			}
		}
		this.turn.lookAt(node);
	}

	/**
	 * Takes a callback as having come back whose thread waits for the end of the services
	 * itself, or for that of the process: it is not waited for when its service is to
	 * stop.
	 * @param invocation the callback
	 */
	public void release(Invocation invocation) {
		ServiceNode node = invocation.node();
		invocation.forget();
		if (node.invocation() != invocation) {
			return;
		}
		if (invocation.method() == Method.QUIESCE) {
			this.quiescence.ended(node, invocation);
		}
		if (node.state() == ServiceState.STOPPING || (node.state() == ServiceState.PREPARING && !node.wanted())) {
			this.stopping.release(node, invocation);
		}
		else if (node.state() == ServiceState.RUNNING && invocation.method() != Method.QUIESCE) {
			// Its quiesce waits for no check.
			node.leaveBehind();
			this.deadlines.lift(invocation);
		}
		this.turn.lookAt(node);
	}

	/**
	 * Takes what is inside {@link System#exit} as having come back.
	 */
	public void releaseExiting() {
		for (ServiceNode node : this.coordinator.nodes()) {
			Invocation invocation = node.invocation();
			if (invocation != null && !invocation.isForgotten() && ProcessExit.isCalledIn(invocation.stack())) {
				release(invocation);
			}
			WorkInside work = node.work();
			if (work != null && work.isLeft()) {
				work.releaseExiting();
			}
		}
	}

	private void prepared(ServiceNode node, Invocation invocation) {
		this.barrier.leave(node);
		this.stopping.ended(node);
		Throwable failure = invocation.failure();
		if (invocation.hasBegun() && failure == null) {
			node.preparedItself(true);
			node.outcome(CallOutcome.SUCCEEDED);
		}
		else if (failure != null && !invocation.isAsked()) {
			this.failures.prepareFailed(node, failure);
		}
	}

	private void started(ServiceNode node, Invocation invocation) {
		node.dirty(invocation.hasBegun());
		Throwable failure = invocation.failure();
		if (node.state() == ServiceState.STOPPING) {
			this.stopping.call(node);
		}
		else if (failure != null) {
			this.failures.startFailed(node, failure);
		}
		else if (node.outcome() != CallOutcome.FAILED) {
			node.outcome(CallOutcome.SUCCEEDED);
		}
	}

	private void checked(ServiceNode node, Invocation invocation) {
		if (node.state() == ServiceState.STOPPING) {
			this.stopping.call(node);
		}
		else {
			this.checks.completed(node, invocation);
		}
	}

	private void told(ServiceNode node, Invocation invocation) {
		Throwable failure = invocation.failure();
		if (failure != null && !invocation.isAsked()) {
			this.failures.noticeFailed(node, failure);
		}
		if (node.state() == ServiceState.STOPPING) {
			this.stopping.call(node);
		}
	}

	private void quiesced(ServiceNode node, Invocation invocation) {
		this.quiescence.ended(node, invocation);
		if (node.state() == ServiceState.STOPPING) {
			this.stopping.call(node);
		}
	}

}
