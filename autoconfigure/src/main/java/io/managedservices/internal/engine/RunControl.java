// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.EngineSettings.OnFailure;
import io.managedservices.internal.graph.RestartSettings.OnGiveUp;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * The start and the stop of all services: who is wanted, and when either has come to its
 * end. Confined to the coordinator.
 */
final class RunControl {

	private final Coordinator coordinator;

	private final ServiceNode[] nodes;

	private final EngineSettings settings;

	private final Turn turn;

	private final Timer startupTimer = Timer.of(this::startupTimedOut);

	private final Timer shutdownTimer = Timer.of(this::shutdownTimedOut);

	private Phase phase = Phase.DOWN;

	private CompletableFuture<Void> start = new CompletableFuture<>();

	private CompletableFuture<Void> stop = new CompletableFuture<>();

	private boolean startEnded;

	private boolean startFailed;

	/** Whether all services stay as they are once they are stopped. */
	private boolean closed;

	private long since;

	private final RunCounts counts = new RunCounts();

	private final List<String> abandoned = new ArrayList<>();

	RunControl(Coordinator coordinator, ServiceNode[] nodes, EngineSettings settings, Turn turn) {
		this.coordinator = coordinator;
		this.nodes = nodes;
		this.settings = settings;
		this.turn = turn;
	}

	/**
	 * Starts all services that are wanted.
	 * @param caller is completed with the start
	 */
	void start(CompletableFuture<Void> caller) {
		if (this.phase != Phase.UP) {
			forgetEnds();
			begin(Phase.UP);
			this.start = new CompletableFuture<>();
			this.startEnded = false;
			this.startFailed = false;
			this.coordinator.quiescence().reset();
			this.turn.timers.set(this.startupTimer, Nanos.later(this.since, Nanos.of(this.settings.startupTimeout())));
			this.turn.tell(new LifecycleEvent.Starting(this.nodes.length));
			for (ServiceNode node : this.nodes) {
				want(node);
			}
		}
		pass(this.start, caller);
	}

	/**
	 * Tells all services to take no new work.
	 * @param caller is completed when they have been told
	 */
	void quiesce(CompletableFuture<Void> caller) {
		if (this.phase == Phase.UP) {
			this.coordinator.quiescence().begin(caller);
		}
		else {
			this.coordinator.deliver(completion(caller));
		}
	}

	/**
	 * Stops all services.
	 * @param caller is completed with the stop
	 */
	void stop(CompletableFuture<Void> caller) {
		if (this.phase == Phase.UP) {
			begin(Phase.STOPPING);
			this.stop = new CompletableFuture<>();
			this.abandoned.clear();
			long left = shutdownNanos() - this.coordinator.quiescence().used();
			this.turn.timers.set(this.shutdownTimer, Nanos.later(this.since, Math.max(0, left)));
			this.coordinator.quiescence().end();
			this.turn.tell(new LifecycleEvent.Stopping(this.nodes.length));
			// Dependents first: they can stop while the others are still looked at.
			for (int index = this.nodes.length - 1; index >= 0; index--) {
				stopping(this.nodes[index]);
			}
			this.coordinator.propagation().refreshFollowers();
		}
		if (this.phase == Phase.DOWN) {
			this.coordinator.deliver(() -> caller.complete(null));
		}
		else {
			pass(this.stop, caller);
		}
	}

	/**
	 * Nothing is started any more: who waits for a service does so in vain.
	 */
	void close() {
		this.closed = true;
		if (this.phase == Phase.DOWN) {
			for (ServiceNode node : this.nodes) {
				this.coordinator.waiters().release(node, Waiters.CLOSED, null);
			}
		}
	}

	/**
	 * Something has failed inside the coordinator: a start that has not ended fails.
	 * @param failure what was thrown
	 */
	void breakDown(Throwable failure) {
		if (this.phase == Phase.UP && !this.startEnded) {
			fail(new ServiceException(null, "The start of the services failed: " + Guarded.text(failure), failure));
		}
	}

