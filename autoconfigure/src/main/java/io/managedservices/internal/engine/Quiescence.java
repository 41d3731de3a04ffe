// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ShutdownShare;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * The time between the command to take no new work and the stop of all: which running
 * services have still to be told or to return, and how much time that takes. Confined to
 * the coordinator.
 */
final class Quiescence {

	private final Coordinator coordinator;

	private final ServiceNode[] nodes;

	private final Turn turn;

	private final Duration timeout;

	private final Timeouts timeouts;

	private final Timer timer = Timer.of(this::timedOut);

	private final List<CompletableFuture<Void>> callers = new ArrayList<>();

	private boolean active;

	/** Whether the listeners have still to be told of its end. */
	private boolean untold;

	private long since;

	/** How many services have not returned. */
	private int pending;

	private long pendingSince;

	/** For how long there were such before, in nanoseconds. */
	private long usedBefore;

	Quiescence(Coordinator coordinator, ServiceNode[] nodes, EngineSettings settings, Turn turn) {
		this.coordinator = coordinator;
		this.nodes = nodes;
		this.turn = turn;
		this.timeout = settings.quiesceTimeout();
		this.timeouts = new Timeouts(turn);
	}

	/**
	 * Tells all running services to take no new work, and those that come to run later.
	 * @param caller is completed when all have returned
	 */
	void begin(CompletableFuture<Void> caller) {
		this.callers.add(caller);
		if (!this.active) {
			this.active = true;
			this.untold = true;
			this.since = this.turn.now();
			this.turn.tell(new LifecycleEvent.Quiescing());
			for (ServiceNode node : this.nodes) {
				if (node.definition.callbacks().quiesce() != null) {
					this.turn.lookAt(node);
				}
			}
		}
	}

	/**
	 * Ends it: all are stopped now, and those that have not returned are interrupted when
	 * their turn comes.
	 */
	void end() {
		if (this.active) {
			this.active = false;
			this.turn.timers.set(this.timer, TimerQueue.NEVER);
			finish();
		}
	}

	/**
	 * Forgets how much time it took: all are started.
	 */
	void reset() {
		this.usedBefore = 0;
		this.pendingSince = this.turn.now();
	}

	/**
	 * How much of the shutdown timeout it has used.
	 * @return nanoseconds in which at least one service had not returned
	 */
	long used() {
		return this.usedBefore + ((this.pending > 0) ? this.turn.now() - this.pendingSince : 0);
	}

	/**
	 * Whether its time is over: nobody is told any more.
	 * @return whether it is
	 */
	boolean isOver() {
		return used() >= Nanos.of(this.timeout);
	}

	boolean isActive() {
		return this.active;
	}

	int pending() {
		return this.pending;
	}

	/**
	 * Whether the quiesce of a service is to be called now.
	 * @param node the service
	 * @return whether it runs, and was not told yet
	 */
	boolean isDue(ServiceNode node) {
		return this.active && node.quiescence == null && runs(node) && node.definition.callbacks().quiesce() != null
				&& !isOver();
	}

	private static boolean runs(ServiceNode node) {
		return node.state == ServiceState.RUNNING && node.isToRun();
	}

	/**
	 * The quiesce of a service is called.
	 * @param node the service
	 */
	void begins(ServiceNode node) {
		node.quiescence = new QuiesceRecord(this.turn.now());
	}

	/**
	 * The quiesce of a service has come back.
	 * @param node the service
	 * @param invocation the call
	 */
	void ended(ServiceNode node, Invocation invocation) {
		QuiesceRecord quiesce = node.quiescence;
		Throwable failure = invocation.failure();
		if (quiesce != null && invocation.incarnation == node.incarnation) {
			quiesce.end(this.turn.now(), failure == null && !invocation.isAsked());
		}
		if (failure != null && !invocation.isAsked()) {
			this.turn.tellFailure(node, Invocation.Method.QUIESCE.toString(), failure, Severity.ERROR);
			this.turn.tell(new LifecycleEvent.ErrorReported(node.snapshot, new ServiceException(node.name(),
					"The quiesce of service '%s' failed".formatted(node.name()), failure)));
		}
	}

