// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.managedservices.internal.text.FailureText;

/**
 * Puts what a health indicator tells of itself into one line of words. Stateless.
 */
final class HealthDetails {

	/** Where Boot puts the text of an exception, of which nothing else is kept. */
	private static final String ERROR = "error";

	private HealthDetails() {
	}

	/**
	 * Describes an answer.
	 * @param indicator who gave it
	 * @param health the answer
	 * @return its details, with the innermost cause of each that is a failure; where only
	 * the text of a failure was kept, who has logged the whole
	 */
	static String of(HealthIndicator indicator, @Nullable Health health) {
		if (health == null) {
			return "no answer";
		}
		Map<String, Object> details = new LinkedHashMap<>(health.getDetails());
		details.replaceAll((key, value) -> (value instanceof Throwable failure) ? FailureText.of(failure) : value);
		boolean logged = indicator instanceof AbstractHealthIndicator && details.get(ERROR) instanceof String;
		return details + (logged ? " (its causes are logged by " + indicator.getClass().getName() + ")" : "");
	}

}
