// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;

/**
 * What happens when a service fails, or ends, while it is running. Immutable.
 *
 * @param policy when it is started again
 * @param maxRestarts how often it is started again within the window, 0 or more, or
 * {@link #UNLIMITED}: a failure more, and it is given up
 * @param window the time within which restarts count, above 0; a service that ran longer
 * begins with the first delay again
 * @param backoff the waits before a restart
 * @param onGiveUp what it means for the application that it is given up, if it is
 * required
 * @since 0.1.0
 */
public record RestartSettings(Policy policy, int maxRestarts, Duration window, Backoff backoff, OnGiveUp onGiveUp) {

	/**
	 * As {@code maxRestarts}: it is never given up.
	 */
	public static final int UNLIMITED = -1;

	/**
	 * The restart of a service for which nothing is configured: up to {@code 5} times in
	 * {@code 10m}, after {@code 1s}, {@code 2s}, {@code 4s} and so on up to {@code 1m}.
	 */
	public static final RestartSettings DEFAULTS = new RestartSettings(Policy.ON_FAILURE, 5, Duration.ofMinutes(10),
			new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1)), OnGiveUp.DEGRADE);

	/**
	 * The waits before a restart.
	 *
	 * @param delay the first wait, 0 or more; without a limit, or with one above 1000, 1
	 * ms or more
	 * @param multiplier what the wait is multiplied with after each restart, 1 or more
	 * @param maxDelay the longest wait, not below {@code delay}
	 */
	public record Backoff(Duration delay, double multiplier, Duration maxDelay) {

		/**
		 * The sum of the first waits.
		 * @param count how many
		 * @return how long they take together, in milliseconds
		 */
		double sumOfFirst(int count) {
			double sum = 0;
			double wait = this.delay.toMillis();
			double longest = this.maxDelay.toMillis();
			for (int number = 0; number < count; number++) {
				if (wait >= longest) {
					return sum + longest * (count - number);
				}
				sum += wait;
				wait *= this.multiplier;
			}
			return sum;
		}

	}

	/**
	 * When a service is started again.
	 */
	public enum Policy {

		/**
		 * When it failed, and also when it ended without a failure.
		 */
		ALWAYS,

		/**
		 * When it failed. One that ended without a failure stays stopped until the
		 * operator starts it.
		 */
		ON_FAILURE,

		/**
		 * Never: the first failure is final.
		 */
		NEVER

	}

	/**
	 * What it means for the application that a required service is given up.
	 */
	public enum OnGiveUp {

		/**
		 * The application goes on without it, and is not ready.
		 */
		DEGRADE,

		/**
		 * The application is closed, with an exit code of its own.
		 */
		SHUTDOWN

	}

}
