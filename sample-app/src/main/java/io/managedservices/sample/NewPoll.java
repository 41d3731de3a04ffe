// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ResponseStatusException;

/**
 * A poll that somebody wants to hold. Immutable.
 *
 * @param question what is asked
 * @param opensAt from when on it is open, {@code null} for at once
 * @param closesAt until when it is open
 */
record NewPoll(String question, @Nullable OffsetDateTime opensAt, OffsetDateTime closesAt) {

	/** As long as a question may be, in characters. */
	private static final int MAX_QUESTION = 200;

	/**
	 * Makes sure that it can be held.
	 * @throws ResponseStatusException if it cannot
	 */
	void requireSense() {
		Input.text("question", this.question, MAX_QUESTION);
		Input.time("closesAt", this.closesAt);
		if (this.opensAt != null && !Input.time("opensAt", this.opensAt).isBefore(this.closesAt)) {
			throw Input.invalid("closesAt", "a time after opensAt", this.closesAt.toString());
		}
	}

}
