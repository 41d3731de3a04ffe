// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.Restart.OnGiveUp;
import io.managedservices.internal.engine.await.PendingOperations;
import io.managedservices.internal.engine.await.Waiters;
import io.managedservices.internal.engine.call.Quiescence;
import io.managedservices.internal.engine.call.StopLimit;
import io.managedservices.internal.engine.call.Stopping;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.engine.kernel.Verdict;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.internal.engine.run.EngineSettings.OnFailure;
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
public final class RunControl implements Aspect.Moved, Aspect.Evaluated, Aspect.Handled, Aspect.ComeAndGo {

	/** Why a service on demand does not run, as the end of a sentence. */
	public static final String UNDEMANDED = "it is on demand, and nothing needs it: demand it, or enable it";

	private static final String STOPPING = "all services are being stopped";

	/** Why no service runs once nothing is started any more, as the end of a sentence. */
	private static final String CLOSED = "the application is closed, or is being closed";

	/** Why no service runs where all are only prepared. */
	private static final String PREPARED = "the services are only prepared: managed-services.startup.mode is 'prepare'";

	private final Coordinator coordinator;

	private final EngineSettings settings;

	private final Turn turn;

	private final Failures failures;

	private final Reporting reporting;

	private final Waiters waiters;

	private final PendingOperations operations;

	private final Quiescence quiescence;

	private final Stopping stopping;

	private final Intentions intentions;

	private final Timer startupTimer = Timer.of(this::startupTimedOut);

	private final Timer shutdownTimer = Timer.of(this::shutdownTimedOut);

	private final StartProgress progress;

	private Phase phase = Phase.DOWN;

	private CompletableFuture<Void> start = new CompletableFuture<>();

	private CompletableFuture<Void> stop = new CompletableFuture<>();

	private boolean startEnded;

	private boolean startFailed;

	/** Whether a service has asked for the end of the application. */
	private boolean exiting;

	/** Whether all services stay as they are once they are stopped. */
	private boolean closed;

	private volatile boolean shuttingDown;

	private long since;

	/** The services that have run since the start of all. */
	private BitSet hasRun = new BitSet();

	private final RunCounts counts = new RunCounts();

	private Runnable whenForcedDown = () -> {
	};

	private BooleanSupplier awaited = () -> false;

	private final List<String> abandoned = new ArrayList<>();

	/**
	 * Create a control of services that are down.
	 * @param coordinator the coordinator
	 * @param settings the times and limits of all of them together
	 * @param failures what follows from failures
	 * @param reporting what services have reported
	 * @param waiters those who wait for services
	 * @param operations what operators want
	 * @param quiescence the time before the stop of all
	 * @param stopping brings services down
	 */
	public RunControl(Coordinator coordinator, EngineSettings settings, Failures failures, Reporting reporting,
			Waiters waiters, PendingOperations operations, Quiescence quiescence, Stopping stopping) {
		this.coordinator = coordinator;
		this.settings = settings;
		this.turn = coordinator.turn();
		this.failures = failures;
		this.reporting = reporting;
		this.waiters = waiters;
		this.operations = operations;
		this.quiescence = quiescence;
		this.stopping = stopping;
		this.intentions = new Intentions(coordinator, this);
		this.progress = new StartProgress(this.turn, settings.progress());
	}

	/**
	 * Which services are to run.
	 * @return the intentions
	 */
	public Intentions intentions() {
		return this.intentions;
	}

	private List<ServiceNode> nodes() {
		return this.coordinator.nodes();
	}

	/**
	 * Starts all services that are wanted.
	 * @param caller is completed with the start
	 */
	public void start(CompletableFuture<Void> caller) {
		if (this.phase != Phase.UP) {
			forgetEnds();
			this.exiting = false;
			begin(Phase.UP);
			this.start = new CompletableFuture<>();
			this.startEnded = false;
			this.startFailed = false;
			this.quiescence.reset();
			this.turn.timers()
				.set(this.startupTimer, Nanos.later(this.since, Nanos.of(this.settings.startupTimeout())));
			this.progress.begin(this.since);
			this.turn.tell(new LifecycleEvent.Starting(nodes().size()));
			for (ServiceNode node : nodes()) {
				want(node);
			}
		}
		pass(this.start, caller);
	}

	/**
	 * Prepares all services that may come to run, and starts none.
	 * @param caller is completed when each is prepared, or has failed
	 */
	public void prepare(CompletableFuture<Void> caller) {
		if (this.phase != Phase.UP && this.phase != Phase.PREPARED) {
			begin(Phase.PREPARED);
			this.start = new CompletableFuture<>();
			this.startEnded = false;
			this.startFailed = false;
			for (ServiceNode node : nodes()) {
				prepare(node);
				this.turn.lookAt(node);
			}
		}
		pass(this.start, caller);
	}

