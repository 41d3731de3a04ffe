// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

/**
 * The failure of a service that a test asked for without saying which. Immutable.
 *
 * @since 0.1.0
 */
public final class ServiceFaultException extends Exception {

	private static final long serialVersionUID = 1L;

	ServiceFaultException(String message) {
		super(message);
	}

}
