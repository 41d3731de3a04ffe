// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The times and limits of one service. Immutable; usually one instance for many services.
 *
 * @param prepareTimeout for preparing it
 * @param startTimeout for one attempt to start it
 * @param stopTimeout for stopping it, all attempts and the waits between them included
 * @param retry how a failed start or stop is retried
 * @param restart what happens when it fails while it is running
 * @param health when its checks are made, and what they mean
 * @param eventBuffer how many events wait for those of its hooks that have no bound of
 * their own, 1 or more
 * @since 0.1.0
 */
public record ServiceSettings(Duration prepareTimeout, Duration startTimeout, Duration stopTimeout, RetrySettings retry,
		RestartSettings restart, Health health, int eventBuffer) {

	/**
	 * How many events wait where nothing is configured.
	 */
	public static final int DEFAULT_EVENT_BUFFER = 1000;

	/**
	 * The settings of a service for which nothing is configured.
	 */
	public static final ServiceSettings DEFAULTS = new ServiceSettings(Duration.ofSeconds(30), Duration.ofMinutes(2),
			Duration.ofSeconds(20), RetrySettings.DEFAULTS, RestartSettings.DEFAULTS,
			new Health(Duration.ofSeconds(15), Duration.ofSeconds(5), 0, null, Health.DEFAULT_ERROR_BUFFER));

	/**
	 * Settings with the default event buffer.
	 * @param prepareTimeout for preparing it
	 * @param startTimeout for one attempt to start it
	 * @param stopTimeout for stopping it
	 * @param retry how a failed start or stop is retried
	 * @param restart what happens when it fails while it is running
	 * @param health when its checks are made, and what they mean
	 */
	public ServiceSettings(Duration prepareTimeout, Duration startTimeout, Duration stopTimeout, RetrySettings retry,
			RestartSettings restart, Health health) {
		this(prepareTimeout, startTimeout, stopTimeout, retry, restart, health, DEFAULT_EVENT_BUFFER);
	}

	/**
	 * The same settings with other timeouts.
	 * @param prepare for preparing
	 * @param start for one attempt to start
	 * @param stop for stopping
	 * @return the settings
	 */
	public ServiceSettings withTimeouts(Duration prepare, Duration start, Duration stop) {
		return new ServiceSettings(prepare, start, stop, this.retry, this.restart, this.health, this.eventBuffer);
	}

	/**
	 * The same settings with another retry.
	 * @param newRetry the retry
	 * @return the settings
	 */
	public ServiceSettings withRetry(RetrySettings newRetry) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, newRetry, this.restart,
				this.health, this.eventBuffer);
	}

	/**
	 * The same settings with another restart.
	 * @param newRestart the restart
	 * @return the settings
	 */
	public ServiceSettings withRestart(RestartSettings newRestart) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, newRestart,
				this.health, this.eventBuffer);
	}

	/**
	 * The same settings with other checks.
	 * @param newHealth the checks
	 * @return the settings
	 */
	public ServiceSettings withHealth(Health newHealth) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, this.restart,
				newHealth, this.eventBuffer);
	}

	/**
	 * The same settings with another event buffer.
	 * @param newBuffer how many events wait for its hooks
	 * @return the settings
	 */
	public ServiceSettings withEventBuffer(int newBuffer) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, this.restart,
				this.health, newBuffer);
	}

	/**
	 * When the checks of a service are made, and what they mean.
	 *
	 * @param interval from the end of one round of checks to the next
	 * @param timeout for one round of checks
	 * @param failureThreshold how many health checks in a row have to fail for the
	 * service to fail, 0 for never
	 * @param watchdog how long the running service may go without a beat before it fails,
	 * or {@code null} for as long as it likes
	 * @param errorBuffer how many of the errors that it reports are kept, 1 to 10,000
	 */
	public record Health(Duration interval, Duration timeout, int failureThreshold, @Nullable Duration watchdog,
			int errorBuffer) {

		/**
		 * How many errors are kept where nothing is configured.
		 */
		public static final int DEFAULT_ERROR_BUFFER = 50;

		/**
		 * The most errors that can be kept.
		 */
		public static final int MAX_ERROR_BUFFER = 10_000;

		/**
		 * Checks with the default error buffer.
		 * @param interval from the end of one round of checks to the next
		 * @param timeout for one round of checks
		 * @param failureThreshold how many health checks in a row have to fail for the
		 * service to fail, 0 for never
		 * @param watchdog how long the running service may go without a beat, or
		 * {@code null} for as long as it likes
		 */
		public Health(Duration interval, Duration timeout, int failureThreshold, @Nullable Duration watchdog) {
			this(interval, timeout, failureThreshold, watchdog, DEFAULT_ERROR_BUFFER);
		}

	}

}
