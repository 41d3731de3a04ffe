// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

/**
 * A failure that throws whatever it is asked.
 */
public final class UnspeakableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	@Override
	public String getMessage() {
		throw new IllegalStateException("no message");
	}

	@Override
	public String toString() {
		throw new IllegalStateException("no text");
	}

	@Override
	public synchronized Throwable getCause() {
		throw new IllegalStateException("no cause");
	}

	@Override
	public StackTraceElement[] getStackTrace() {
		throw new IllegalStateException("no stack");
	}

}
