// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.monitor.ServiceSnapshot.Stage;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceKind;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * One service: the facts that its next move is decided by, and what is published of it.
 * What an {@link Aspect} knows besides, it keeps itself. Confined to the coordinator,
 * except for the definition, which is immutable, and for the snapshot and the work, which
 * any thread may read.
 */
public final class ServiceNode {

	/** Not ready, and nothing else is known. */
	public static final Vitals NOT_READY = new Vitals(false, true, null, null);

	private static final Timings NOT_TIMED = new Timings(null, null, null);

	private static final @Nullable Object[] NO_FACTS = {};

	private int index;

	private final ServiceDefinition definition;

	/** Those of the definition: asked for too often to look there. */
	private final ServiceCallbacks callbacks;

	private final ServiceSettings settings;

	private final Counters counters;

	private final @Nullable Class<?> provides;

	private final boolean required;

	private final @Nullable String lease;

	private volatile ServiceSnapshot snapshot;

	private ServiceState state;

	private ServiceDescriptor descriptor;

	/** That of the descriptor: asked for too often to look there. */
	private Activation activation;

	private boolean held;

	private boolean intended;

	private boolean wanted;

	private boolean toPrepare;

	private boolean demanded;

	private boolean lasting;

	private int lastingDependents;

	private StopReason unwantedReason = StopReason.SHUTDOWN;

	private @Nullable StopReason ending;

	private boolean preparedItself;

	private boolean prepared;

	private boolean dirty;

	private boolean cleaningUp;

	private boolean due;

	private CallOutcome outcome = CallOutcome.NONE;

	private Verdict verdict = Verdict.NONE;

	private boolean available;

	private boolean blocked;

	private boolean standby;

	/** Whether it may run here, as far as leases go. */
	private boolean permitted;

	private boolean missed;

	private boolean undecided;

	/** When it has to be at rest because its lease ends then. */
	private long restBy = TimerQueue.NEVER;

	private boolean settled;

	private boolean leaving;

	private boolean open;

	private volatile boolean departing;

	/** What it belongs to an incarnation of, if anything. */
	private final @Nullable ServiceNode owner;

	/** Whether it starts while that is being started. */
	private final boolean within;

	/** How many services belong to it. */
	private int subServices;

	private boolean queued;

	private @Nullable Invocation invocation;

	private @Nullable Invocation occupant;

	private @Nullable Incarnation incarnation;

	private volatile @Nullable WorkInside work;

	/** What the rooms know of it, as {@link Facts}. */
	private @Nullable Object[] facts = NO_FACTS;

	private Attempt attempt;

	private Vitals vitals = NOT_READY;

	private Reports reports = Reports.NONE;

	private @Nullable StopReason stopReason;

	private long startedAt;

	private long runningSince;

	private long stoppingSince;

	private @Nullable Instant startInstant;

	private @Nullable Duration startTook;

	private @Nullable Duration stopTook;

	private Timings timings = NOT_TIMED;

	/**
	 * Create a node that nothing has happened to.
	 * @param index its place among all, after those that it depends on
	 * @param definition the service
	 * @param counters what all nodes count of their neighbours
	 * @param now the wall clock
	 */
	public ServiceNode(int index, ServiceDefinition definition, Counters counters, Instant now) {
		this(index, definition, counters, now, Membership.NONE);
	}

	ServiceNode(int index, ServiceDefinition definition, Counters counters, Instant now, Membership membership) {
		this.index = index;
		this.owner = membership.owner();
		this.within = membership.within();
		this.definition = definition;
		this.callbacks = definition.callbacks();
		this.settings = definition.settings();
		this.counters = counters;
		this.descriptor = definition.descriptor();
		this.activation = this.descriptor.activation();
		this.provides = definition.provides();
		this.required = this.descriptor.required();
		this.lease = this.descriptor.lease();
		this.permitted = this.lease == null;
		this.preparedItself = definition.callbacks().prepare() == null;
		this.state = this.preparedItself ? ServiceState.STOPPED : ServiceState.NEW;
		this.attempt = new Attempt(0, definition.settings().retry().totalAttempts(), null);
		this.snapshot = new ServiceSnapshot(this.descriptor, new Stage(this.state, now, null), this.attempt,
				this.vitals, this.timings);
	}

