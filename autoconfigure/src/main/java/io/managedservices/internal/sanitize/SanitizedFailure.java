// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.sanitize;

/**
 * Stands for a failure where only what is shown of it may be known: it says that, and
 * nothing else. Immutable.
 */
final class SanitizedFailure extends Exception {

	private static final long serialVersionUID = 1L;

	SanitizedFailure(String text) {
		super(text, null, false, false);
	}

	/**
	 * What is shown, with the type of the failure instead of this one.
	 */
	@Override
	@SuppressWarnings("OverrideThrowableToString")
	public String toString() {
		return String.valueOf(getMessage());
	}

}