	/**
	 * All services were stopped without the coordinator: whoever waits for anything waits
	 * in vain.
	 */
	void forcedDown() {
		this.phase = Phase.DOWN;
		this.closed = true;
		this.coordinator.deliver(completion(this.stop));
		cancel(this.start, "The engine of managed-services has failed");
		this.coordinator.quiescence().release();
		for (ServiceNode node : this.nodes) {
			this.coordinator.waiters().release(node, Waiters.CLOSED, null);
			this.coordinator.operations().cancel(node, "The engine of managed-services has failed");
		}
		this.coordinator.close();
	}

	/**
	 * How long quiescing and stopping all may take together.
	 * @return nanoseconds
	 */
	long shutdownNanos() {
		return Nanos.of(this.settings.shutdownTimeout());
	}

	private void stopping(ServiceNode node) {
		if (node.wanted) {
			node.unwantedReason = StopReason.SHUTDOWN;
		}
		unwant(node, "all services are being stopped");
		this.coordinator.operations().cancel(node, "All services are being stopped");
	}

	private void begin(Phase next) {
		if (this.phase == Phase.DOWN) {
			this.coordinator.open();
		}
		else if (this.phase == Phase.UP) {
			cancel(this.start, "The start was cancelled: all services are being stopped");
			endStart(new CancellationException("All services are being stopped"));
		}
		else {
			cancel(this.stop, "The stop was cancelled: all services are being started");
		}
		this.turn.timers.set(this.startupTimer, TimerQueue.NEVER);
		this.turn.timers.set(this.shutdownTimer, TimerQueue.NEVER);
		this.phase = next;
		this.since = this.turn.now();
	}

	// What has ended by itself ends with the run that it was part of, as a failure does.
	private void forgetEnds() {
		List<ServiceNode> ended = new ArrayList<>();
		for (ServiceNode node : this.nodes) {
			if (node.held && node.unwantedReason == StopReason.COMPLETED) {
				node.held = false;
				ended.add(node);
			}
		}
		this.coordinator.intentions().changed(ended);
	}

	private void want(ServiceNode node) {
		node.wanted = node.intended;
		node.forgetRestarts();
		this.coordinator.reporting().clearErrors(node);
		node.hasRun = node.state == ServiceState.RUNNING;
		if (node.quiescence != null && node.state == ServiceState.RUNNING && node.ending == null) {
			// It takes no new work until it has been stopped and started.
			node.ending = StopReason.RESTART;
		}
		if (node.state == ServiceState.FAILED) {
			node.verdict = Verdict.NONE;
		}
		if (node.wanted && !node.preparedItself) {
			this.coordinator.barrier().close();
		}
		this.turn.lookAt(node);
	}

	private void unwant(ServiceNode node, String why) {
		node.wanted = false;
		node.verdict = Verdict.NONE;
		this.coordinator.driver().cancelPrepare(node);
		this.coordinator.waiters().release(node, why, null);
		this.turn.lookAt(node);
	}

	/**
	 * It has changed whether a service is intended to run.
	 * @param node the service
	 */
	void intentionChanged(ServiceNode node) {
		if (this.phase != Phase.UP) {
			return;
		}
		if (node.intended) {
			node.wanted = true;
			if (node.state == ServiceState.FAILED) {
				node.verdict = Verdict.NONE;
			}
		}
		else {
			unwant(node, Waiters.whyNot(node));
		}
	}

	/**
	 * Whether the services are to run.
	 * @return whether they were started, and not stopped since
	 */
	boolean isUp() {
		return this.phase == Phase.UP;
	}

	/**
	 * Whether all services are being stopped.
	 * @return whether they are, and not all of them are down
	 */
	boolean isStopping() {
		return this.phase == Phase.STOPPING;
	}

	/**
	 * Whether no service will run any more.
	 * @return whether all are stopped for good
	 */
	boolean isOver() {
		return this.closed && this.phase == Phase.DOWN;
	}

	private void pass(CompletableFuture<Void> source, CompletableFuture<Void> caller) {
		CompletableFuture<Void> unused = source.whenCompleteAsync((result, failure) -> {
			if (failure != null) {
				caller.completeExceptionally(failure);
			}
			else {
				caller.complete(null);
			}
		}, this.coordinator.outside());
	}