	/**
	 * Its place among all services, after those that it depends on. It changes when
	 * others go.
	 * @return the index, negative if it is none of them any more
	 */
	public int index() {
		return this.index;
	}

	void index(int newIndex) {
		this.index = newIndex;
	}

	/**
	 * Whether it was unregistered, and is known to nobody any more.
	 * @return whether it was
	 */
	public boolean isRemoved() {
		return this.index < 0;
	}

	public ServiceDefinition definition() {
		return this.definition;
	}

	public String name() {
		return this.definition.name();
	}

	public ServiceCallbacks callbacks() {
		return this.callbacks;
	}

	public ServiceSettings settings() {
		return this.settings;
	}

	/**
	 * What it is declared to provide.
	 * @return the type, or {@code null} if it is not
	 */
	public @Nullable Class<?> provides() {
		return this.provides;
	}

	public Counters counters() {
		return this.counters;
	}

	/**
	 * Whether the application misses it while it does not run: what runs only because
	 * somebody asks for it is missed by whoever does.
	 * @return whether it is required, and not only asked for
	 */
	public boolean isRequired() {
		return this.required && (!isOnDemand() || this.lastingDependents > 0);
	}

	/**
	 * Whether it was declared to be required.
	 * @return whether it was
	 */
	public boolean isDeclaredRequired() {
		return this.required;
	}

	public ServiceSnapshot snapshot() {
		return this.snapshot;
	}

	public ServiceState state() {
		return this.state;
	}

	void state(ServiceState newState) {
		this.state = newState;
	}

	/**
	 * It is stopped by something that knows nothing of the others.
	 * @param now the wall clock
	 */
	public void forceDown(Instant now) {
		this.state = ServiceState.STOPPED;
		publish(now);
	}

	/**
	 * Whether it would run if the engine was up and nothing failed.
	 * @return whether it is enabled, or needed by a service that is, and not held
	 */
	public boolean isIntended() {
		return !this.held && switch (this.activation) {
			case ENABLED -> true;
			case ON_DEMAND -> isNeeded() || this.demanded;
			case DISABLED -> false;
		};
	}

	/**
	 * Whether it is intended to run, and not only because somebody asks for it or for a
	 * service that depends on it.
	 * @return whether it is
	 */
	public boolean isLasting() {
		return !this.held && (this.activation == Activation.ENABLED || (isOnDemand() && this.lastingDependents > 0));
	}

	/**
	 * As counted by its dependencies: whether it is {@linkplain #isLasting() lasting}.
	 * @return whether it is
	 */
	public boolean lasting() {
		return this.lasting;
	}

	public void lasting(boolean isLasting) {
		this.lasting = isLasting;
	}

	/**
	 * A service that depends on it has become lasting, or ceases to be.
	 * @param more whether it has become that
	 */
	void countLasting(boolean more) {
		this.lastingDependents += more ? 1 : -1;
	}

	/**
	 * Whether all that it depends on is prepared.
	 * @return whether it is
	 */
	public boolean areDependenciesPrepared() {
		return this.counters.dependenciesUnprepared[this.index] == 0;
	}

	/**
	 * Whether a service that is to run depends on it.
	 * @return whether one does
	 */
	public boolean isNeeded() {
		return this.counters.demand[this.index] > 0;
	}

	public Activation activation() {
		return this.activation;
	}

	public boolean isDisabled() {
		return this.activation == Activation.DISABLED;
	}

	public boolean isOnDemand() {
		return this.activation == Activation.ON_DEMAND;
	}

	/**
	 * Sets what the operator wants of it.
	 * @param newActivation what is wanted
	 */
	public void activate(Activation newActivation) {
		this.activation = newActivation;
		this.descriptor = this.descriptor.withActivation(newActivation);
	}

