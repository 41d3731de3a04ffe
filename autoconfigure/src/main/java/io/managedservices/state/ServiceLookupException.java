// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

/**
 * A service was asked for that does not exist, or one, or what it provides, for another
 * type than it has: a mistake in the program that no other attempt mends.
 *
 * @since 0.1.0
 */
public final class ServiceLookupException extends ServiceException {

	/**
	 * Create an exception.
	 * @param service the name that was asked for
	 * @param message what was expected, and what was found
	 */
	public ServiceLookupException(String service, String message) {
		super(service, message, null);
	}

}
