// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.time.Duration;

import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceSettings;

/**
 * What is configured of a gate: a service that runs while something else is up.
 * Immutable.
 *
 * @param health the name of what it follows
 * @param interval from the end of one query to the next while it runs, above 0, and the
 * longest wait for the next one while it does not
 * @param timeout how long one query may take, above 0
 * @param failureThreshold how many queries in a row have to fail for it to fail, 1 or
 * more
 * @since 0.1.0
 */
public record GateSettings(String health, Duration interval, Duration timeout, int failureThreshold) {

	/** The gate tells more of a query that takes too long than the engine can. */
	private static final Duration MARGIN = Duration.ofSeconds(1);

	/** More is refused. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	/**
	 * The settings of the service that the gate is. What it follows may be away for days:
	 * it is asked for ever, at least as often as while it is up, and never given up.
	 * @param defaults the settings of a service for which nothing is configured
	 * @return those of the gate
	 */
	public ServiceSettings over(ServiceSettings defaults) {
		RetrySettings retry = defaults.retry()
			.endless()
			.withDelays(shorter(defaults.retry().delay(), this.interval), this.interval);
		Duration limit = shorter(this.timeout.plus(MARGIN), LONGEST);
		// It has no heart that could beat.
		return defaults
			.withTimeouts(defaults.prepareTimeout(), longer(defaults.startTimeout(), limit), defaults.stopTimeout())
			.withRetry(retry)
			.withRestart(defaults.restart().endless())
			.withHealth(new ServiceSettings.Health(this.interval, limit, this.failureThreshold))
			.withWatchdog(null);
	}

	private static Duration shorter(Duration left, Duration right) {
		return (left.compareTo(right) < 0) ? left : right;
	}

	private static Duration longer(Duration left, Duration right) {
		return (left.compareTo(right) > 0) ? left : right;
	}

}
