// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import org.springframework.boot.ExitCodeGenerator;

/**
 * The exit codes of an application that ends because of its services. The numbers are
 * those of {@code sysexits.h} that come nearest, and are used by neither the JVM, nor
 * Boot, nor a shell.
 *
 * @since 0.1.0
 */
public enum ServicesExitCode implements ExitCodeGenerator {

	/**
	 * {@code 69}: a required service could not be started, and the start of the
	 * application failed for that.
	 */
	START_FAILED(69),

	/**
	 * {@code 70}: what runs the services has failed itself, which only a bug or a broken
	 * machine can bring about. The services were stopped.
	 */
	BROKEN_DOWN(70),

	/**
	 * {@code 75}: a required service was given up, and its {@code restart.on-give-up} is
	 * {@code shutdown}. The application had started: to start it again may help.
	 */
	GIVEN_UP(75);

	private final int code;

	ServicesExitCode(int code) {
		this.code = code;
	}

	@Override
	public int getExitCode() {
		return this.code;
	}

}
