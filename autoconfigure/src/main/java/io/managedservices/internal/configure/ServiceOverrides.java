// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.state.Activation;

/**
 * What the configuration says of one service, over its annotation. Whatever is
 * {@code null} is not configured. Immutable.
 *
 * @param required whether the application needs it
 * @param activation what the operator wants of it
 * @param timeouts how long its methods may take
 * @param retry how a failed start or stop is retried
 * @param restart what happens when it fails while it is running
 * @param health when its checks are made, and what they mean
 * @param eventBuffer how many events wait for its hooks
 * @since 0.1.0
 */
public record ServiceOverrides(@Nullable Boolean required, @Nullable Activation activation, Timeouts timeouts,
		Retry retry, Restart restart, Health health, @Nullable Integer eventBuffer) {

	/**
	 * Nothing is configured.
	 */
	public static final ServiceOverrides NONE = new ServiceOverrides(null, null, new Timeouts(null, null, null),
			new Retry(null, null, null, null, null, null, null), new Restart(null, null, null, null, null, null, null),
			new Health(null, null, null, null, null), null);

	/**
	 * How long the methods of a service may take.
	 *
	 * @param prepare for preparing it
	 * @param start for one attempt to start it
	 * @param stop for stopping it
	 */
	public record Timeouts(@Nullable Duration prepare, @Nullable Duration start, @Nullable Duration stop) {

	}

	/**
	 * How a failed start or stop is retried.
	 *
	 * @param maxRetries how often it is tried again
	 * @param delay the wait before the first retry
	 * @param multiplier what the wait is multiplied with after each retry
	 * @param maxDelay the longest wait
	 * @param jitter by how much each wait varies
	 * @param excludes types of failures that are not tried again
	 * @param includes types of failures that are tried again although they are mistakes
	 * in the program
	 */
	public record Retry(@Nullable Integer maxRetries, @Nullable Duration delay, @Nullable Double multiplier,
			@Nullable Duration maxDelay, @Nullable Duration jitter, @Nullable List<Class<? extends Throwable>> excludes,
			@Nullable List<Class<? extends Throwable>> includes) {

	}

	/**
	 * What happens when a service fails while it is running.
	 *
	 * @param policy when it is started again
	 * @param maxRestarts how often it is started again within the window
	 * @param window the time within which restarts count
	 * @param delay the wait before the first restart
	 * @param multiplier what the wait is multiplied with after each restart
	 * @param maxDelay the longest wait
	 * @param onGiveUp what it means for the application that it is given up
	 */
	public record Restart(RestartSettings.@Nullable Policy policy, @Nullable Integer maxRestarts,
			@Nullable Duration window, @Nullable Duration delay, @Nullable Double multiplier,
			@Nullable Duration maxDelay, RestartSettings.@Nullable OnGiveUp onGiveUp) {

	}

	/**
	 * When the checks of a service are made, and what they mean.
	 *
	 * @param interval from the end of one round of checks to the next
	 * @param timeout for one round of checks
	 * @param failureThreshold how many health checks in a row have to fail for the
	 * service to fail
	 * @param watchdog how long the running service may go without a beat
	 * @param errorBuffer how many of the errors that it reports are kept
	 */
	public record Health(@Nullable Duration interval, @Nullable Duration timeout, @Nullable Integer failureThreshold,
			@Nullable Duration watchdog, @Nullable Integer errorBuffer) {

	}

}
