// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceLookupException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * The facts of one service. Confined to the coordinator, except for the definition, which
 * is immutable, and the snapshot, which any thread may read.
 */
final class ServiceNode {

	private static final VarHandle SNAPSHOT;

	static {
		try {
			SNAPSHOT = MethodHandles.lookup().findVarHandle(ServiceNode.class, "snapshot", ServiceSnapshot.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	static final Vitals NOT_READY = new Vitals(false, true, null, null);

	static final Vitals UP = new Vitals(true, true, null, null);

	final int index;

	final ServiceDefinition definition;

	final Counters counters;

	final ServiceSettings settings;

	private final boolean required;

	private final boolean checked;

	volatile ServiceSnapshot snapshot;

	ServiceState state;

	/** Its start and stop: one look less for what every service has. */
	final ServiceCallbacks.@Nullable Callback startCallback;

	final ServiceCallbacks.@Nullable Callback stopCallback;

	private ServiceDescriptor descriptor;

	/** That of the descriptor: asked for too often to look there. */
	private Activation activation;

	/** Whether the operator has stopped it, or it has ended, until it is started. */
	boolean held;

	/** As counted by its dependencies: it is enabled or needed, and not held. */
	boolean intended;

	/** Whether it is to run: the engine is up, and it is intended. */
	boolean wanted;

	/** Why it is not wanted, where it is not. */
	StopReason unwantedReason = StopReason.SHUTDOWN;

	/** Why the incarnation that runs is to end although the service is wanted. */
	@Nullable StopReason ending;

	/** Whether its own prepare has returned, or there is none. */
	boolean preparedItself;

	/** Whether it and all that it depends on are prepared. */
	boolean prepared;

	/** Whether its start may have left something that only its stop cleans up. */
	boolean dirty;

	/** Whether it is being stopped because its start did not succeed. */
	boolean cleaningUp;

	/** Whether the time has come for what its state waits for. */
	boolean due;

	/** What came of the callback that its state is about. */
	CallOutcome outcome = CallOutcome.NONE;

	/** What follows once it has come to rest. */
	Verdict verdict = Verdict.NONE;

	/** As last told to its dependents: it runs, and is to go on running. */
	boolean available;

	/**
	 * As last told to its dependents: it failed, is disabled or held, or one of its
	 * dependencies is blocked.
	 */
	boolean blocked;

	/** As last told to its followers: it has come to rest. */
	boolean settled;

	/** As last told to its predecessors: it is about to stop or stopping. */
	boolean leaving;

	/** As counted by the start of all: it is required and may still come to run. */
	boolean pending;

	/** As counted by the start of all: it is required and cannot run. */
	boolean hopeless;

	/** As counted by the stop of all: it is not down yet. */
	boolean busy;

	/** The failure that it belongs to, if it is down because of one. */
	@Nullable Episode episode;

	/** As counted by its episode: it is still on its way. */
	boolean unsettled;

	/** Whether it has run since the start of all. */
	boolean hasRun;

	/** How its quiesce went, once its incarnation was told to. */
	@Nullable QuiesceRecord quiescence;

	/** As counted by the quiescence of all: it has not returned from it. */
	boolean quiescing;

	/** Whether it stands in the work list. */
	boolean queued;

	/** The callback that its state is about, queued or inside user code. */
	@Nullable Invocation invocation;

	/** A callback that was given up on and is still inside user code. */
	@Nullable Invocation occupant;

	@Nullable Incarnation incarnation;

	/** What is known of its failures; most services have none. */
	private @Nullable Recovery recovery;

	/** When the callback has to have returned. */
	long deadline = TimerQueue.NEVER;

	/** Whether the deadline has to be kept by the timer, and is not in a lane. */
	boolean deadlineNeedsTimer;

	/** What else it waits for; most services for nothing. */
	@Nullable Wakeup wakeup;

	Attempt attempt;

	Vitals vitals = NOT_READY;

	private static final Timings NONE = new Timings(null, null, null);

	Timings timings = NONE;

	// What the timings are made of: new ones are made without a look at old ones.
	private @Nullable Instant lastStart;

	private @Nullable Duration startTook;

	private @Nullable Duration stopTook;

	/** Why it is being stopped, or was stopped last. */
	@Nullable StopReason stopReason;

	/** How many health checks in a row have failed. */
	int failedChecks;

	/** What it has to be told of services that it comes after. */
	@Nullable Notices notices;

	/** What it has reported of itself; most services have nothing to. */
	@Nullable Findings findings;

	/** What it provides to others, and who waits for that; most services nothing. */
	volatile @Nullable Provision provision;

	/** The work inside it; some services have none. */
	volatile @Nullable NodeWork work;

	/** The operation that waits for it. */
	@Nullable Operation operation;

	long startedAt;

	long runningSince;

	long stoppingSince;

	@Nullable List<CompletableFuture<ServiceSnapshot>> waiters;

	ServiceNode(int index, ServiceDefinition definition, Counters counters, Attempts attempts, Instant now) {
		this.index = index;
		this.counters = counters;
		this.settings = definition.settings();
		ServiceCallbacks callbacks = definition.callbacks();
		this.descriptor = definition.descriptor();
		this.activation = this.descriptor.activation();
		this.required = definition.descriptor().required();
		this.startCallback = callbacks.start();
		this.stopCallback = callbacks.stop();
		this.checked = callbacks.hasChecks();
		this.notices = (callbacks.notice() != null) ? new Notices() : null;
		this.definition = definition;
		this.preparedItself = callbacks.prepare() == null;
		this.state = this.preparedItself ? ServiceState.STOPPED : ServiceState.NEW;
		this.attempt = attempts.of(0, definition.settings().retry().totalAttempts(), null);
		this.snapshot = new ServiceSnapshot(this.descriptor, this.state, now, this.attempt, this.vitals, this.timings,
				null);
	}

	String name() {
		return this.definition.name();
	}

	ServiceCallbacks callbacks() {
		return this.definition.callbacks();
	}

	boolean isRequired() {
		return this.required;
	}

	/**
	 * Whether it would run if the engine was up and nothing failed.
	 * @return whether it is enabled, or needed by a service that is, and not held
	 */
	boolean isIntended() {
		return !this.held && switch (this.activation) {
			case ENABLED -> true;
			case ON_DEMAND -> this.counters.demand[this.index] > 0;
			case DISABLED -> false;
		};
	}

	Activation activation() {
		return this.activation;
	}

	boolean isDisabled() {
		return this.activation == Activation.DISABLED;
	}

	boolean isOnDemand() {
		return this.activation == Activation.ON_DEMAND;
	}

	/**
	 * Sets what the operator wants of it.
	 * @param newActivation what is wanted
	 */
	void activate(Activation newActivation) {
		this.activation = newActivation;
		this.descriptor = new ServiceDescriptor(name(), this.required, newActivation, this.descriptor.dependencies());
	}

	boolean isStoppable() {
		return this.stopCallback != null;
	}

	boolean hasChecks() {
		return this.checked || (this.findings != null && this.findings.hasParts());
	}

	/**
	 * Whether a round of checks is to come: there is something to check, or there are
	 * errors, which the next round that passes clears.
	 * @return whether one is
	 */
	boolean needsRound() {
		return hasChecks() || (this.findings != null && this.findings.hasErrors());
	}

	/**
	 * What it waits for, from now on.
	 * @return its wake-up
	 */
	Wakeup wakeup() {
		if (this.wakeup == null) {
			this.wakeup = new Wakeup();
		}
		return this.wakeup;
	}

	/**
	 * What is known of its failures, from now on.
	 * @return its recovery
	 */
	Recovery recovery() {
		if (this.recovery == null) {
			this.recovery = new Recovery();
		}
		return this.recovery;
	}

	/**
	 * The next failure to start it is the first again.
	 */
	void forgetBackOff() {
		if (this.recovery != null) {
			this.recovery.backOff = null;
		}
	}

	/**
	 * The next restart of it is the first again.
	 */
	void forgetRestarts() {
		if (this.recovery != null) {
			this.recovery.restarts = null;
		}
	}

	/**
	 * What it has reported of itself, from now on.
	 * @return its findings
	 */
	Findings findings() {
		if (this.findings == null) {
			this.findings = new Findings(this.settings.health().errorBuffer());
		}
		return this.findings;
	}

	/**
	 * What it provides, from now on.
	 * @return its provision
	 */
	Provision provision() {
		Provision known = this.provision;
		if (known == null) {
			known = new Provision();
			this.provision = known;
		}
		return known;
	}

	/**
	 * What it has reported of itself, as others see it.
	 * @return its reports
	 */
	Reports reports() {
		return (this.findings != null) ? this.findings.reports() : Reports.NONE;
	}

	boolean isToRun() {
		return this.wanted && this.ending == null && this.counters.dependenciesNotRunning[this.index] == 0;
	}

	boolean isActive() {
		return isActive(this.state);
	}

	static boolean isActive(ServiceState state) {
		return state == ServiceState.STARTING || state == ServiceState.RUNNING || state == ServiceState.STOPPING;
	}

	/**
	 * Whether leaving its state takes a stop: a callback or work is still under way, or
	 * there is something to clean up.
	 * @return whether it has to go through STOPPING
	 */
	boolean hasToBeStopped() {
		return this.invocation != null || (this.dirty && this.stopCallback != null) || isWorking();
	}

	private boolean isWorking() {
		NodeWork known = this.work;
		return known != null && !known.isOver();
	}

	/**
	 * Whether work that was told to end is still inside user code.
	 * @return whether there is any
	 */
	boolean isWorkLeft() {
		NodeWork known = this.work;
		return known != null && known.isLeft();
	}

	void publish(Instant now) {
		// Whoever reads it sees it whole. To wait until all do costs more than making it.
		SNAPSHOT.setRelease(this, new ServiceSnapshot(this.descriptor, this.state, now, this.attempt, this.vitals,
				this.timings, this.stopReason, reports()));
	}

	void publishVitals(Vitals newVitals) {
		this.vitals = newVitals;
		publishChange();
	}

	void failed(Throwable failure) {
		this.vitals = new Vitals(false, this.vitals.healthy(), this.vitals.status(), failure);
	}

	/**
	 * A start begins, with its first attempt.
	 * @param at when
	 */
	void startBegins(Instant at) {
		this.lastStart = at;
		this.startTook = null;
		this.timings = new Timings(at, null, this.stopTook);
	}

	/**
	 * It has come to run.
	 * @param took how long that took
	 */
	void startEnded(Duration took) {
		this.startTook = took;
		this.timings = new Timings(this.lastStart, took, this.stopTook);
	}

	/**
	 * It has been stopped.
	 * @param took how long that took
	 */
	void stopEnded(Duration took) {
		this.stopTook = took;
		this.timings = new Timings(this.lastStart, this.startTook, took);
	}

	/**
	 * Publishes what has changed while it is in the same state.
	 */
	void publishChange() {
		publish(this.snapshot.since());
	}

	<T> T instance(Class<T> type) {
		Object instance = this.definition.instance();
		if (!type.isInstance(instance)) {
			throw new ServiceLookupException(name(), "Service '%s' has another type: expected '%s', found '%s'."
				.formatted(name(), type.getName(), instance.getClass().getName()));
		}
		return type.cast(instance);
	}

	void addWaiter(CompletableFuture<ServiceSnapshot> waiter) {
		if (this.waiters == null) {
			this.waiters = new ArrayList<>();
		}
		this.waiters.add(waiter);
	}

	void removeWaiter(CompletableFuture<ServiceSnapshot> waiter) {
		if (this.waiters != null) {
			this.waiters.removeIf((candidate) -> candidate == waiter);
		}
	}

}
