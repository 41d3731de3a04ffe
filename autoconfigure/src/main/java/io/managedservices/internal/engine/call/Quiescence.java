// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
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
public final class Quiescence implements Aspect.Entered, Aspect.Evaluated, Aspect.Handled {

	private final Coordinator coordinator;

	private final Turn turn;

	private final Duration timeout;

	private final Timeouts timeouts;

	private final Timer timer = Timer.of(this::timedOut);

	/** How it went, for each service that was told to. */
	private final Facts<QuiesceRecord> records;

	/** The services that have not returned. */
	private final Set<ServiceNode> pending = new HashSet<>();

	private final List<CompletableFuture<Void>> callers = new ArrayList<>();

	private boolean active;

	/** Whether the listeners have still to be told of its end. */
	private boolean untold;

	private long since;

	private long pendingSince;

	/** For how long there were such before, in nanoseconds. */
	private long usedBefore;

	/**
	 * Create a quiescence, which is not active.
	 * @param coordinator the coordinator
	 * @param timeout how long it may take
	 */
	public Quiescence(Coordinator coordinator, Duration timeout) {
		this.coordinator = coordinator;
		this.turn = coordinator.turn();
		this.records = coordinator.facts();
		this.timeout = timeout;
		this.timeouts = new Timeouts(this.turn);
	}

	/**
	 * Tells all running services to take no new work, and those that come to run later.
	 * @param caller is completed when all have returned
	 */
	public void begin(CompletableFuture<Void> caller) {
		this.callers.add(caller);
		if (!this.active) {
			this.active = true;
			this.untold = true;
			this.since = this.turn.now();
			this.turn.tell(new LifecycleEvent.Quiescing());
			for (ServiceNode node : this.coordinator.nodes()) {
				if (node.definition().callbacks().quiesce() != null) {
					this.turn.lookAt(node);
				}
			}
		}
	}

	/**
	 * Ends it: all are stopped now, and those that have not returned are interrupted when
	 * their turn comes.
	 */
	public void end() {
		if (this.active) {
			this.active = false;
			this.turn.timers().set(this.timer, TimerQueue.NEVER);
			finish();
		}
	}

	/**
	 * Forgets how much time it took: all are started.
	 */
	public void reset() {
		this.usedBefore = 0;
		this.pendingSince = this.turn.now();
	}

	/**
	 * How much of the shutdown timeout it has used.
	 * @return nanoseconds in which at least one service had not returned
	 */
	public long used() {
		return this.usedBefore + (this.pending.isEmpty() ? 0 : this.turn.now() - this.pendingSince);
	}

	/**
	 * Whether its time is over: nobody is told any more.
	 * @return whether it is
	 */
	public boolean isOver() {
		return used() >= Nanos.of(this.timeout);
	}

	public boolean isActive() {
		return this.active;
	}

	/**
	 * Whether a service has not returned from its quiesce.
	 * @param node the service
	 * @return whether it has not
	 */
	public boolean isQuiescing(ServiceNode node) {
		return this.pending.contains(node);
	}

	/**
	 * Whether a service was told to take no new work, and has not been started since.
	 * @param node the service
	 * @return whether it was
	 */
	public boolean isQuiesced(ServiceNode node) {
		return this.records.of(node) != null;
	}

	/**
	 * Whether the quiesce of a service is to be called now.
	 * @param node the service
	 * @return whether it runs, and was not told yet
	 */
	boolean isDue(ServiceNode node) {
		return this.active && !isQuiesced(node) && runs(node) && node.definition().callbacks().quiesce() != null
				&& !isOver();
	}

	private static boolean runs(ServiceNode node) {
		return node.state() == ServiceState.RUNNING && node.isToRun();
	}

	/**
	 * The quiesce of a service is called.
	 * @param node the service
	 */
	void begins(ServiceNode node) {
		this.records.put(node, new QuiesceRecord(this.turn.now()));
	}

	/**
	 * The quiesce of a service has come back.
	 * @param node the service
	 * @param invocation the call
	 */
	void ended(ServiceNode node, Invocation invocation) {
		QuiesceRecord quiesce = this.records.of(node);
		Throwable failure = invocation.failure();
		if (quiesce != null && invocation.incarnation() == node.incarnation()) {
			quiesce.end(this.turn.now(), failure == null && !invocation.isAsked());
		}
		if (failure != null && !invocation.isAsked()) {
			this.turn.tellFailure(node, Invocation.Method.QUIESCE.toString(), failure, Severity.ERROR);
			this.turn.tell(new LifecycleEvent.ErrorReported(node.snapshot(), new ServiceException(node.name(),
					"The quiesce of service '%s' failed".formatted(node.name()), failure)));
		}
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		if (node.state() == ServiceState.STARTING) {
			this.records.remove(node);
		}
	}

