// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.managedservices.Restart.OnGiveUp;
import io.managedservices.Restart.Policy;

/**
 * What happens when a service fails, or ends, while it is running. Immutable.
 *
 * @param policy When it is started again.
 * @param maxRestarts How often it is started again within the window, -1 for no limit;
 * one failure more, and it is given up.
 * @param window Time within which restarts count. A service that ran longer begins with
 * the first delay again.
 * @param delay Wait before the first restart. Without a limit, or with one above 1000, 1
 * ms or more.
 * @param multiplier What the wait is multiplied with after each restart.
 * @param maxDelay Longest wait, not below the first.
 * @param onGiveUp What it means for the application that a required service is given up.
 * @since 0.1.0
 */
public record RestartSettings(@DefaultValue("on-failure") Policy policy, @DefaultValue("5") int maxRestarts,
		@DefaultValue("10m") Duration window, @DefaultValue("1s") Duration delay, @DefaultValue("2") double multiplier,
		@DefaultValue("1m") Duration maxDelay, @DefaultValue("degrade") OnGiveUp onGiveUp) {

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
	 * The settings as they are bound.
	 */
	@ConstructorBinding
	public RestartSettings {
	}

	/**
	 * Settings with the waits in one.
	 * @param policy when it is started again
	 * @param maxRestarts how often it is started again within the window
	 * @param window the time within which restarts count
	 * @param backoff the waits before a restart
	 * @param onGiveUp what it means for the application that it is given up
	 */
	public RestartSettings(Policy policy, int maxRestarts, Duration window, Backoff backoff, OnGiveUp onGiveUp) {
		this(policy, maxRestarts, window, backoff.delay(), backoff.multiplier(), backoff.maxDelay(), onGiveUp);
	}

	/**
	 * The waits before a restart.
	 * @return the waits
	 */
	public Backoff backoff() {
		return new Backoff(this.delay, this.multiplier, this.maxDelay);
	}

	/**
	 * The same for a service that is never given up.
	 * @return the settings
	 */
	public RestartSettings endless() {
		return new RestartSettings(Policy.ON_FAILURE, UNLIMITED, this.window, backoff(), this.onGiveUp);
	}

	void check(ServiceSettingsCheck check) {
		int before = check.found();
		check.notNegative("restart.delay", this.delay);
		check.positive("restart.max-delay", this.maxDelay);
		check.positive("restart.window", this.window);
		check.limit("restart.max-restarts", this.maxRestarts);
		check.multiplier("restart.multiplier", this.multiplier);
		check.inOrder("restart.delay", this.delay, "restart.max-delay", this.maxDelay);
		check.noSpin("restart.delay", this.delay, "restart.max-restarts", this.maxRestarts);
		if (this.maxRestarts != UNLIMITED && check.found() == before) {
			checkReachable(check);
		}
	}

	// The failure that is one too many has to come while the first one still counts.
	private void checkReachable(ServiceSettingsCheck check) {
		double delays = backoff().sumOfFirst(this.maxRestarts);
		if (delays >= this.window.toMillis()) {
			check.add("restart.max-restarts",
					"so few that their delays fit into restart.window, or the service is never given up",
					"%d restarts, whose delays add up to %s, in a window of %s".formatted(this.maxRestarts,
							Duration.ofMillis((long) delays), this.window),
					"restart.window");
		}
	}

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
	 * What is set for one service.
	 *
	 * @param policy When it is started again.
	 * @param maxRestarts How often it is started again within the window, -1 for no
	 * limit; one failure more, and it is given up.
	 * @param window Time within which restarts count.
	 * @param delay Wait before the first restart.
	 * @param multiplier What the wait is multiplied with after each restart.
	 * @param maxDelay Longest wait.
	 * @param onGiveUp What it means for the application that it is given up, if it is
	 * required.
	 */
	public record Own(@Nullable Policy policy, @Nullable Integer maxRestarts, @Nullable Duration window,
			@Nullable Duration delay, @Nullable Double multiplier, @Nullable Duration maxDelay,
			@Nullable OnGiveUp onGiveUp) {

	}

}
