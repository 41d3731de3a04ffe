// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.SettingKey;

/**
 * Collects what is wrong with the settings of a service, or with the defaults. Used by
 * one thread.
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

	private final @Nullable String service;

	private final UnaryOperator<String> place;

	private ServiceSettingsCheck(List<GraphProblem> problems, @Nullable String service, UnaryOperator<String> place) {
		this.problems = problems;
		this.service = service;
		this.place = place;
	}

	/**
	 * Checks what is configured for all services.
	 * @param defaults the settings of a service that has none of its own
	 * @return what is wrong with them
	 */
	public static List<GraphProblem> ofDefaults(ServiceSettings defaults) {
		List<GraphProblem> problems = new ArrayList<>();
		defaults.check(new ServiceSettingsCheck(problems, null, "managed-services.defaults."::concat));
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
		settings.check(new ServiceSettingsCheck(problems, service, place));
		return problems;
	}

	static List<GraphProblem> of(ServiceDefinition definition) {
		return of(definition.name(), definition.settings(),
				(setting) -> SettingKey.ofService(definition.name(), setting) + " or managed-services.defaults."
						+ setting);
	}

	int found() {
		return this.problems.size();
	}

	void positive(String setting, Duration value) {
		if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
			add(setting, "a duration above 0 and up to 36500d", value);
		}
	}

	void interval(String setting, Duration value) {
		if (value.compareTo(Duration.ZERO) > 0 && value.compareTo(SHORTEST_DELAY) < 0) {
			add(setting, "1ms or more", value);
		}
		else {
			positive(setting, value);
		}
	}

	void notNegative(String setting, Duration value) {
		if (value.isNegative() || value.compareTo(LONGEST) > 0) {
			add(setting, "a duration from 0 to 36500d", value);
		}
	}

	void atLeast(int least, String setting, int value) {
		if (value < least) {
			add(setting, least + " or more", value);
		}
	}

	void limit(String setting, int value) {
		if (value < 0 && value != RetrySettings.UNLIMITED) {
			add(setting, "0 or more, or -1 for no limit", value);
		}
	}

	void multiplier(String setting, double value) {
		if (!(value >= 1) || Double.isInfinite(value)) {
			add(setting, "a number of at least 1", value);
		}
	}

	void inOrder(String setting, Duration delay, String longest, Duration maxDelay) {
		if (delay.compareTo(maxDelay) > 0) {
			add(setting, "at most %s, which is %s".formatted(longest, maxDelay), delay, longest);
		}
	}

	void noSpin(String setting, Duration delay, String limit, int max) {
		boolean isEndless = max == RetrySettings.UNLIMITED;
		if ((isEndless || max > MAX_WITHOUT_PAUSE) && !delay.isNegative() && delay.compareTo(SHORTEST_DELAY) < 0) {
			add(setting,
					"at least %s while %s is %d, or it is tried again without a pause %s".formatted(SHORTEST_DELAY,
							limit, max, isEndless ? "for ever" : "more than %d times".formatted(MAX_WITHOUT_PAUSE)),
					delay);
		}
	}

	void add(String setting, String expected, Object found) {
		add(setting, expected, found, null);
	}

	// Either of two may be the one that is wrong.
	void add(String setting, String expected, Object found, @Nullable String other) {
		String subject = (this.service != null) ? "Service '" + this.service + "' has"
				: "managed-services.defaults have";
		String places = this.place.apply(setting) + ((other != null) ? ", or " + this.place.apply(other) : "");
		this.problems.add(new GraphProblem(
				"%s an invalid %s: expected %s, found %s.".formatted(subject, setting, expected, found),
				"Correct %s.".formatted(places)));
	}

}
