// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a failed start or stop is retried. Immutable.
 *
 * @param maxRetries How often it is tried again, -1 for no limit; attempts in all are one
 * more.
 * @param delay Wait before the first retry. Without a limit, or with one above 1000, 1 ms
 * or more.
 * @param multiplier What the wait is multiplied with after each retry.
 * @param maxDelay Longest wait, not below the first.
 * @param jitter By how much each wait varies at random, up and down; none is shorter than
 * the delay.
 * @param excludes Types of exceptions that are not tried again.
 * @param includes Types of exceptions that are tried again, unless they are excluded,
 * although they are mistakes in the program, such as 'java.lang.LinkageError'.
 * @since 0.1.0
 */
public record RetrySettings(@DefaultValue("3") int maxRetries, @DefaultValue("1s") Duration delay,
		@DefaultValue("2") double multiplier, @DefaultValue("30s") Duration maxDelay,
		@DefaultValue("0ms") Duration jitter, @DefaultValue List<Class<? extends Throwable>> excludes,
		@DefaultValue List<Class<? extends Throwable>> includes) {

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
	 * The settings as they are bound.
	 */
	@ConstructorBinding
	public RetrySettings {
	}

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

	/**
	 * The same without a limit, whatever it fails with.
	 * @return the settings
	 */
	public RetrySettings endless() {
		return new RetrySettings(UNLIMITED, this.delay, this.multiplier, this.maxDelay, this.jitter, List.of(),
				List.of(Throwable.class));
	}

	/**
	 * The same with other waits.
	 * @param first the wait before the first retry
	 * @param longest the longest wait
	 * @return the settings
	 */
	public RetrySettings withDelays(Duration first, Duration longest) {
		return new RetrySettings(this.maxRetries, first, this.multiplier, longest, this.jitter, this.excludes,
				this.includes);
	}

	void check(ServiceSettingsCheck check) {
		check.notNegative("retry.delay", this.delay);
		check.notNegative("retry.jitter", this.jitter);
		check.positive("retry.max-delay", this.maxDelay);
		check.limit("retry.max-retries", this.maxRetries);
		check.noSpin("retry.delay", this.delay, "retry.max-retries", this.maxRetries);
		check.multiplier("retry.multiplier", this.multiplier);
		check.inOrder("retry.delay", this.delay, "retry.max-delay", this.maxDelay);
	}

	/**
	 * What is set for one service.
	 *
	 * @param maxRetries How often it is tried again, -1 for no limit; attempts in all are
	 * one more.
	 * @param delay Wait before the first retry.
	 * @param multiplier What the wait is multiplied with after each retry.
	 * @param maxDelay Longest wait.
	 * @param jitter By how much each wait varies at random, up and down.
	 * @param excludes Types of exceptions that are not tried again.
	 * @param includes Types of exceptions that are tried again, unless they are excluded,
	 * although they are mistakes in the program, such as 'java.lang.LinkageError'.
	 */
	public record Own(@Nullable Integer maxRetries, @Nullable Duration delay, @Nullable Double multiplier,
			@Nullable Duration maxDelay, @Nullable Duration jitter, @Nullable List<Class<? extends Throwable>> excludes,
			@Nullable List<Class<? extends Throwable>> includes) {

	}

}
