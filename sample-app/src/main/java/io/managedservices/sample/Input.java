// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ResponseStatusException;

/**
 * Refuses what is sent and no database can take, with 400 and what was expected.
 * Stateless.
 */
final class Input {

	private static final int MAX_YEAR = 9999;

	private Input() {
	}

	/**
	 * Makes sure that something is a text.
	 * @param name its name
	 * @param value what was sent
	 * @param most how long it may be, in characters
	 * @return the text
	 * @throws ResponseStatusException if it is missing or blank, too long, or has signs
	 * that are none
	 */
	static String text(String name, @Nullable String value, int most) {
		if (!StringUtils.hasText(value)) {
			throw invalid(name, "a text", "none");
		}
		if (value.length() > most) {
			throw invalid(name, "at most " + most + " characters", String.valueOf(value.length()));
		}
		if (!isText(value)) {
			throw invalid(name, "letters and other signs", "a character that is none");
		}
		return value;
	}

	static boolean isText(String value) {
		return value.codePoints().noneMatch(Input::isNoSign);
	}

	private static boolean isNoSign(int character) {
		return Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
	}

	/**
	 * Makes sure that something is a time of this age.
	 * @param name its name
	 * @param value what was sent
	 * @return the time
	 * @throws ResponseStatusException if it is missing, or too far away
	 */
	static OffsetDateTime time(String name, @Nullable OffsetDateTime value) {
		if (value == null) {
			throw invalid(name, "a time", "none");
		}
		if (value.getYear() < 1 || value.getYear() > MAX_YEAR) {
			throw invalid(name, "a time in the years 1 to " + MAX_YEAR, value.toString());
		}
		return value;
	}

	static ResponseStatusException invalid(String name, String expected, String found) {
		return new ResponseStatusException(HttpStatus.BAD_REQUEST,
				"Invalid %s: expected %s, found %s.".formatted(name, expected, found));
	}

}
