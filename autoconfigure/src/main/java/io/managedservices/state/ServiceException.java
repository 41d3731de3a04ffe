// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

import org.jspecify.annotations.Nullable;

/**
 * Something that a service was asked for could not be had. The message names the service,
 * what was expected, what was found, and what to change.
 *
 * @since 0.1.0
 */
public class ServiceException extends RuntimeException {

	private final @Nullable String service;

	/**
	 * Create an exception.
	 * @param service the name of the service, or {@code null} if it is about several
	 * @param message what happened
	 * @param cause why, or {@code null}
	 */
	public ServiceException(@Nullable String service, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.service = service;
	}

	/**
	 * The service that this is about.
	 * @return its name, or {@code null} if it is about several
	 */
	public @Nullable String getService() {
		return this.service;
	}

}
