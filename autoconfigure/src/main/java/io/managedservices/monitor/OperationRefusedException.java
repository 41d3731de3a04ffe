// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

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
		super(service, message, null);
	}

}
