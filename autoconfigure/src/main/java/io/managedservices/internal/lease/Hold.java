// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;

/**
 * That this instance holds a lease, and until when. It counts from before the store was
 * asked, on a clock that goes on while the process stands still. That clock may stand
 * still itself while the machine is suspended, so the wall clock has to agree. Whoever
 * finds that it is over makes it so for good: it cannot be renewed any more. Safe for use
 * by several threads.
 *
 * @since 0.1.0
 */
public final class Hold {

	private final Backend backend;

	private final LeaseTimes times;

	private final @Nullable Long fence;

	/** {@code null} once it is over. */
	private final AtomicReference<@Nullable Validity> validity;

	/**
	 * Create a hold.
	 * @param backend the clocks
	 * @param times the times of the lease
	 * @param asked when the store was asked
	 * @param reserve how much of the time is left for stopping, in nanoseconds
	 * @param fence the fencing number, if there is one
	 */
	public Hold(Backend backend, LeaseTimes times, Moment asked, long reserve, @Nullable Long fence) {
		this.backend = backend;
		this.times = times;
		this.fence = fence;
		this.validity = new AtomicReference<>(validity(asked, reserve));
	}

	private Validity validity(Moment asked, long reserve) {
		return new Validity(asked.nanoTime() + this.times.valid(),
				asked.instant().plus(Duration.ofNanos(this.times.valid())), reserve);
	}

	/**
	 * Whether something may begin that ends soon after it is told to.
	 * @return {@code false} for good once there is only time left for stopping
	 */
	public boolean mayBegin() {
		return left(true) > 0;
	}

	/**
	 * Whether this instance holds the lease.
	 * @return {@code false} for good once it does not
	 */
	public boolean isHeld() {
		return left(false) > 0;
	}

	/**
	 * For how long it is held.
	 * @return nanoseconds, 0 or less if it is not
	 */
	public long left() {
		return left(false);
	}

	/**
	 * For how long something may begin.
	 * @return nanoseconds, 0 or less if nothing may
	 */
	public long leftToBegin() {
		return left(true);
	}

	private long left(boolean toBegin) {
		Validity current = this.validity.get();
		if (current == null || (toBegin && current.isClosed())) {
			return 0;
		}
		long left = Math.min(current.until() - this.backend.monotonicTime(),
				Duration.between(this.backend.instant(), current.wallUntil()).toNanos());
		if (left <= 0) {
			this.validity.compareAndSet(current, null);
		}
		else if (toBegin && left <= current.reserve()) {
			// Not to be renewed: whoever was told that nothing begins is not asked again.
			this.validity.compareAndSet(current, current.closed());
		}
		return left - (toBegin ? current.reserve() : 0);
	}

	/**
	 * The store has renewed the lease.
	 * @param asked when it was asked
	 * @return {@code false} if that came too late
	 */
	public boolean renew(Moment asked) {
		if (!mayBegin()) {
			return false;
		}
		Validity current = this.validity.get();
		return current != null && !current.isClosed()
				&& this.validity.compareAndSet(current, validity(asked, current.reserve())) && mayBegin();
	}

	/**
	 * The lease is lost, or given back.
	 */
	public void end() {
		this.validity.set(null);
	}

	/**
	 * The fencing number.
	 * @return the number, or {@code null} if there is none
	 */
	public @Nullable Long fence() {
		return this.fence;
	}

	/**
	 * A moment on both clocks.
	 *
	 * @param nanoTime the clock that goes on while the process stands still
	 * @param instant the wall clock
	 */
	public record Moment(long nanoTime, Instant instant) {

		/**
		 * The present moment.
		 * @param backend the clocks
		 * @return the moment
		 */
		public static Moment now(Backend backend) {
			return new Moment(backend.monotonicTime(), backend.instant());
		}

	}

	/**
	 * Until when it is held.
	 *
	 * @param until by the one clock
	 * @param wallUntil by the other
	 * @param reserve how much of that is left for stopping, in nanoseconds
	 * @param isClosed whether it is not renewed any more
	 */
	private record Validity(long until, Instant wallUntil, long reserve, boolean isClosed) {

		Validity(long until, Instant wallUntil, long reserve) {
			this(until, wallUntil, reserve, false);
		}

		Validity closed() {
			return new Validity(this.until, this.wallUntil, this.reserve, true);
		}

	}

}
