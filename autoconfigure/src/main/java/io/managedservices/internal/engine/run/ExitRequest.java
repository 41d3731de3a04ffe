// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import io.managedservices.state.ServiceException;

/**
 * A service has asked for the end of the application before the start of all has ended,
 * which fails with that. Immutable.
 *
 * @since 0.1.0
 */
public final class ExitRequest extends ServiceException {

	private final int code;

	ExitRequest(String service, int code) {
		super(Kind.NOT_WANTED, service,
				"Service '%s' asked for the end of the application with exit code %d".formatted(service, code), null);
		this.code = code;
	}

	/**
	 * What the application is to end with.
	 * @return the exit code
	 */
	public int code() {
		return this.code;
	}

}
