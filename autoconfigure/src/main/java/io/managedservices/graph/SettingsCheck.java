package io.managedservices.graph;

import java.time.Duration;
import java.util.List;

/**
 * Checks the settings of services. Settings that are shared by many services are checked
 * once. Used by one thread.
 */
final class SettingsCheck {

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private final List<GraphProblem> problems;

	private ServiceSettings last = ServiceSettings.DEFAULTS;

	SettingsCheck(List<GraphProblem> problems) {
		this.problems = problems;
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

	private void check(String service, ServiceSettings settings) {
		positive(service, "prepare-timeout", settings.prepareTimeout());
		positive(service, "start-timeout", settings.startTimeout());
		positive(service, "stop-timeout", settings.stopTimeout());
		positive(service, "health.interval", settings.health().interval());
		positive(service, "health.timeout", settings.health().timeout());
		check(service, settings.retry());
	}

	private void check(String service, RetrySettings retry) {
		notNegative(service, "retry.delay", retry.delay());
		notNegative(service, "retry.jitter", retry.jitter());
		positive(service, "retry.max-delay", retry.maxDelay());
		if (retry.maxRetries() < 0) {
			add(service, "retry.max-retries", "0 or more", retry.maxRetries());
		}
		if (!(retry.multiplier() >= 1) || Double.isInfinite(retry.multiplier())) {
			add(service, "retry.multiplier", "a number of at least 1", retry.multiplier());
		}
		if (retry.delay().compareTo(retry.maxDelay()) > 0) {
			add(service, "retry.delay", "at most retry.max-delay, which is " + text(retry.maxDelay()),
					text(retry.delay()));
		}
	}

	private void positive(String service, String property, Duration value) {
		if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
			add(service, property, "a duration above 0 and up to 36500d", text(value));
		}
	}

	private void notNegative(String service, String property, Duration value) {
		if (value.isNegative() || value.compareTo(LONGEST) > 0) {
			add(service, property, "a duration from 0 to 36500d", text(value));
		}
	}

	private void add(String service, String property, String expected, Object found) {
		this.problems.add(new GraphProblem(
				"Service '%s' has an invalid %s: expected %s, found %s.".formatted(service, property, expected, found),
				"Correct managed-services.services.%s.%s or managed-services.defaults.%s.".formatted(service, property,
						property)));
	}

	private static String text(Duration duration) {
		return duration.toString();
	}

}
