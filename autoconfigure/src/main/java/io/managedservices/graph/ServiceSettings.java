package io.managedservices.graph;

import java.time.Duration;

/**
 * The times and limits of one service. Immutable; usually one instance for many services.
 *
 * @param prepareTimeout for preparing it
 * @param startTimeout for one attempt to start it
 * @param stopTimeout for stopping it, all attempts and the waits between them included
 * @param retry how a failed start or stop is retried
 * @param health when its checks are made
 * @since 0.1.0
 */
public record ServiceSettings(Duration prepareTimeout, Duration startTimeout, Duration stopTimeout, RetrySettings retry,
		Health health) {

	/**
	 * The settings of a service for which nothing is configured.
	 */
	public static final ServiceSettings DEFAULTS = new ServiceSettings(Duration.ofSeconds(30), Duration.ofMinutes(2),
			Duration.ofSeconds(20), RetrySettings.DEFAULTS, new Health(Duration.ofSeconds(15), Duration.ofSeconds(5)));

	/**
	 * When the checks of a service are made.
	 *
	 * @param interval from the end of one round of checks to the next
	 * @param timeout for one round of checks
	 */
	public record Health(Duration interval, Duration timeout) {

	}

}