	// Another one may need it later, or somebody enable it.
	private void prepare(ServiceNode node) {
		node.toPrepare(!node.isDisabled() && !node.held());
		if (node.state() == ServiceState.FAILED) {
			node.verdict(Verdict.NONE);
		}
		if (node.toPrepare() && !node.preparedItself()) {
			this.coordinator.barrier().close();
		}
	}

	/**
	 * A service asks for the end of the application.
	 * @param node the service
	 * @param incarnation the incarnation that asks; ignored if it is over
	 * @param code the exit code
	 */
	public void exit(ServiceNode node, Incarnation incarnation, int code) {
		if (node.incarnation() != incarnation || this.exiting) {
			return;
		}
		this.exiting = true;
		this.turn.tell(new LifecycleEvent.ExitRequested(node.snapshot(), code));
		if (!this.startEnded && (this.phase == Phase.UP || this.phase == Phase.PREPARED)) {
			fail(new ExitRequest(node.name(), code));
		}
	}

	/**
	 * Tells all services to take no new work.
	 * @param caller is completed when they have been told
	 */
	public void quiesce(CompletableFuture<Void> caller) {
		if (this.phase == Phase.UP) {
			this.quiescence.begin(caller);
		}
		else {
			this.coordinator.deliver(completion(caller));
		}
	}

