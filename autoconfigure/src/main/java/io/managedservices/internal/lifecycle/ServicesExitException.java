// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import org.springframework.boot.ExitCodeGenerator;

/**
 * Ends the start of an application that is not to go on, without a failure: a service has
 * asked for it, or the graph was only to be printed. Immutable.
 *
 * @since 0.1.0
 */
public final class ServicesExitException extends RuntimeException implements ExitCodeGenerator {

	private final int exitCode;

	/**
	 * Create an exception.
	 * @param message why the application ends
	 * @param exitCode with which exit code
	 */
	ServicesExitException(String message, int exitCode) {
		super(message);
		this.exitCode = exitCode;
	}

	@Override
	public int getExitCode() {
		return this.exitCode;
	}

}