	private void cancel(CompletableFuture<Void> future, String why) {
		this.coordinator.deliver(() -> future.completeExceptionally(new CancellationException(why)));
	}

	/**
	 * A service has come into another state.
	 * @param node the service
	 */
	void moved(ServiceNode node) {
		if (node.state == ServiceState.FAILED && isShutdownRequested(node)) {
			this.turn.tell(new LifecycleEvent.ShutdownRequested(node.snapshot));
		}
		this.coordinator.waiters().serve(node);
	}

	private boolean isShutdownRequested(ServiceNode node) {
		return this.phase == Phase.UP && !belongsToStart(node) && node.isRequired() && node.wanted
				&& node.settings.restart().onGiveUp() == OnGiveUp.SHUTDOWN;
	}

	// It is the start that fails, unless it is not to: then nothing else says so.
	private boolean belongsToStart(ServiceNode node) {
		return this.settings.onFailure() == OnFailure.FAIL && (!this.startEnded || (this.startFailed && !node.hasRun));
	}

	/**
	 * Counts a service that was looked at.
	 * @param node the service
	 */
	void update(ServiceNode node) {
		this.counts.update(node);
	}

	/**
	 * Whether the start of all fails, so that nothing more needs to be started.
	 * @return whether a required service cannot run, and that matters
	 */
	boolean hasFailed() {
		return this.phase == Phase.UP && this.counts.hopeless() > 0 && this.settings.onFailure() == OnFailure.FAIL;
	}

	/**
	 * Ends the start or the stop of all if nothing is left to do.
	 */
	void check() {
		if (this.phase == Phase.UP && !this.startEnded) {
			if (hasFailed()) {
				fail(StartDiagnosis.of(this.coordinator, this.nodes));
			}
			else if (this.counts.pending() == 0) {
				endStart((this.counts.hopeless() > 0) ? StartDiagnosis.of(this.coordinator, this.nodes) : null);
				this.coordinator.deliver(completion(this.start));
			}
		}
		else if (this.phase == Phase.STOPPING && this.counts.busy() == 0) {
			endStop();
		}
	}

	private void fail(ServiceException failure) {
		this.startFailed = true;
		endStart(failure);
		CompletableFuture<Void> future = this.start;
		this.coordinator.deliver(() -> future.completeExceptionally(failure));
	}

	private static Runnable completion(CompletableFuture<Void> future) {
		return () -> future.complete(null);
	}

	private void endStart(@Nullable Throwable failure) {
		if (!this.startEnded) {
			this.startEnded = true;
			this.turn.timers.set(this.startupTimer, TimerQueue.NEVER);
			this.turn.tell(new LifecycleEvent.Started(sinceBegin(), failure));
		}
	}

	private void endStop() {
		this.phase = Phase.DOWN;
		this.turn.tell(new LifecycleEvent.Stopped(sinceBegin(), List.copyOf(this.abandoned)));
		this.turn.flush();
		this.coordinator.deliver(completion(this.stop));
		this.coordinator.close();
	}

	private Duration sinceBegin() {
		return Duration.ofNanos(this.turn.now() - this.since);
	}

	private void startupTimedOut() {
		ServiceException failure = StartDiagnosis.timedOut(this.nodes, this.settings.startupTimeout());
		if (this.settings.onFailure() == OnFailure.FAIL) {
			fail(failure);
		}
		else {
			endStart(failure);
			this.coordinator.deliver(completion(this.start));
		}
	}

	// From dependents to dependencies, so that even now none stops before its dependents.
	private void shutdownTimedOut() {
		this.turn.tell(new LifecycleEvent.ShutdownTimedOut(this.settings.shutdownTimeout(),
				this.coordinator.quiescence().shares(this.since)));
		StopLimit limit = StopLimit.ofShutdown(this.settings.shutdownTimeout());
		for (int index = this.nodes.length - 1; index >= 0; index--) {
			ServiceNode node = this.nodes[index];
			if (node.busy) {
				this.abandoned.add(node.name());
				this.coordinator.abandon(node, limit);
			}
		}
	}

	/**
	 * What is wanted of all services.
	 */
	private enum Phase {

		DOWN, UP, STOPPING

	}

}
