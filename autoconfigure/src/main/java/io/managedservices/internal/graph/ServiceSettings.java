// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.managedservices.state.Activation;

/**
 * The times and limits of one service. Immutable; usually one instance for many services.
 *
 * @param prepareTimeout How long preparing a service may take.
 * @param startTimeout How long one attempt to start a service may take.
 * @param stopTimeout How long stopping a service may take, with all attempts and the
 * waits between them.
 * @param retry How a failed start or stop is retried.
 * @param restart What happens when a service fails while it is running.
 * @param health When the checks of a service are made.
 * @param watchdog How long a running service may go without a beat before it fails. By
 * default as long as it likes.
 * @param eventBuffer How many events wait for the hooks of a service at most, 1 or more;
 * then the oldest one is dropped and counted. Hooks with a buffer of their own do not
 * count.
 * @param idleTimeout How long a service that is on demand goes on running after the last
 * demand for it was closed, 0 or more.
 * @since 0.1.0
 */
public record ServiceSettings(@DefaultValue("30s") Duration prepareTimeout, @DefaultValue("2m") Duration startTimeout,
		@DefaultValue("20s") Duration stopTimeout, @DefaultValue @NestedConfigurationProperty RetrySettings retry,
		@DefaultValue @NestedConfigurationProperty RestartSettings restart, @DefaultValue Health health,
		@Nullable Duration watchdog, @DefaultValue("1000") int eventBuffer, @DefaultValue("1m") Duration idleTimeout) {

	/**
	 * How many events wait where nothing is configured.
	 */
	public static final int DEFAULT_EVENT_BUFFER = 1000;

	/**
	 * How long a service is kept that nobody asks for where nothing is configured.
	 */
	public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(1);

	/**
	 * The settings of a service for which nothing is configured.
	 */
	public static final ServiceSettings DEFAULTS = new ServiceSettings(Duration.ofSeconds(30), Duration.ofMinutes(2),
			Duration.ofSeconds(20), RetrySettings.DEFAULTS, RestartSettings.DEFAULTS,
			new Health(Duration.ofSeconds(15), Duration.ofSeconds(5), 0, Health.DEFAULT_ERROR_BUFFER));

	/**
	 * The settings as they are bound.
	 */
	@ConstructorBinding
	public ServiceSettings {
	}

	/**
	 * Settings without a watchdog, with the default event buffer.
	 * @param prepareTimeout for preparing it
	 * @param startTimeout for one attempt to start it
	 * @param stopTimeout for stopping it
	 * @param retry how a failed start or stop is retried
	 * @param restart what happens when it fails while it is running
	 * @param health when its checks are made, and what they mean
	 */
	public ServiceSettings(Duration prepareTimeout, Duration startTimeout, Duration stopTimeout, RetrySettings retry,
			RestartSettings restart, Health health) {
		this(prepareTimeout, startTimeout, stopTimeout, retry, restart, health, null, DEFAULT_EVENT_BUFFER,
				DEFAULT_IDLE_TIMEOUT);
	}

	/**
	 * The same settings with other timeouts.
	 * @param prepare for preparing
	 * @param start for one attempt to start
	 * @param stop for stopping
	 * @return the settings
	 */
	public ServiceSettings withTimeouts(Duration prepare, Duration start, Duration stop) {
		return new ServiceSettings(prepare, start, stop, this.retry, this.restart, this.health, this.watchdog,
				this.eventBuffer, this.idleTimeout);
	}

	/**
	 * The same settings with another retry.
	 * @param newRetry the retry
	 * @return the settings
	 */
	public ServiceSettings withRetry(RetrySettings newRetry) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, newRetry, this.restart,
				this.health, this.watchdog, this.eventBuffer, this.idleTimeout);
	}

	/**
	 * The same settings with another restart.
	 * @param newRestart the restart
	 * @return the settings
	 */
	public ServiceSettings withRestart(RestartSettings newRestart) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, newRestart,
				this.health, this.watchdog, this.eventBuffer, this.idleTimeout);
	}

	/**
	 * The same settings with other checks.
	 * @param newHealth the checks
	 * @return the settings
	 */
	public ServiceSettings withHealth(Health newHealth) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, this.restart,
				newHealth, this.watchdog, this.eventBuffer, this.idleTimeout);
	}

	/**
	 * The same settings with another watchdog.
	 * @param newWatchdog how long the running service may go without a beat, or
	 * {@code null} for as long as it likes
	 * @return the settings
	 */
	public ServiceSettings withWatchdog(@Nullable Duration newWatchdog) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, this.restart,
				this.health, newWatchdog, this.eventBuffer, this.idleTimeout);
	}

	/**
	 * The same settings with another event buffer.
	 * @param newBuffer how many events wait for its hooks
	 * @return the settings
	 */
	public ServiceSettings withEventBuffer(int newBuffer) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, this.restart,
				this.health, this.watchdog, newBuffer, this.idleTimeout);
	}

	/**
	 * The same settings with another idle timeout.
	 * @param timeout how long it goes on running after the last demand for it
	 * @return the settings
	 */
	public ServiceSettings withIdleTimeout(Duration timeout) {
		return new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, this.restart,
				this.health, this.watchdog, this.eventBuffer, timeout);
	}

	void check(ServiceSettingsCheck check) {
		check.positive("prepare-timeout", this.prepareTimeout);
		check.positive("start-timeout", this.startTimeout);
		check.positive("stop-timeout", this.stopTimeout);
		this.health.check(check);
		if (this.watchdog != null) {
			check.positive("watchdog", this.watchdog);
		}
		check.atLeast(1, "event-buffer", this.eventBuffer);
		check.notNegative("idle-timeout", this.idleTimeout);
		this.retry.check(check);
		this.restart.check(check);
	}

	/**
	 * What is set for one service.
	 *
	 * @param required Whether the application needs it.
	 * @param activation Whether it runs, runs only on demand, or never runs.
	 * @param prepareTimeout How long preparing it may take.
	 * @param startTimeout How long one attempt to start it may take.
	 * @param stopTimeout How long stopping it may take, with all attempts and the waits
	 * between them.
	 * @param retry How a failed start or stop is retried.
	 * @param restart What happens when it fails while it is running.
	 * @param health When its checks are made.
	 * @param watchdog How long it may run without a beat before it fails.
	 * @param eventBuffer How many events wait for its hooks at most, 1 or more; then the
	 * oldest one is dropped and counted. Hooks with a buffer of their own do not count.
	 * @param idleTimeout How long it goes on running on demand after the last demand for
	 * it was closed, 0 or more.
	 * @param lease The lease without which it does not run, on one instance of the
	 * application at a time. Empty for none.
	 */
	public record Own(@Nullable Boolean required, @Nullable Activation activation, @Nullable Duration prepareTimeout,
			@Nullable Duration startTimeout, @Nullable Duration stopTimeout, RetrySettings.@Nullable Own retry,
			RestartSettings.@Nullable Own restart, Health.@Nullable Own health, @Nullable Duration watchdog,
			@Nullable Integer eventBuffer, @Nullable Duration idleTimeout, @Nullable String lease) {

	}

	/**
	 * When the checks of a service are made, and what they mean.
	 *
	 * @param interval From the end of one round of checks to the next.
	 * @param timeout How long one round of checks may take.
	 * @param failureThreshold How many health checks in a row have to fail for the
	 * service to fail, 0 for never.
	 * @param errorBuffer How many of the errors that a service reports are kept, 1 to
	 * 10000; older ones are counted.
	 */
	public record Health(@DefaultValue("15s") Duration interval, @DefaultValue("5s") Duration timeout,
			@DefaultValue("0") int failureThreshold, @DefaultValue("50") int errorBuffer) {

		/**
		 * How many errors are kept where nothing is configured.
		 */
		public static final int DEFAULT_ERROR_BUFFER = 50;

		/**
		 * The most errors that can be kept.
		 */
		public static final int MAX_ERROR_BUFFER = 10_000;

		/**
		 * The settings as they are bound.
		 */
		@ConstructorBinding
		public Health {
		}

		/**
		 * Checks with the default error buffer.
		 * @param interval from the end of one round of checks to the next
		 * @param timeout for one round of checks
		 * @param failureThreshold how many health checks in a row have to fail for the
		 * service to fail, 0 for never
		 */
		public Health(Duration interval, Duration timeout, int failureThreshold) {
			this(interval, timeout, failureThreshold, DEFAULT_ERROR_BUFFER);
		}

		private void check(ServiceSettingsCheck check) {
			check.interval("health.interval", this.interval);
			check.positive("health.timeout", this.timeout);
			check.atLeast(0, "health.failure-threshold", this.failureThreshold);
			if (this.errorBuffer < 1 || this.errorBuffer > MAX_ERROR_BUFFER) {
				check.add("health.error-buffer", "1 to 10000", this.errorBuffer);
			}
		}

		/**
		 * What is set for one service.
		 *
		 * @param interval From the end of one round of checks to the next.
		 * @param timeout How long one round of checks may take.
		 * @param failureThreshold How many health checks in a row have to fail for the
		 * service to fail, 0 for never.
		 * @param errorBuffer How many of the errors that it reports are kept, 1 to 10000;
		 * older ones are counted.
		 */
		public record Own(@Nullable Duration interval, @Nullable Duration timeout, @Nullable Integer failureThreshold,
				@Nullable Integer errorBuffer) {

		}

	}

}
