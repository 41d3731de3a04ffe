// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease.shedlock;

/**
 * A provider of locks cannot keep leases. Immutable.
 *
 * @since 0.1.0
 */
public final class UnusableLockProviderException extends RuntimeException {

	private final String action;

	/**
	 * Create an exception.
	 * @param message why it cannot
	 * @param action what to change
	 */
	UnusableLockProviderException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * What to change.
	 * @return what helps
	 */
	public String getAction() {
		return this.action;
	}

}