	/**
	 * Whether the operator has stopped it, or it has ended, until it is started.
	 * @return whether it is held back
	 */
	public boolean held() {
		return this.held;
	}

	/**
	 * Holds it back until it is started.
	 * @param reason why
	 */
	public void hold(StopReason reason) {
		this.held = true;
		this.unwantedReason = reason;
	}

	/**
	 * It is no longer held back.
	 */
	public void release() {
		this.held = false;
	}

	/**
	 * As counted by its dependencies: whether it is enabled or needed, and not held.
	 * @return whether it is intended to run
	 */
	public boolean intended() {
		return this.intended;
	}

	public void intended(boolean isIntended) {
		this.intended = isIntended;
	}

	/**
	 * Whether it is to run: the engine is up, and it is intended.
	 * @return whether it is
	 */
	public boolean wanted() {
		return this.wanted;
	}

	public void wanted(boolean isWanted) {
		this.wanted = isWanted;
	}

	/**
	 * Whether somebody else than a service needs it, or has needed it a short time ago.
	 * @return whether somebody has
	 */
	public boolean demanded() {
		return this.demanded;
	}

	public void demanded(boolean isDemanded) {
		this.demanded = isDemanded;
	}

	/**
	 * Whether it is to be prepared, if that is possible: it is to run, or might be.
	 * @return whether it is
	 */
	public boolean toPrepare() {
		return this.toPrepare;
	}

	public void toPrepare(boolean isToPrepare) {
		this.toPrepare = isToPrepare;
	}

	/**
	 * Whether its prepare begins although it is not to run: with those of all others.
	 * @return whether it does
	 */
	boolean isPreparedAhead() {
		return this.toPrepare && !this.held && !isDisabled() && !this.preparedItself && areDependenciesPrepared();
	}

	/**
	 * Why it is not wanted, where it is not.
	 * @return why
	 */
	public StopReason unwantedReason() {
		return this.unwantedReason;
	}

	public void unwantedReason(StopReason reason) {
		this.unwantedReason = reason;
	}

	/**
	 * Why the incarnation that runs is to end although the service is wanted.
	 * @return why, or {@code null} if it is not to end
	 */
	public @Nullable StopReason ending() {
		return this.ending;
	}

	public void ending(@Nullable StopReason reason) {
		this.ending = reason;
	}

	/**
	 * Whether its own prepare has returned, or there is none.
	 * @return whether it has
	 */
	public boolean preparedItself() {
		return this.preparedItself;
	}

	public void preparedItself(boolean isPrepared) {
		this.preparedItself = isPrepared;
	}

	/**
	 * Whether it and all that it depends on are prepared.
	 * @return whether they are
	 */
	public boolean prepared() {
		return this.prepared;
	}

	void prepared(boolean isPrepared) {
		this.prepared = isPrepared;
	}

	/**
	 * Whether its start may have left something that only its stop cleans up.
	 * @return whether it may have
	 */
	public boolean dirty() {
		return this.dirty;
	}

	public void dirty(boolean isDirty) {
		this.dirty = isDirty;
	}

	/**
	 * Whether it is being stopped because its start did not succeed.
	 * @return whether it is
	 */
	public boolean cleaningUp() {
		return this.cleaningUp;
	}

	/**
	 * It comes into STOPPING.
	 * @param now the time
	 * @param afterStart whether its start did not succeed
	 */
	public void stopBegins(long now, boolean afterStart) {
		this.stoppingSince = now;
		this.cleaningUp = afterStart;
		this.outcome = CallOutcome.NONE;
	}

	/**
	 * Whether the time in BACKOFF is over.
	 * @return whether the next attempt is due
	 */
	public boolean due() {
		return this.due;
	}

	public void due(boolean isDue) {
		this.due = isDue;
	}

	/**
	 * What came of the callback that its state is about.
	 * @return the outcome
	 */
	public CallOutcome outcome() {
		return this.outcome;
	}

