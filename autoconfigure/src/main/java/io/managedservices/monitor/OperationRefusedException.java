// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import org.jspecify.annotations.Nullable;

import io.managedservices.state.ServiceException;

/**
 * An operation is not possible now. The message tells why, and what is possible.
 *
 * @since 0.1.0
 */
public class OperationRefusedException extends ServiceException {

	/**
	 * Create an exception.
	 * @param service the name of the service
	 * @param message why it is not possible
	 */
	public OperationRefusedException(String service, String message) {
		super(Kind.REFUSED, service, message, null);
	}

	/**
	 * Create an exception with a cause.
	 * @param service the name of the service
	 * @param message why it is not possible
	 * @param cause all that is wrong
	 */
	public OperationRefusedException(String service, String message, @Nullable Throwable cause) {
		super(Kind.REFUSED, service, message, cause);
	}

}
