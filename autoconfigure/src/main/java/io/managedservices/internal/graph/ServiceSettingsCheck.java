// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.SettingKey;

/**
 * Checks the settings of services. Settings that are shared by many services are checked
 * once. Used by one thread.
 *
 * @since 0.1.0
 */
public final class ServiceSettingsCheck {

	/** Of what is repeated for ever, or nearly so. */
	private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

	/** How often something may be repeated without a pause. */
	private static final int MAX_WITHOUT_PAUSE = 1000;

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private final List<GraphProblem> problems;

	private final @Nullable UnaryOperator<String> place;

	private ServiceSettings last = ServiceSettings.DEFAULTS;

	ServiceSettingsCheck(List<GraphProblem> problems) {
		this(problems, null);
	}

	private ServiceSettingsCheck(List<GraphProblem> problems, @Nullable UnaryOperator<String> place) {
		this.problems = problems;
		this.place = place;
	}

	/**
	 * Checks what is configured for all services.
	 * @param defaults the settings of a service that has none of its own
	 * @return what is wrong with them
	 */
	public static List<GraphProblem> ofDefaults(ServiceSettings defaults) {
		List<GraphProblem> problems = new ArrayList<>();
		new ServiceSettingsCheck(problems).check(null, defaults);
		return problems;
	}

	/**
	 * Checks the settings of a service.
	 * @param service its name
	 * @param settings its settings
	 * @param place tells where a setting stands that is to be corrected, by its name
	 * after that of the service
	 * @return what is wrong with them
	 */
	public static List<GraphProblem> of(String service, ServiceSettings settings, UnaryOperator<String> place) {
		List<GraphProblem> problems = new ArrayList<>();
		new ServiceSettingsCheck(problems, place).check(service, settings);
		return problems;
	}

	void check(ServiceDefinition definition) {
		ServiceSettings settings = definition.settings();
		if (!settings.equals(this.last)) {
			int before = this.problems.size();
			check(definition.name(), settings);
			if (this.problems.size() == before) {
				this.last = settings;
			}
		}
	}

	private void check(@Nullable String service, ServiceSettings settings) {
		positive(service, "prepare-timeout", settings.prepareTimeout());
		positive(service, "start-timeout", settings.startTimeout());
		positive(service, "stop-timeout", settings.stopTimeout());
		positive(service, "health.interval", settings.health().interval());
		positive(service, "health.timeout", settings.health().timeout());
		if (settings.health().failureThreshold() < 0) {
			add(service, "health.failure-threshold", "0 or more", settings.health().failureThreshold());
		}
		int errorBuffer = settings.health().errorBuffer();
		if (errorBuffer < 1 || errorBuffer > ServiceSettings.Health.MAX_ERROR_BUFFER) {
			add(service, "health.error-buffer", "1 to 10000", errorBuffer);
		}
		if (settings.health().watchdog() != null) {
			positive(service, "watchdog", settings.health().watchdog());
		}
		if (settings.eventBuffer() < 1) {
			add(service, "event-buffer", "1 or more", settings.eventBuffer());
		}
		check(service, settings.retry());
		check(service, settings.restart());
	}

	private void check(@Nullable String service, RestartSettings restart) {
		RestartSettings.Backoff backoff = restart.backoff();
		int before = this.problems.size();
		notNegative(service, "restart.delay", backoff.delay());
		positive(service, "restart.max-delay", backoff.maxDelay());
		positive(service, "restart.window", restart.window());
		if (restart.maxRestarts() < 0 && restart.maxRestarts() != RestartSettings.UNLIMITED) {
			add(service, "restart.max-restarts", "0 or more, or -1 for no limit", restart.maxRestarts());
		}
		if (!(backoff.multiplier() >= 1) || Double.isInfinite(backoff.multiplier())) {
			add(service, "restart.multiplier", "a number of at least 1", backoff.multiplier());
		}
		inOrder(service, "restart", backoff.delay(), backoff.maxDelay());
		noSpin(service, "restart.delay", backoff.delay(), "restart.max-restarts", restart.maxRestarts());
		if (restart.maxRestarts() != RestartSettings.UNLIMITED && this.problems.size() == before) {
			checkReachable(service, restart);
		}
	}

