// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.call.Stopping;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.lease.Hold;
import io.managedservices.internal.lease.Hold.Moment;
import io.managedservices.internal.lease.LeaseStore.Holder;
import io.managedservices.internal.lease.LeaseStore.StoredLease;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.internal.time.Timer;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.lease.LeaseSnapshot.Change;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * One lease: asks for it once it is all that its services lack, renews it, and stops them
 * early enough when that fails. It is given back as soon as none of them needs it. One
 * request is under way at most. Confined to the coordinator.
 */
public final class LeaseControl {

	private final Leases leases;

	private final String name;

	private final List<ServiceNode> nodes = new ArrayList<>();

	private final LeaseCounts counts = new LeaseCounts();

	private final Timer renewal = Timer.of(this::renew);

	/** Rings when nothing may begin any more, and once more when it is over. */
	private final Timer end = Timer.of(this::lookAtTime);

	/** Whether it is not known yet if another instance holds it. */
	private boolean undecided;

	private boolean wished;

	/** A request is under way. */
	private boolean asking;

	/** The store may have given it out, and it is not known yet to be given back. */
	private @Nullable Returning returning;

	/** What the services run by. */
	private @Nullable Hold hold;

	/** What they ran by, and stop. */
	private @Nullable Hold ending;

	/** What the store has given out. Kept for as long as it is worth giving back. */
	private @Nullable StoredLease stored;

	private LeaseSnapshot.Holder holder = LeaseSnapshot.Holder.UNKNOWN;

	private long notBefore;

	private @Nullable Instant heldOffUntil;

	LeaseControl(Leases leases, String name) {
		this.leases = leases;
		this.name = name;
		this.notBefore = leases.now();
	}

	String name() {
		return this.name;
	}

	void add(ServiceNode node) {
		this.nodes.add(node);
		node.permitted(isRunByHold());
		this.leases.miss(node);
	}

	void remove(ServiceNode node) {
		this.nodes.remove(node);
		this.leases.changed();
		forgetIfUnused();
	}

	List<ServiceNode> nodes() {
		return this.nodes;
	}

	LeaseTimes times() {
		return this.leases.settings().times(this.name);
	}

	/**
	 * How much of its time is left for stopping its services.
	 * @return nanoseconds
	 */
	long reserve() {
		long longest = 0;
		for (ServiceNode node : this.nodes) {
			longest = Math.max(longest, node.settings().stopTimeout().toNanos());
		}
		return times().reserve(longest);
	}

	/**
	 * What an incarnation of one of its services runs by. It begins only while there is
	 * one.
	 * @return the hold
	 */
	public @Nullable Hold hold() {
		return this.hold;
	}

	private boolean isRunByHold() {
		return this.hold != null;
	}

	/**
	 * One of its services was looked at.
	 * @param node the service
	 */
	void looked(ServiceNode node) {
		if (lacksLeaseOnly(node) && node.vitals().status() == null) {
			describe(node);
		}
		looked();
	}

	private void looked() {
		boolean before = this.wished;
		this.wished = this.stored == null && isMissed();
		if (this.wished) {
			boolean first = !before && isDue();
			if (first) {
				decide(false);
			}
			this.leases.lookSoon(first);
		}
		else if (this.hold != null && !isNeeded()) {
			stop(this.hold, Math.max(this.hold.left(), 0));
			// Others are first: here something is not as it should be.
			long others = this.leases.now() + 2 * this.leases.settings().poll().toNanos();
			this.notBefore += Math.max(others - this.notBefore, 0);
			looked();
		}
		else if (this.hold == null && !isAnyActive()) {
			returnStored();
		}
	}

	// Until it is, the start of all waits for its services as for any other.
	private void decide(boolean decided) {
		if (this.undecided == decided) {
			this.undecided = !decided;
			for (ServiceNode node : this.nodes) {
				node.undecided(this.undecided);
				this.leases.coordinator().turn().lookAt(node);
			}
		}
	}

	/**
	 * The store could not be asked who holds it.
	 */
	void unseen() {
		decide(true);
	}

	/**
	 * Whether it is asked for.
	 * @return whether nothing else is missing, and no request is under way
	 */
	boolean isWished() {
		return this.wished && !this.asking;
	}

	boolean isAsking() {
		return this.asking;
	}

	boolean isDue() {
		return this.leases.now() - this.notBefore >= 0;
	}

	// A service that has to run here, and cannot for another reason, keeps the lease from
	// an instance that can run all of them. What still runs by the last hold ends first.
	private boolean isMissed() {
		if (isAnyActive()) {
			return false;
		}
		boolean missed = false;
		for (ServiceNode node : this.nodes) {
			missed |= lacksLeaseOnly(node);
			if (node.isRequired() && node.wanted() && node.state() != ServiceState.STANDBY) {
				return false;
			}
		}
		return missed;
	}

