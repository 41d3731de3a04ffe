// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.time.Duration;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.lease.LeaseStore.StoredLease;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;

/**
 * That this instance does what a task is due for, and no other one. It is kept for a time
 * from the beginning of the run, also if the run or its process ends before: another
 * instance whose clock or thread is late finds it taken. While the run takes longer, it
 * is renewed. Confined to the coordinator, but for {@link #end()}.
 */
public final class TaskLease {

	private final Leases leases;

	private final Coordinator coordinator;

	private final LeaseTimes times;

	private final Runnable lost;

	private final Timer renewal = Timer.of(this::renew);

	private StoredLease stored;

	/** Until when it is kept, whether the run has ended or not. */
	private final long keptUntil;

	/** Until when the store keeps it, less a margin. */
	private long validUntil;

	private boolean asking;

	private boolean ended;

	/**
	 * Create a lease that the store has given out.
	 * @param leases the leases of services
	 * @param stored what the store has given out
	 * @param times its times
	 * @param asked when the store was asked, in nanoseconds
	 * @param kept for how long it is kept, in nanoseconds from then
	 * @param duration for how long the store keeps it, in nanoseconds from then
	 * @param lost is told when another instance may have it
	 */
	TaskLease(Leases leases, StoredLease stored, LeaseTimes times, long asked, long kept, long duration,
			Runnable lost) {
		this.leases = leases;
		this.coordinator = leases.coordinator();
		this.stored = stored;
		this.times = times;
		this.keptUntil = asked + kept;
		this.validUntil = asked + duration - duration / LeaseTimes.MARGIN;
		this.lost = lost;
	}

	void begin() {
		if (!this.ended) {
			long renewals = this.times.duration().minus(this.times.renew()).toNanos();
			this.leases.timers().set(this.renewal, this.validUntil - Math.min(renewals, this.validUntil));
		}
	}

	private void renew() {
		long begun = this.leases.now();
		if (begun >= this.validUntil) {
			lose();
			return;
		}
		this.asking = true;
		this.leases.client()
			.<StoredLease>ask(Outage.Kind.WRITE, () -> this.stored.extend(this.times.duration()),
					(asked, answer, failure) -> {
						this.asking = false;
						if (answer != null) {
							this.stored = answer;
							long duration = this.times.duration().toNanos();
							this.validUntil = begun + duration - duration / LeaseTimes.MARGIN;
						}
						if (this.ended) {
							giveBack();
						}
						else if (failure == null && answer == null) {
							lose();
						}
						else {
							long delay = (failure != null) ? this.times.retry() : this.times.renew().toNanos();
							this.leases.timers().set(this.renewal, Math.min(begun + delay, this.validUntil));
						}
					}, () -> {
					});
	}

	private void lose() {
		this.ended = true;
		this.lost.run();
	}

	/**
	 * The run has ended. Any thread may call, but not inside the coordinator.
	 */
	public void end() {
		this.coordinator.run(() -> {
			this.leases.timers().set(this.renewal, TimerQueue.NEVER);
			if (!this.ended) {
				this.ended = true;
				if (!this.asking) {
					giveBack();
				}
			}
		});
	}

	// Only that of a run that took long is kept beyond its time.
	private void giveBack() {
		long left = this.keptUntil - this.leases.now();
		if (left > 0 && this.validUntil <= this.keptUntil) {
			return;
		}
		Returning returning = new Returning(this.leases);
		this.leases.client().<Boolean>ask(Outage.Kind.WRITE, () -> {
			if (left > 0) {
				this.stored.extend(Duration.ofNanos(left));
			}
			else {
				this.stored.release();
			}
			return true;
		}, (asked, answer, failure) -> returning.end(), () -> {
		});
	}

}
