// SPDX-License-Identifier: Apache-2.0
package io.managedservices.web;

import java.util.function.Supplier;

import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import io.managedservices.state.ServiceException;

/**
 * Answers what controllers and functional endpoints throw because a service does not run,
 * in MVC and in WebFlux, with 503 and a problem detail. Safe for use by several threads.
 *
 * @since 0.1.0
 */
@RestControllerAdvice
public final class UnavailableServiceAdvice {

	private final Supplier<UnavailableServices> unavailable;

	/**
	 * Create an advice.
	 * @param unavailable makes the response, not asked for before the first exception
	 */
	public UnavailableServiceAdvice(Supplier<UnavailableServices> unavailable) {
		this.unavailable = unavailable;
	}

	/**
	 * Answers an exception.
	 * @param thrown what was thrown
	 * @param exception the exception, itself thrown or a cause of what was
	 * @return the response
	 * @throws ServiceException the same, so that it is treated as any other, if it tells
	 * of a mistake in the program, or what was thrown has a status of its own
	 */
	@ExceptionHandler(ServiceException.class)
	public ResponseEntity<ProblemDetail> handle(Throwable thrown, ServiceException exception) {
		ServiceException found = UnavailableServices.find(thrown);
		if (found == null) {
			throw exception;
		}
		return this.unavailable.get().response(found);
	}

}
