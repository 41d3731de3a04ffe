// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;
import java.util.List;

/**
 * How a failed start or stop is retried. Immutable.
 *
 * @param maxRetries how often it is tried again, 0 or more, or {@link #UNLIMITED};
 * attempts in all are one more
 * @param delay the wait before the first retry, 0 or more; without a limit, or with one
 * above 1000, 1 ms or more
 * @param multiplier what the wait is multiplied with after each retry, 1 or more
 * @param maxDelay the longest wait, above 0 and not below {@code delay}
 * @param jitter by how much each wait varies at random, up and down, 0 or more; no wait
 * is shorter than {@code delay}
 * @param excludes types of failures that are not tried again
 * @param includes types of failures that are tried again, unless they are excluded,
 * although they are mistakes in the program
 * @since 0.1.0
 */
public record RetrySettings(int maxRetries, Duration delay, double multiplier, Duration maxDelay, Duration jitter,
		List<Class<? extends Throwable>> excludes, List<Class<? extends Throwable>> includes) {

	/**
	 * As {@code maxRetries}: it is tried again until it succeeds or is no longer wanted.
	 */
	public static final int UNLIMITED = -1;

	/**
	 * The retry of a service for which nothing is configured: {@code 3} retries after
	 * {@code 1s}, {@code 2s} and {@code 4s}.
	 */
	public static final RetrySettings DEFAULTS = new RetrySettings(3, Duration.ofSeconds(1), 2, Duration.ofSeconds(30),
			Duration.ZERO, List.of());

	/**
	 * No retry.
	 */
	public static final RetrySettings NONE = new RetrySettings(0, Duration.ofSeconds(1), 2, Duration.ofSeconds(30),
			Duration.ZERO, List.of());

	/**
	 * Settings that include nothing that is not tried again otherwise.
	 * @param maxRetries how often it is tried again
	 * @param delay the wait before the first retry
	 * @param multiplier what the wait is multiplied with after each retry
	 * @param maxDelay the longest wait
	 * @param jitter by how much each wait varies
	 * @param excludes types of failures that are not tried again
	 */
	public RetrySettings(int maxRetries, Duration delay, double multiplier, Duration maxDelay, Duration jitter,
			List<Class<? extends Throwable>> excludes) {
		this(maxRetries, delay, multiplier, maxDelay, jitter, excludes, List.of());
	}

	/**
	 * How many attempts there will be at most.
	 * @return the number, {@link Integer#MAX_VALUE} if there is no limit
	 */
	public int totalAttempts() {
		return (this.maxRetries == UNLIMITED || this.maxRetries == Integer.MAX_VALUE) ? Integer.MAX_VALUE
				: this.maxRetries + 1;
	}

}