	public void outcome(CallOutcome newOutcome) {
		this.outcome = newOutcome;
	}

	/**
	 * What follows once it has come to rest.
	 * @return what does
	 */
	public Verdict verdict() {
		return this.verdict;
	}

	public void verdict(Verdict newVerdict) {
		this.verdict = newVerdict;
	}

	/**
	 * As last told to its dependents: whether it runs, and is to go on running.
	 * @return whether it does
	 */
	public boolean available() {
		return this.available;
	}

	void available(boolean isAvailable) {
		this.available = isAvailable;
	}

	/**
	 * As last told to its dependents: whether it failed, is disabled or held, or one of
	 * its dependencies is blocked.
	 * @return whether it is
	 */
	public boolean blocked() {
		return this.blocked;
	}

	void blocked(boolean isBlocked) {
		this.blocked = isBlocked;
	}

	/**
	 * As last told to its dependents: whether nothing but a lease is missing, its own or
	 * that of a service that it depends on.
	 * @return whether it is on standby
	 */
	boolean standby() {
		return this.standby;
	}

	void standby(boolean isOnStandby) {
		this.standby = isOnStandby;
	}

	/**
	 * The lease without which it does not run.
	 * @return its name, or {@code null} if it needs none
	 */
	public @Nullable String lease() {
		return this.lease;
	}

	/**
	 * Whether it may run here: it needs no lease, or this instance holds that.
	 * @return whether it may
	 */
	public boolean permitted() {
		return this.permitted;
	}

	public void permitted(boolean isPermitted) {
		this.permitted = isPermitted;
	}

	/**
	 * Whether the application misses it while it is on standby.
	 * @return whether it is not ready then
	 */
	public boolean missed() {
		return this.missed;
	}

	public void missed(boolean isMissed) {
		this.missed = isMissed;
	}

	/**
	 * Whether it is not known yet if another instance runs it.
	 * @return whether it may be on standby for a moment only
	 */
	public boolean undecided() {
		return this.undecided;
	}

	public void undecided(boolean isUndecided) {
		this.undecided = isUndecided;
	}

	/**
	 * When it has to be at rest since another instance may run it then.
	 * @return the time, or {@link TimerQueue#NEVER}
	 */
	public long restBy() {
		return this.restBy;
	}

	public void restBy(long time) {
		this.restBy = time;
	}

	/**
	 * As last told to its followers: whether it has come to rest.
	 * @return whether it has
	 */
	public boolean settled() {
		return this.settled;
	}

	void settled(boolean isSettled) {
		this.settled = isSettled;
	}

	/**
	 * As last told to its predecessors: whether it is about to stop or stopping.
	 * @return whether it is
	 */
	public boolean leaving() {
		return this.leaving;
	}

	void leaving(boolean isLeaving) {
		this.leaving = isLeaving;
	}

	/**
	 * As last told to those that start within it: whether it is being started or runs,
	 * and is to go on.
	 * @return whether it is
	 */
	boolean open() {
		return this.open;
	}

	void open(boolean isOpen) {
		this.open = isOpen;
	}

	/**
	 * Whether it is being unregistered.
	 * @return whether it is forgotten once it has stopped
	 */
	public boolean departing() {
		return this.departing;
	}

	/**
	 * It is being unregistered.
	 */
	public void depart() {
		this.departing = true;
		hold(StopReason.UNREGISTERED);
	}

	/**
	 * The service of whose incarnation it is a part.
	 * @return that service, or {@code null} if there is none
	 */
	public @Nullable ServiceNode owner() {
		return this.owner;
	}

	/**
	 * Whether it starts while another one is being started, and not once that runs.
	 * @param other a service that it depends on
	 * @return whether it does
	 */
	public boolean startsWithin(ServiceNode other) {
		return this.within && this.owner == other;
	}

	/**
	 * Whether services belong to it, of its present incarnation or the last one.
	 * @return whether any do
	 */
	public boolean hasSubServices() {
		return this.subServices > 0;
	}