	/**
	 * Counts a service that was looked at.
	 * @param node the service
	 */
	void update(ServiceNode node) {
		boolean quiescing = isDue(node)
				|| (this.active && node.quiescence != null && !node.quiescence.hasEnded() && runs(node));
		if (quiescing == node.quiescing) {
			return;
		}
		if (this.pending == 0) {
			this.pendingSince = this.turn.now();
			this.turn.timers.set(this.timer, Nanos.later(this.pendingSince, Nanos.of(this.timeout) - this.usedBefore));
		}
		else if (this.pending == 1 && !quiescing) {
			this.usedBefore = used();
			this.turn.timers.set(this.timer, TimerQueue.NEVER);
		}
		node.quiescing = quiescing;
		this.pending += quiescing ? 1 : -1;
	}

	/**
	 * Tells those who wait for it if nothing is left to do.
	 */
	void check() {
		if (this.active && this.pending == 0) {
			finish();
		}
	}

	private void finish() {
		if (this.untold) {
			this.untold = false;
			this.turn.tell(new LifecycleEvent.Quiesced(Duration.ofNanos(this.turn.now() - this.since),
					shares((node) -> (node.quiescence != null) ? share(node, null) : null)));
		}
		release();
	}

	/**
	 * Completes those who wait for it.
	 */
	void release() {
		this.callers.forEach((caller) -> this.coordinator.deliver(() -> caller.complete(null)));
		this.callers.clear();
	}

	// They go on running until they are stopped, which nobody has to wait for.
	private void timedOut() {
		for (ServiceNode node : this.nodes) {
			if (node.quiescing) {
				giveUp(node);
				this.turn.lookAt(node);
			}
		}
	}

	private void giveUp(ServiceNode node) {
		QuiesceRecord quiesce = node.quiescence;
		Invocation invocation = node.invocation;
		if (quiesce == null) {
			// It is still inside something else, and was never told.
			quiesce = new QuiesceRecord(this.turn.now());
			node.quiescence = quiesce;
		}
		else if (invocation != null && invocation.method == Invocation.Method.QUIESCE) {
			this.turn.tellFailure(node, Invocation.Method.QUIESCE.toString(), this.timeouts.quiescePassed(invocation,
					StopLimit.passed(invocation.took(this.turn.now()), this.timeout)), Severity.ERROR);
			if (invocation.interrupt()) {
				node.invocation = null;
			}
		}
		quiesce.end(this.turn.now(), false);
	}

	/**
	 * What each service that was told to, or is being stopped, has taken of the shutdown
	 * timeout.
	 * @param stopSince when the stop of all began
	 * @return those that are not down first, then those that took longest
	 */
	List<ShutdownShare> shares(long stopSince) {
		return shares((node) -> {
			Duration stop = stop(node, stopSince);
			return (node.busy || stop != null || node.quiescence != null) ? share(node, stop) : null;
		});
	}

	private List<ShutdownShare> shares(Function<ServiceNode, @Nullable ShutdownShare> function) {
		List<ShutdownShare> shares = new ArrayList<>();
		for (ServiceNode node : this.nodes) {
			ShutdownShare share = function.apply(node);
			if (share != null) {
				shares.add(share);
			}
		}
		shares.sort(Comparator.comparing(Quiescence::isDown)
			.thenComparing(Comparator.comparing(ShutdownShare::total).reversed()));
		return shares;
	}

	private static boolean isDown(ShutdownShare share) {
		ServiceState state = share.service().state();
		return state == ServiceState.STOPPED || state == ServiceState.FAILED;
	}

	private ShutdownShare share(ServiceNode node, @Nullable Duration stop) {
		QuiesceRecord quiesce = node.quiescence;
		return new ShutdownShare(node.snapshot, (quiesce != null) ? quiesce.duration(this.turn.now()) : null,
				quiesce == null || quiesce.hasSucceeded(), stop);
	}

	private @Nullable Duration stop(ServiceNode node, long since) {
		if (node.state == ServiceState.STOPPING) {
			return Duration.ofNanos(this.turn.now() - node.stoppingSince);
		}
		return (node.stoppingSince - since >= 0) ? node.timings.stop() : null;
	}

}
