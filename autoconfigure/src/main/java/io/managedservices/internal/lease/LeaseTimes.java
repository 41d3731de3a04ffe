// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease;

import java.time.Duration;

/**
 * The times of one lease. Of its duration a tenth is the margin for clocks that run
 * apart, and before that a quarter at most is left for stopping what it is held for.
 *
 * @param duration how long the store keeps it without being asked again
 * @param renew from one renewal to the next, less than half of the duration
 * @since 0.1.0
 */
public record LeaseTimes(Duration duration, Duration renew) {

	/** The times where nothing is configured. */
	public static final LeaseTimes DEFAULTS = of(Duration.ofSeconds(30));

	/** What part of the duration clocks may run apart by. */
	private static final int MARGIN = 10;

	/** What part of the duration is left for stopping at most. */
	private static final int RESERVE = 4;

	/** How often a renewal that has failed is tried in the time of one. */
	private static final int TRIES = 5;

	/**
	 * Times of a lease that is renewed three times while it lasts.
	 * @param duration how long the store keeps it
	 * @return the times
	 */
	public static LeaseTimes of(Duration duration) {
		return new LeaseTimes(duration, duration.dividedBy(3));
	}

	/**
	 * For how long this instance may take itself for the holder.
	 * @return nanoseconds from before the store was asked
	 */
	public long valid() {
		return nanos() - nanos() / MARGIN;
	}

	/**
	 * How much of that is left for stopping.
	 * @param stopTimeout how long that may take, in nanoseconds
	 * @return nanoseconds
	 */
	public long reserve(long stopTimeout) {
		return Math.min(stopTimeout, nanos() / RESERVE);
	}

	/**
	 * How long to wait after a renewal that has failed.
	 * @return nanoseconds
	 */
	public long retry() {
		return Math.max(this.renew.toNanos() / TRIES, 1);
	}

	private long nanos() {
		return this.duration.toNanos();
	}

}