	private void noSpin(@Nullable String service, String property, Duration delay, String limit, int max) {
		boolean isEndless = max == RetrySettings.UNLIMITED;
		if ((isEndless || max > MAX_WITHOUT_PAUSE) && !delay.isNegative() && delay.compareTo(SHORTEST_DELAY) < 0) {
			add(service, property,
					"at least %s while %s is %d, or it is tried again without a pause %s".formatted(
							text(SHORTEST_DELAY), limit, max,
							isEndless ? "for ever" : "more than %d times".formatted(MAX_WITHOUT_PAUSE)),
					text(delay));
		}
	}

	// The failure that is one too many has to come while the first one still counts.
	private void checkReachable(@Nullable String service, RestartSettings restart) {
		double delays = restart.backoff().sumOfFirst(restart.maxRestarts());
		if (delays >= restart.window().toMillis()) {
			add(service, "restart.max-restarts",
					"so few that their delays fit into restart.window, or the service is never given up",
					"%d restarts, whose delays add up to %s, in a window of %s".formatted(restart.maxRestarts(),
							text(Duration.ofMillis((long) delays)), text(restart.window())),
					"restart.window");
		}
	}

	private void check(@Nullable String service, RetrySettings retry) {
		notNegative(service, "retry.delay", retry.delay());
		notNegative(service, "retry.jitter", retry.jitter());
		positive(service, "retry.max-delay", retry.maxDelay());
		if (retry.maxRetries() < 0 && retry.maxRetries() != RetrySettings.UNLIMITED) {
			add(service, "retry.max-retries", "0 or more, or -1 for no limit", retry.maxRetries());
		}
		noSpin(service, "retry.delay", retry.delay(), "retry.max-retries", retry.maxRetries());
		if (!(retry.multiplier() >= 1) || Double.isInfinite(retry.multiplier())) {
			add(service, "retry.multiplier", "a number of at least 1", retry.multiplier());
		}
		inOrder(service, "retry", retry.delay(), retry.maxDelay());
	}

	private void inOrder(@Nullable String service, String prefix, Duration delay, Duration maxDelay) {
		if (delay.compareTo(maxDelay) > 0) {
			add(service, prefix + ".delay", "at most %s.max-delay, which is %s".formatted(prefix, text(maxDelay)),
					text(delay), prefix + ".max-delay");
		}
	}

	private void positive(@Nullable String service, String property, Duration value) {
		if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
			add(service, property, "a duration above 0 and up to 36500d", text(value));
		}
	}

	private void notNegative(@Nullable String service, String property, Duration value) {
		if (value.isNegative() || value.compareTo(LONGEST) > 0) {
			add(service, property, "a duration from 0 to 36500d", text(value));
		}
	}

	private void add(@Nullable String service, String property, String expected, Object found) {
		add(service, property, expected, found, null);
	}

	// Either of two may be the one that is wrong.
	private void add(@Nullable String service, String property, String expected, Object found, @Nullable String other) {
		String subject = (service != null) ? "Service '" + service + "' has" : "managed-services.defaults have";
		String places = place(service, property) + ((other != null) ? ", or " + place(service, other) : "");
		this.problems.add(new GraphProblem(
				"%s an invalid %s: expected %s, found %s.".formatted(subject, property, expected, found),
				"Correct %s.".formatted(places)));
	}

	private String place(@Nullable String service, String property) {
		if (service != null && this.place != null) {
			return this.place.apply(property);
		}
		String own = (service != null) ? SettingKey.ofService(service, property) + " or " : "";
		return own + "managed-services.defaults." + property;
	}

	private static String text(Duration duration) {
		return duration.toString();
	}

}