	/**
	 * Stops all services.
	 * @param caller is completed with the stop
	 */
	public void stop(CompletableFuture<Void> caller) {
		if (this.phase == Phase.UP || this.phase == Phase.PREPARED) {
			begin(Phase.STOPPING);
			this.stop = new CompletableFuture<>();
			this.abandoned.clear();
			this.failures.noteUnstopped();
			long left = shutdownNanos() - this.quiescence.used();
			this.turn.timers().set(this.shutdownTimer, Nanos.later(this.since, Math.max(0, left)));
			this.quiescence.end();
			this.waiters.releaseNames(STOPPING);
			this.turn.tell(new LifecycleEvent.Stopping(nodes().size()));
			// Dependents first: they can stop while the others are still looked at.
			for (int index = nodes().size() - 1; index >= 0; index--) {
				stopping(nodes().get(index));
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
	public void close() {
		this.closed = true;
		noteShutdown();
		if (this.phase == Phase.DOWN) {
			this.waiters.releaseNames(CLOSED);
			for (ServiceNode node : nodes()) {
				this.waiters.release(node, CLOSED, null);
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
		this.progress.end();
		this.closed = true;
		noteShutdown();
		this.coordinator.deliver(completion(this.stop));
		cancel(this.start, "The engine of managed-services has failed");
		this.quiescence.release();
		this.whenForcedDown.run();
		this.waiters.releaseNames(CLOSED);
		for (ServiceNode node : nodes()) {
			this.waiters.release(node, CLOSED, null);
			this.waiters.serveDown(node);
			this.operations.cancel(node, "The engine of managed-services has failed");
		}
		this.coordinator.close();
	}

	/**
	 * Sets what is done when all services were stopped without the coordinator.
	 * @param action what is done
	 */
	public void whenForcedDown(Runnable action) {
		this.whenForcedDown = action;
	}

	/**
	 * How long quiescing and stopping all may take together.
	 * @return nanoseconds
	 */
	long shutdownNanos() {
		return Nanos.of(this.settings.shutdownTimeout());
	}

	/**
	 * Sets what the stop of all services waits for besides them.
	 * @param isAny whether there is any
	 */
	public void awaits(BooleanSupplier isAny) {
		this.awaited = isAny;
	}

	private void stopping(ServiceNode node) {
		if (node.wanted()) {
			node.unwantedReason(StopReason.SHUTDOWN);
		}
		unwant(node, STOPPING);
		this.operations.cancel(node, "All services are being stopped");
	}

	private void begin(Phase next) {
		if (this.phase == Phase.DOWN) {
			this.coordinator.open();
		}
		else if (this.phase == Phase.UP || this.phase == Phase.PREPARED) {
			cancel(this.start, "The start was cancelled: all services are being stopped");
			endStart(new CancellationException("All services are being stopped"));
		}
		else {
			cancel(this.stop, "The stop was cancelled: all services are being started");
		}
		this.turn.timers().set(this.startupTimer, TimerQueue.NEVER);
		this.turn.timers().set(this.shutdownTimer, TimerQueue.NEVER);
		this.phase = next;
		noteShutdown();
		this.since = this.turn.now();
	}

	// What has ended by itself ends with the run that it was part of, as a failure does.
	private void forgetEnds() {
		List<ServiceNode> ended = new ArrayList<>();
		for (ServiceNode node : nodes()) {
			if (node.held() && node.unwantedReason() == StopReason.COMPLETED) {
				node.release();
				ended.add(node);
			}
		}
		this.intentions.changed(ended);
	}

	private void want(ServiceNode node) {
		node.wanted(node.intended());
		this.failures.forgetRestarts(node);
		this.reporting.clearErrors(node);
		this.hasRun.set(node.index(), node.state() == ServiceState.RUNNING);
		if (this.quiescence.isQuiesced(node) && node.state() == ServiceState.RUNNING && node.ending() == null) {
			// It takes no new work until it has been stopped and started.
			node.ending(StopReason.RESTART);
		}
		prepare(node);
		this.turn.lookAt(node);
	}

	private void unwant(ServiceNode node, String why) {
		node.wanted(false);
		node.toPrepare(false);
		node.verdict(Verdict.NONE);
		this.stopping.cancelPrepare(node);
		this.waiters.release(node, why, null);
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
		if (node.intended()) {
			node.wanted(true);
			if (node.state() == ServiceState.FAILED) {
				node.verdict(Verdict.NONE);
			}
		}
		else {
			unwant(node, whyNotIntended(node));
		}
	}

	/**
	 * A service asks to be stopped and started again.
	 * @param node the service
	 * @param incarnation the incarnation that asks; ignored if it is over or to end
	 * @param reason why, for people
	 * @return the state of the service: it was ignored unless that is RUNNING
	 */
	public ServiceState restart(ServiceNode node, Incarnation incarnation, String reason) {
		if (node.incarnation() != incarnation || incarnation.stopReason() != null) {
			return ServiceState.STOPPED;
		}
		if (node.state() == ServiceState.RUNNING && node.isToRun()) {
			this.turn.tell(new LifecycleEvent.RestartRequested(node.snapshot(), reason));
			node.ending(StopReason.RESTART);
			this.intentions.changed(node);
		}
		return node.state();
	}

	/**
	 * Whether all services are being stopped, or are stopped for good. Any thread may
	 * ask.
	 * @return whether they are
	 */
	public boolean isShuttingDown() {
		return this.shuttingDown;
	}

	/**
	 * A service has done what it was to do.
	 * @param node the service
	 * @param incarnation the incarnation that says so; ignored if it is over
	 */
	public void completed(ServiceNode node, Incarnation incarnation) {
		this.failures.completed(node, incarnation);
		this.intentions.changed(node);
	}

	/**
	 * Whether the services are to run.
	 * @return whether they were started, and not stopped since
	 */
	public boolean isUp() {
		return this.phase == Phase.UP;
	}

	/**
	 * Whether all services are being stopped.
	 * @return whether they are, and not all of them are down
	 */
	boolean isStopping() {
		return this.phase == Phase.STOPPING;
	}

	private void noteShutdown() {
		this.shuttingDown = this.phase == Phase.STOPPING || (this.closed && this.phase == Phase.DOWN);
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

	@Override
	public void moved(ServiceNode node, ServiceState from) {
		if (node.state() == ServiceState.RUNNING) {
			this.hasRun.set(node.index());
		}
		if (node.state() == ServiceState.FAILED && isShutdownRequested(node)) {
			this.turn.tell(new LifecycleEvent.ShutdownRequested(node.snapshot()));
		}
	}

	private boolean isShutdownRequested(ServiceNode node) {
		return this.phase == Phase.UP && !belongsToStart(node) && node.isDeclaredRequired() && node.wanted()
				&& node.settings().restart().onGiveUp() == OnGiveUp.SHUTDOWN;
	}

	// It is the start that fails, unless it is not to: then nothing else says so.
	private boolean belongsToStart(ServiceNode node) {
		return this.settings.onFailure() == OnFailure.FAIL
				&& (!this.startEnded || (this.startFailed && !this.hasRun.get(node.index())));
	}

	@Override
	public void evaluated(ServiceNode node) {
		this.counts.update(node);
	}

	@Override
	public void removed(ServiceNode node) {
		this.operations.cancel(node, "Service '%s' was unregistered".formatted(node.name()));
		this.waiters.release(node, "it was unregistered", null);
		this.waiters.serveDown(node);
		this.hasRun.clear(node.index());
	}

	@Override
	public void renumbered(int[] numbers) {
		this.hasRun = RunCounts.renumbered(this.hasRun, numbers);
		this.counts.renumbered(numbers);
	}

	/**
	 * Whether the start of all fails, so that nothing more needs to be started.
	 * @return whether a required service cannot run, and that matters
	 */
	public boolean hasFailed() {
		return this.exiting || (this.phase == Phase.UP && this.counts.hopeless() > 0
				&& this.settings.onFailure() == OnFailure.FAIL);
	}

	@Override
	public void handled() {
		if (this.phase == Phase.UP && !this.startEnded) {
			if (this.counts.hopeless() > 0 && this.settings.onFailure() == OnFailure.FAIL) {
				fail(diagnosis());
			}
			else if (this.counts.pending() == 0) {
				endStart((this.counts.hopeless() > 0) ? diagnosis() : null);
				this.coordinator.deliver(completion(this.start));
			}
		}
		else if (this.phase == Phase.PREPARED && !this.startEnded && !this.coordinator.barrier().isPreparing()) {
			endPrepare();
		}
		else if (this.phase == Phase.STOPPING && this.counts.busy() == 0 && !this.awaited.getAsBoolean()) {
			endStop();
		}
	}

	private void endPrepare() {
		ServiceException failure = StartDiagnosis.ofPrepare(nodes());
		if (failure != null) {
			fail(failure);
		}
		else {
			this.startEnded = true;
			this.coordinator.deliver(completion(this.start));
		}
	}

	private ServiceException diagnosis() {
		return StartDiagnosis.of(this.coordinator.graph(), nodes(), this.counts);
	}

	private void fail(ServiceException failure) {
		this.startFailed = true;
		endStart(failure);
		this.coordinator.deliver(failure(this.start, failure));
	}

	/**
	 * Why a service will not run, as far as that is known already.
	 * @param node the service
	 * @return why, as the end of a sentence, or {@code null} if it may run
	 */
	public @Nullable String whyNot(ServiceNode node) {
		String why = whyNone();
		if (why != null) {
			return why;
		}
		if (this.phase == Phase.PREPARED) {
			return PREPARED;
		}
		return node.intended() ? null : whyNotIntended(node);
	}

	/**
	 * Why no service can be registered.
	 * @return why, as the end of a sentence, or {@code null} if they can
	 */
	public @Nullable String whyNotRegistered() {
		return this.closed ? CLOSED : whyNone();
	}

	/**
	 * Why no service will run, as far as that is known already.
	 * @return why, as the end of a sentence, or {@code null} if they may run
	 */
	public @Nullable String whyNone() {
		if (this.phase == Phase.STOPPING) {
			return STOPPING;
		}
		return (this.closed && this.phase == Phase.DOWN) ? CLOSED : null;
	}

	private static String whyNotIntended(ServiceNode node) {
		if (node.departing()) {
			return node.isRemoved() ? "it was unregistered" : "it is being unregistered";
		}
		if (node.isDisabled()) {
			return "it is disabled";
		}
		if (node.held()) {
			return (node.unwantedReason() == StopReason.COMPLETED) ? "it has ended by itself" : "it was stopped";
		}
		return UNDEMANDED;
	}

	private static Runnable completion(CompletableFuture<Void> future) {
		return () -> future.complete(null);
	}

	private static Runnable failure(CompletableFuture<Void> future, ServiceException failure) {
		return () -> future.completeExceptionally(failure);
	}

	private void endStart(@Nullable Throwable failure) {
		if (!this.startEnded) {
			this.startEnded = true;
			this.turn.timers().set(this.startupTimer, TimerQueue.NEVER);
			this.progress.end();
			if (this.phase == Phase.UP) {
				// Whose end is wished for has not failed.
				this.turn.tell(new LifecycleEvent.Started(sinceBegin(),
						(failure instanceof ExitRequest) ? new CancellationException(failure.getMessage()) : failure));
			}
		}
	}

	private void endStop() {
		this.phase = Phase.DOWN;
		noteShutdown();
		this.turn.tell(new LifecycleEvent.Stopped(sinceBegin(), List.copyOf(this.abandoned)));
		this.turn.flush();
		ServiceException failure = StopDiagnosis.of(this.failures.takeUnstopped());
		this.coordinator.deliver((failure != null) ? failure(this.stop, failure) : completion(this.stop));
		this.coordinator.close();
	}

	private Duration sinceBegin() {
		return Duration.ofNanos(this.turn.now() - this.since);
	}

	private void startupTimedOut() {
		ServiceException failure = StartDiagnosis.timedOut(nodes(), this.counts, this.settings.startupTimeout());
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
				this.quiescence.shares(this.since)));
		StopLimit limit = StopLimit.ofShutdown(this.settings.shutdownTimeout());
		for (int index = nodes().size() - 1; index >= 0; index--) {
			ServiceNode node = nodes().get(index);
			if (this.counts.isBusy(node)) {
				this.abandoned.add(node.name());
				this.coordinator.evaluate(node);
				this.stopping.giveUp(node, limit);
				this.coordinator.evaluate(node);
			}
		}
	}

	/**
	 * What is wanted of all services.
	 */
	private enum Phase {

		DOWN, PREPARED, UP, STOPPING

	}

}
