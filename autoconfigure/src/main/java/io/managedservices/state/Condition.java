// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

import java.time.Instant;

/**
 * Something about a service that somebody should know, until it is resolved or the
 * service has stopped. Immutable.
 *
 * @param id which one it is, among those of the service
 * @param severity how bad it is
 * @param title what it is, in a few words
 * @param message what it means, and what can be done
 * @param since when it was raised
 * @since 0.1.0
 */
public record Condition(String id, Severity severity, String title, String message, Instant since) {

	/**
	 * How bad a condition is.
	 */
	public enum Severity {

		/**
		 * Good to know.
		 */
		HINT,

		/**
		 * Something should be done before it gets worse.
		 */
		WARNING,

		/**
		 * The service cannot do what it is for: it is not healthy.
		 */
		ERROR

	}

}