	private static boolean lacksLeaseOnly(ServiceNode node) {
		return node.wanted() && node.state() == ServiceState.STANDBY
				&& node.counters().dependenciesNotRunning[node.index()] == 0;
	}

	private boolean isNeeded() {
		for (ServiceNode node : this.nodes) {
			if (node.isActive() || lacksLeaseOnly(node) || isBackSoon(node)) {
				return true;
			}
		}
		return false;
	}

	// After a failure while it was running, and before the lease would have ended.
	private boolean isBackSoon(ServiceNode node) {
		Instant next = node.attempt().next();
		return node.state() == ServiceState.BACKOFF && node.attempt().number() == 0 && next != null
				&& next.isBefore(this.leases.coordinator().instant().plus(times().duration()));
	}

	private boolean isAnyActive() {
		for (ServiceNode node : this.nodes) {
			if (node.isActive() || node.occupant() != null || node.isWorkLeft()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What the store tells of it, which it was asked for.
	 * @param seen what it tells, or {@code null} if it does not
	 */
	void seen(@Nullable Holder seen) {
		show(Leases.shown(seen));
		if (isWished() && isDue() && (seen == null || seen.free())) {
			acquire();
		}
		else {
			decide(true);
		}
	}

	private void show(LeaseSnapshot.Holder seen) {
		if (this.hold == null && !seen.equals(this.holder)) {
			this.holder = seen;
			this.leases.changed();
			describe();
			if (seen.name() != null) {
				tell(Change.HOLDER_CHANGED, null);
			}
		}
	}

	/**
	 * Says of its services why they are on standby.
	 */
	void describe() {
		for (ServiceNode node : this.nodes) {
			if (lacksLeaseOnly(node)) {
				describe(node);
			}
		}
	}

	private void describe(ServiceNode node) {
		Vitals vitals = node.vitals();
		String missing = LeaseText.missing(this.name, this.holder, this.leases.isStoreUnreachable());
		node.vitals(new Vitals(vitals.ready(), vitals.healthy(), missing, vitals.failure()));
		node.publishChange();
	}

	private void acquire() {
		this.asking = true;
		mayHaveToReturn();
		long begun = this.leases.now();
		StoreClient client = this.leases.client();
		client.<StoredLease>ask(Outage.Kind.WRITE, () -> client.store().acquire(this.name, times().duration()),
				(asked, answer, failure) -> {
					this.asking = false;
					heard(failure);
					decide(true);
					if (answer != null) {
						acquired(answer, asked, begun);
					}
					else {
						returned();
						// It was not looked at meanwhile.
						looked();
					}
					forgetIfUnused();
				}, this::unseen);
	}

	private void heard(@Nullable Throwable failure) {
		if (failure != null) {
			this.counts.failures++;
			this.leases.changed();
		}
	}

	private void acquired(StoredLease lease, Moment asked, long begun) {
		this.stored = lease;
		Hold acquired = this.leases.hold(this, asked, lease.fence());
		if (!this.wished || !isDue() || !acquired.mayBegin()) {
			returnStored();
			return;
		}
		returned();
		endLast();
		this.hold = acquired;
		this.wished = false;
		this.counts.acquired++;
		this.holder = new LeaseSnapshot.Holder(null, this.leases.coordinator().instant());
		tell(Change.ACQUIRED, null);
		setTimers(acquired, begun);
		permit(true);
	}

	// An answer that took long leaves less until the next renewal, not fewer of them.
	private void setTimers(Hold current, long asked) {
		long now = this.leases.now();
		this.leases.timers().set(this.renewal, Math.max(asked + times().renew().toNanos(), now));
		this.leases.timers().set(this.end, now + Math.max(current.leftToBegin(), 0));
	}

	private void clearTimers() {
		this.leases.timers().remove(this.renewal);
		this.leases.timers().remove(this.end);
	}

	private void permit(boolean permitted) {
		for (ServiceNode node : this.nodes) {
			node.permitted(permitted);
			this.leases.coordinator().turn().lookAt(node);
		}
	}

	/**
	 * Renews it, if this instance holds it and no request is under way.
	 */
	void renew() {
		StoredLease current = this.stored;
		Hold renewed = this.hold;
		if (this.asking || current == null || renewed == null) {
			return;
		}
		this.asking = true;
		long begun = this.leases.now();
		this.leases.client()
			.<StoredLease>ask(Outage.Kind.WRITE, () -> current.extend(times().duration()),
					(asked, answer, failure) -> renewed(renewed, asked, begun, answer, failure), () -> {
					});
	}

	private void renewed(Hold renewed, Moment asked, long begun, @Nullable StoredLease answer,
			@Nullable Throwable failure) {
		this.asking = false;
		heard(failure);
		if (failure == null) {
			this.stored = answer;
		}
		if (this.hold != renewed) {
			// It is to be given back, or its services are on their way down.
			looked();
			forgetIfUnused();
		}
		else if (failure != null) {
			this.leases.timers().set(this.renewal, this.leases.now() + times().retry());
		}
		else if (answer == null) {
			lost(null);
		}
		else if (renewed.renew(asked)) {
			this.counts.renewed(this.leases.now() - begun);
			this.leases.changed();
			setTimers(renewed, begun);
		}
		else {
			// It came too late.
			lookAtTime();
		}
	}

	/**
	 * The time of the lease may be over.
	 */
	void lookAtTime() {
		Hold current = this.hold;
		Hold last = this.ending;
		if (last != null && !last.isHeld()) {
			cutOff(last);
		}
		if (current != null && !current.mayBegin()) {
			lost(new ServiceException(ServiceException.Kind.LEASE_LOST, null,
					"Lease '%s' could not be renewed in time".formatted(this.name), null));
		}
		else if (current != null) {
			this.leases.timers().set(this.end, this.leases.now() + current.leftToBegin());
		}
	}

	private void lost(@Nullable Throwable cause) {
		Hold current = Objects.requireNonNull(this.hold);
		long left = Math.max(current.left(), 0);
		this.counts.lost++;
		if (cause == null) {
			current.end();
			this.stored = null;
		}
		tell(Change.LOST, cause);
		stop(current, left);
		if (cause == null) {
			// Another instance may run it already: what is left of the time is for
			// cleaning up.
			cutOff(current);
		}
	}

	private void stop(Hold current, long left) {
		clearTimers();
		this.ending = current;
		this.hold = null;
		this.holder = LeaseSnapshot.Holder.UNKNOWN;
		this.leases.changed();
		long end = this.leases.now() + left;
		for (ServiceNode node : this.nodes) {
			node.restBy(end);
		}
		this.leases.timers().set(this.end, end);
		permit(false);
	}

	// What it was held for has ended by now, or waits for its dependents to stop. Nothing
	// inside is to go on: another instance may run it.
	private void cutOff(Hold over) {
		for (ServiceNode node : this.nodes) {
			Incarnation incarnation = node.incarnation();
			if (node.isUp() && incarnation != null && incarnation.hold() == over) {
				Stopping.cutOff(node);
			}
		}
	}

	/**
	 * Gives it back for another instance to get, as an operator wishes.
	 */
	void release() {
		long until = this.leases.now() + times().duration().toNanos();
		if (until - this.notBefore > 0) {
			holdOff(times().duration().toNanos());
		}
		if (this.hold != null) {
			stop(this.hold, Math.max(this.hold.left(), 0));
		}
	}

	/**
	 * Keeps this instance from trying to get it.
	 * @param nanos for how long
	 */
	void holdOff(long nanos) {
		this.notBefore = this.leases.now() + nanos;
		this.heldOffUntil = this.leases.coordinator().instant().plusNanos(nanos);
		this.leases.changed();
	}

	private void endLast() {
		if (this.ending != null) {
			this.ending.end();
			this.ending = null;
			this.leases.timers().remove(this.end);
		}
	}

	private void returnStored() {
		endLast();
		StoredLease current = this.stored;
		if (current == null) {
			if (!this.asking) {
				returned();
			}
			return;
		}
		mayHaveToReturn();
		if (this.asking) {
			return;
		}
		this.stored = null;
		this.asking = true;
		this.leases.client().<Boolean>ask(Outage.Kind.WRITE, () -> {
			current.release();
			return true;
		}, (asked, answer, failure) -> {
			this.asking = false;
			returned();
			heard(failure);
			if (failure == null) {
				tell(Change.RETURNED, null);
			}
			looked();
			forgetIfUnused();
		}, () -> {
		});
	}

	private void mayHaveToReturn() {
		if (this.returning == null) {
			this.returning = new Returning(this.leases);
		}
	}

	private void returned() {
		if (this.returning != null) {
			this.returning.end();
			this.returning = null;
		}
	}

	private void forgetIfUnused() {
		this.leases.forgetIfUnused(this);
	}

	boolean isUnused() {
		return this.nodes.isEmpty() && this.stored == null && !this.asking;
	}

	private void tell(Change change, @Nullable Throwable cause) {
		this.leases.changed();
		this.leases.coordinator().turn().tell(new LifecycleEvent.LeaseChanged(snapshot(), change, cause));
	}

	LeaseSnapshot snapshot() {
		Instant until = this.heldOffUntil;
		boolean heldOff = until != null && this.leases.coordinator().instant().isBefore(until);
		return new LeaseSnapshot(this.name, this.nodes.stream().map(ServiceNode::name).toList(), this.hold != null,
				this.holder, heldOff ? until : null, this.counts.shown());
	}

}