	@Override
	public void evaluated(ServiceNode node) {
		if (!this.active && this.pending.isEmpty()) {
			return;
		}
		boolean quiescing = this.active && (isDue(node) || isUnderWay(node));
		if (quiescing == this.pending.contains(node)) {
			return;
		}
		if (this.pending.isEmpty()) {
			this.pendingSince = this.turn.now();
			this.turn.timers()
				.set(this.timer, Nanos.later(this.pendingSince, Nanos.of(this.timeout) - this.usedBefore));
		}
		else if (this.pending.size() == 1 && !quiescing) {
			this.usedBefore = used();
			this.turn.timers().set(this.timer, TimerQueue.NEVER);
		}
		if (quiescing) {
			this.pending.add(node);
		}
		else {
			this.pending.remove(node);
		}
	}

	private boolean isUnderWay(ServiceNode node) {
		QuiesceRecord quiesce = this.records.of(node);
		return quiesce != null && !quiesce.hasEnded() && runs(node);
	}

	@Override
	public void handled() {
		if (this.active && this.pending.isEmpty()) {
			finish();
		}
	}

	private void finish() {
		if (this.untold) {
			this.untold = false;
			this.turn.tell(new LifecycleEvent.Quiesced(Duration.ofNanos(this.turn.now() - this.since),
					shares((node) -> isQuiesced(node) ? share(node, null) : null)));
		}
		release();
	}

	/**
	 * Completes those who wait for it.
	 */
	public void release() {
		this.callers.forEach((caller) -> this.coordinator.deliver(() -> caller.complete(null)));
		this.callers.clear();
	}

	// They go on running until they are stopped, which nobody has to wait for.
	private void timedOut() {
		for (ServiceNode node : this.coordinator.nodes()) {
			if (isQuiescing(node)) {
				giveUp(node);
				this.turn.lookAt(node);
			}
		}
	}

	private void giveUp(ServiceNode node) {
		QuiesceRecord quiesce = this.records.of(node);
		Invocation invocation = node.invocation();
		if (quiesce == null) {
			// It is still inside something else, and was never told.
			quiesce = new QuiesceRecord(this.turn.now());
			this.records.put(node, quiesce);
		}
		else if (invocation != null && invocation.method() == Invocation.Method.QUIESCE) {
			this.turn.tellFailure(node, Invocation.Method.QUIESCE.toString(), this.timeouts.quiescePassed(invocation,
					StopLimit.passed(invocation.took(this.turn.now()), this.timeout)), Severity.ERROR);
			if (invocation.interrupt()) {
				node.invocation(null);
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
	public List<ShutdownShare> shares(long stopSince) {
		return shares((node) -> {
			Duration stop = stop(node, stopSince);
			return (isBusy(node) || stop != null || isQuiesced(node)) ? share(node, stop) : null;
		});
	}

	private List<ShutdownShare> shares(Function<ServiceNode, @Nullable ShutdownShare> function) {
		List<ShutdownShare> shares = new ArrayList<>();
		for (ServiceNode node : this.coordinator.nodes()) {
			ShutdownShare share = function.apply(node);
			if (share != null) {
				shares.add(share);
			}
		}
		shares.sort(Comparator.comparing(Quiescence::isDown)
			.thenComparing(Comparator.comparing(ShutdownShare::total).reversed()));
		return shares;
	}

	private static boolean isBusy(ServiceNode node) {
		return node.state() != ServiceState.NEW && !isRest(node.state());
	}

	private static boolean isRest(ServiceState state) {
		return state == ServiceState.STOPPED || state == ServiceState.FAILED;
	}

	private static boolean isDown(ShutdownShare share) {
		return isRest(share.service().state());
	}

	private ShutdownShare share(ServiceNode node, @Nullable Duration stop) {
		QuiesceRecord quiesce = this.records.of(node);
		return new ShutdownShare(node.snapshot(), (quiesce != null) ? quiesce.duration(this.turn.now()) : null,
				quiesce == null || quiesce.hasSucceeded(), stop);
	}

	private @Nullable Duration stop(ServiceNode node, long since) {
		if (node.state() == ServiceState.STOPPING) {
			return Duration.ofNanos(this.turn.now() - node.stoppingSince());
		}
		return (node.stoppingSince() - since >= 0) ? node.timings().stop() : null;
	}

}