	void countSubServices(int more) {
		this.subServices += more;
	}

	/**
	 * Whether any of the services that belong to it starts, runs or stops.
	 * @return whether one does
	 */
	public boolean hasActiveSubServices() {
		return this.subServices > 0 && this.counters.dependentsActive[this.index] > 0;
	}

	/**
	 * Whether it is to be looked at.
	 * @return whether it stands in the work list
	 */
	public boolean queued() {
		return this.queued;
	}

	void queued(boolean isQueued) {
		this.queued = isQueued;
	}

	/**
	 * The callback that its state is about, queued or inside user code.
	 * @return the callback, or {@code null} if there is none
	 */
	public @Nullable Invocation invocation() {
		return this.invocation;
	}

	public void invocation(@Nullable Invocation newInvocation) {
		this.invocation = newInvocation;
	}

	/**
	 * A callback that was given up on and is still inside user code.
	 * @return the callback, or {@code null} if there is none
	 */
	public @Nullable Invocation occupant() {
		return this.occupant;
	}

	public void occupant(@Nullable Invocation newOccupant) {
		this.occupant = newOccupant;
	}

	/**
	 * Goes on without the callback that its state is about. It is occupied until that has
	 * left user code.
	 */
	public void leaveBehind() {
		this.occupant = this.invocation;
		this.invocation = null;
	}

	public @Nullable Incarnation incarnation() {
		return this.incarnation;
	}

	public void incarnation(Incarnation newIncarnation) {
		this.incarnation = newIncarnation;
	}

	/**
	 * The work inside it, through all incarnations. Any thread may ask.
	 * @return its work, or {@code null} if it has none
	 */
	public @Nullable WorkInside work() {
		return this.work;
	}

	public void work(WorkInside newWork) {
		this.work = newWork;
	}

	@Nullable Object fact(int slot) {
		return (slot < this.facts.length) ? this.facts[slot] : null;
	}

	void fact(int slot, @Nullable Object fact) {
		if (slot >= this.facts.length) {
			this.facts = Arrays.copyOf(this.facts, slot + 1);
		}
		this.facts[slot] = fact;
	}

	public Attempt attempt() {
		return this.attempt;
	}

	/**
	 * Sets how far its start has come.
	 * @param number the number of the attempt
	 * @param next when the next one is made, or {@code null}
	 */
	public void attempt(int number, @Nullable Instant next) {
		this.attempt = new Attempt(number, this.attempt.total(), next);
	}

	public Vitals vitals() {
		return this.vitals;
	}

	public void vitals(Vitals newVitals) {
		this.vitals = newVitals;
	}

	/**
	 * Keeps a failure, which has not been published yet.
	 * @param failure the failure
	 */
	public void failed(Throwable failure) {
		this.vitals = new Vitals(false, this.vitals.healthy(), this.vitals.status(), failure);
	}

	/**
	 * What it has reported of itself, as others see it.
	 * @return its reports
	 */
	public Reports reports() {
		return this.reports;
	}

	public void reports(Reports newReports) {
		this.reports = newReports;
	}

	/**
	 * Why it is being stopped, or was stopped last.
	 * @return why, or {@code null} if it was started since
	 */
	public @Nullable StopReason stopReason() {
		return this.stopReason;
	}

	public void stopReason(@Nullable StopReason reason) {
		this.stopReason = reason;
	}

	/**
	 * Whether it is to run now, or to go on running.
	 * @return whether it is wanted and permitted, and all its dependencies run
	 */
	public boolean isToRun() {
		return this.wanted && this.ending == null && this.permitted
				&& this.counters.dependenciesNotRunning[this.index] == 0;
	}

	/**
	 * Whether it starts, runs or stops.
	 * @return whether it does
	 */
	public boolean isActive() {
		return isActive(this.state);
	}

	public static boolean isActive(ServiceState state) {
		return state == ServiceState.STARTING || state == ServiceState.RUNNING || state == ServiceState.STOPPING;
	}

