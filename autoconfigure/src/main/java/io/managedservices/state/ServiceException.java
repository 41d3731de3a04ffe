// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Something that a service was asked for could not be had. The message names the service,
 * what was expected, what was found, and what to change; the {@linkplain #getKind() kind}
 * says the same to a program.
 *
 * @since 0.1.0
 */
public class ServiceException extends RuntimeException {

	private final Kind kind;

	private final @Nullable String service;

	/**
	 * Create an exception of the kind {@link Kind#FAILED}.
	 * @param service the name of the service, or {@code null} if it is about several
	 * @param message what happened
	 * @param cause why, or {@code null}
	 */
	public ServiceException(@Nullable String service, String message, @Nullable Throwable cause) {
		this(Kind.FAILED, service, message, cause);
	}

	/**
	 * Create an exception.
	 * @param kind of which kind it is
	 * @param service the name of the service, or {@code null} if it is about several
	 * @param message what happened
	 * @param cause why, or {@code null}
	 */
	public ServiceException(Kind kind, @Nullable String service, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.kind = Objects.requireNonNull(kind, "kind");
		this.service = service;
	}

	/**
	 * Of which kind this is.
	 * @return the kind
	 */
	public Kind getKind() {
		return this.kind;
	}

	/**
	 * The service that this is about.
	 * @return its name, or {@code null} if it is about several
	 */
	public @Nullable String getService() {
		return this.service;
	}

	/**
	 * Why a service could not be had.
	 */
	public enum Kind {

		/**
		 * There is no service of that name: a mistake in the program, which no other
		 * attempt mends.
		 */
		UNKNOWN,

		/**
		 * The service, or what it provides, has another type: a mistake in the program,
		 * which no other attempt mends.
		 */
		WRONG_TYPE,

		/**
		 * The service has failed, or could not be stopped.
		 */
		FAILED,

		/**
		 * The service is not to run: it is disabled, was stopped, has ended, is on demand
		 * and nobody needs it, or all services are stopped.
		 */
		NOT_WANTED,

		/**
		 * The service is on its way, or about to stop, and does not run at the time it
		 * was asked for, or within the time that it was waited for.
		 */
		NOT_IN_TIME,

		/**
		 * An operation on the service is not possible now.
		 */
		REFUSED,

		/**
		 * This instance no longer holds the lease of the service: another one may run it.
		 */
		LEASE_LOST;

		/**
		 * Whether a later attempt may succeed: that is answered with 503 where a request
		 * needs the service.
		 * @return {@code false} if it is a mistake in the program, or was refused
		 */
		public boolean isUnavailable() {
			return this == FAILED || this == NOT_WANTED || this == NOT_IN_TIME || this == LEASE_LOST;
		}

	}

}
