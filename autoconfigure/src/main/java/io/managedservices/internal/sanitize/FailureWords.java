// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.sanitize;

import java.util.concurrent.CancellationException;

import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.OperationRefusedException;

/**
 * A failure in words that are kept without it: for those who may read what it says, and
 * for those who may not. Immutable.
 *
 * @param whole what it says
 * @param hidden its types
 * @since 0.1.0
 */
public record FailureWords(String whole, String hidden) {

	/**
	 * Puts a failure into words.
	 * @param failure the failure
	 * @return its words
	 */
	public static FailureWords of(Throwable failure) {
		return new FailureWords(FailureText.of(failure), FailureText.hidden(failure));
	}

	/**
	 * Puts the failure of an operation on a service into words.
	 * @param failure the failure
	 * @return its words; where it was refused or cancelled, these are our own and not
	 * hidden
	 */
	public static FailureWords ofOperation(Throwable failure) {
		String message = failure.getMessage();
		String whole = (message != null) ? FailureText.line(message) : FailureText.of(failure);
		boolean own = failure instanceof OperationRefusedException || failure instanceof CancellationException;
		return new FailureWords(whole, own ? whole : FailureText.hidden(failure));
	}

}