	/**
	 * Whether it starts, or runs.
	 * @return whether it does
	 */
	public boolean isUp() {
		return this.state == ServiceState.STARTING || this.state == ServiceState.RUNNING;
	}

	/**
	 * Whether leaving its state takes a stop: a callback or work is still under way, or
	 * there is something to clean up.
	 * @return whether it has to go through STOPPING
	 */
	boolean hasToBeStopped() {
		return this.invocation != null || isStopDue() || isWorking() || hasActiveSubServices();
	}

	/**
	 * Whether there is something to clean up, and something that does it.
	 * @return whether its stop is to be called
	 */
	public boolean isStopDue() {
		return this.dirty && callbacks().stop() != null;
	}

	private boolean isWorking() {
		WorkInside known = this.work;
		return known != null && !known.isOver();
	}

	/**
	 * Whether work that was told to end is still inside user code.
	 * @return whether there is any
	 */
	public boolean isWorkLeft() {
		WorkInside known = this.work;
		return known != null && known.isLeft();
	}

	void publish(Instant now) {
		this.snapshot = new ServiceSnapshot(this.descriptor, new Stage(this.state, now, this.stopReason), this.attempt,
				this.vitals, this.timings, this.reports);
	}

	/**
	 * Publishes what has changed while it is in the same state.
	 */
	public void publishChange() {
		publish(this.snapshot.since());
	}

	/**
	 * A start begins, with its first attempt.
	 * @param now the time
	 * @param at the wall clock
	 */
	public void startBegins(long now, Instant at) {
		this.startedAt = now;
		this.startInstant = at;
		this.startTook = null;
		timed();
	}

	/**
	 * It has come to run.
	 * @param now the time
	 */
	public void startEnded(long now) {
		this.runningSince = now;
		this.startTook = Duration.ofNanos(now - this.startedAt);
		timed();
	}

	/**
	 * It has been stopped.
	 * @param now the time
	 */
	void stopEnded(long now) {
		this.stopTook = Duration.ofNanos(now - this.stoppingSince);
		timed();
	}

	private void timed() {
		this.timings = new Timings(this.startInstant, this.startTook, this.stopTook);
	}

	public Timings timings() {
		return this.timings;
	}

	/**
	 * When it came to run last.
	 * @return the time
	 */
	public long runningSince() {
		return this.runningSince;
	}

	/**
	 * When it was told to stop last.
	 * @return the time
	 */
	public long stoppingSince() {
		return this.stoppingSince;
	}

	/**
	 * It is told to stop while it is being prepared.
	 * @param now the time
	 */
	public void prepareIsToEnd(long now) {
		this.stoppingSince = now;
	}

	/**
	 * The bean of the service.
	 * @param <T> the type
	 * @param type what it has to be
	 * @return the bean
	 * @throws ServiceException if it is something else
	 */
	public <T> T instance(Class<T> type) {
		Object instance = this.definition.instance();
		if (!type.isInstance(instance)) {
			throw new ServiceException(ServiceException.Kind.WRONG_TYPE, name(),
					"Service '%s' has another type: expected '%s', found '%s'.".formatted(name(), type.getName(),
							instance.getClass().getName()),
					null);
		}
		return type.cast(instance);
	}

	/**
	 * What a service belongs to.
	 *
	 * @param owner the service of whose incarnation it is a part, or {@code null}
	 * @param within whether it starts while that is being started
	 */
	public record Membership(@Nullable ServiceNode owner, boolean within) {

		/** It belongs to nothing but the application. */
		public static final Membership NONE = new Membership(null, false);

		/**
		 * What a service belongs to that is registered by a member, or with one.
		 * @param definition the service
		 * @return this; none for what stands for a service of a parent context, which
		 * others may need as well
		 */
		public Membership of(ServiceDefinition definition) {
			return (definition.descriptor().kind() != ServiceKind.PARENT_SERVICE) ? this : NONE;
		}

	}

}
