// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.lease.Hold;
import io.managedservices.internal.lease.Hold.Moment;
import io.managedservices.internal.lease.LeaseStore.StoredLease;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.lease.LeaseSnapshot;

/**
 * That this instance does what a task is due for, and no other one. The store keeps it
 * for a time from when the task was due, also if the run or its process ends before:
 * another instance that comes late finds it taken. While the run takes longer, it is
 * renewed. Confined to the coordinator, but where it says so.
 */
public final class TaskLease {

	private final Leases leases;

	private final LeaseTimes times;

	private final Runnable lost;

	private final Timer renewal = Timer.of(this::renew);

	private final Timer over = Timer.of(this::look);

	/** Until when the store is to keep it, whether the run has ended or not. */
	private final long keptUntil;

	/** Until when the store keeps it. */
	private long storedUntil;

	private StoredLease stored;

	private volatile Hold hold;

	private boolean asking;

	private boolean ended;

	/** It is another instance's, perhaps. */
	private boolean isLost;

	private @Nullable Returning returning;

	/**
	 * Create a lease that the store has given out.
	 * @param leases the leases of services
	 * @param stored what the store has given out
	 * @param times its times
	 * @param kept for how long it is kept, in nanoseconds from when the store was asked
	 * @param begun when the store was asked
	 * @param hold that it is held
	 * @param lost is told when another instance may have it
	 */
	TaskLease(Leases leases, StoredLease stored, LeaseTimes times, long kept, long begun, Hold hold, Runnable lost) {
		this.leases = leases;
		this.stored = stored;
		this.times = times;
		this.keptUntil = begun + kept;
		this.storedUntil = begun + Math.max(kept, times.duration().toNanos());
		this.hold = hold;
		this.lost = lost;
	}

	/**
	 * Whether no other instance may do it. Any thread may ask.
	 * @return {@code false} for good once one may
	 */
	public boolean isHeld() {
		return this.hold.isHeld();
	}

	/**
	 * The run begins.
	 * @param shown the lease for others to see
	 */
	void begin(LeaseSnapshot shown) {
		if (!this.ended) {
			this.leases.taken(this, shown);
			setRenewal();
			look();
		}
	}

	// As long before it is over as a lease that is not kept for longer.
	private void setRenewal() {
		long before = this.times.valid() - this.times.renew().toNanos();
		this.leases.timers().set(this.renewal, this.leases.now() + Math.max(this.hold.left() - before, 0));
	}

	/**
	 * Its time may be over, as far as this instance knows.
	 */
	void look() {
		if (this.hold.isHeld()) {
			this.leases.timers().set(this.over, this.leases.now() + Math.max(this.hold.left(), 1));
		}
		else {
			lose();
		}
	}

	private void renew() {
		long begun = this.leases.now();
		long duration = Math.max(this.times.duration().toNanos(), this.keptUntil - begun);
		this.asking = true;
		this.leases.client()
			.<StoredLease>ask(Outage.Kind.WRITE, () -> this.stored.extend(Duration.ofNanos(duration)),
					(asked, answer, failure) -> {
						this.asking = false;
						renewed(asked, begun, duration, answer, failure);
					}, () -> {
					});
	}

	private void renewed(Moment asked, long begun, long duration, @Nullable StoredLease answer,
			@Nullable Throwable failure) {
		if (this.isLost) {
			close();
			return;
		}
		if (answer != null) {
			this.stored = answer;
			this.storedUntil = begun + duration;
		}
		if (failure == null && answer == null) {
			lose();
		}
		else if (this.ended) {
			giveBack();
		}
		else if (failure != null) {
			this.leases.timers().set(this.renewal, this.leases.now() + this.times.retry());
		}
		else if (this.hold.isHeld()) {
			this.hold = this.leases.hold(asked, Duration.ofNanos(duration));
			setRenewal();
			look();
		}
		else {
			lose();
		}
	}

	private void lose() {
		this.isLost = true;
		this.hold.end();
		if (!this.ended) {
			this.lost.run();
		}
		close();
	}

	/**
	 * The run has ended. Any thread may call, but not inside the coordinator.
	 */
	public void end() {
		this.leases.coordinator().run(() -> {
			this.ended = true;
			if (this.asking) {
				this.returning = new Returning(this.leases);
				clear();
			}
			else {
				giveBack();
			}
		});
	}

	// Only that of a run that took long is kept beyond its time.
	private void giveBack() {
		long left = this.keptUntil - this.leases.now();
		if (this.isLost || this.storedUntil <= this.keptUntil) {
			close();
			return;
		}
		if (this.returning == null) {
			this.returning = new Returning(this.leases);
		}
		clear();
		this.leases.client().<Boolean>ask(Outage.Kind.WRITE, () -> {
			if (left > 0) {
				this.stored.extend(Duration.ofNanos(left));
			}
			else {
				this.stored.release();
			}
			return true;
		}, (asked, answer, failure) -> close(), () -> {
		});
	}

	private void clear() {
		this.leases.over(this);
		this.leases.timers().set(this.renewal, TimerQueue.NEVER);
		this.leases.timers().set(this.over, TimerQueue.NEVER);
	}

	private void close() {
		clear();
		if (this.returning != null) {
			this.returning.end();
			this.returning = null;
		}
	}

}
