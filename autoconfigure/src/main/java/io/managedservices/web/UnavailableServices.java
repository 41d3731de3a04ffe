// SPDX-License-Identifier: Apache-2.0
package io.managedservices.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;

import io.managedservices.ManagedServices;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * Puts that a service could not be had into a response: 503 with a problem detail and,
 * where the next attempt to start it is known, when to try again. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public final class UnavailableServices {

	private static final int MAX_CAUSES = 20;

	private final ManagedServices services;

	private final TextSanitizer sanitizer;

	private final InstantSource clock;

	/**
	 * Create it.
	 * @param services the services, not touched before the first exception
	 * @param sanitizer what is shown of texts of others
	 * @param clock the clock of the services
	 */
	public UnavailableServices(ManagedServices services, TextSanitizer sanitizer, InstantSource clock) {
		this.services = services;
		this.sanitizer = sanitizer;
		this.clock = clock;
	}

	/**
	 * Finds out whether something was thrown because a service could not be had.
	 * @param thrown what was thrown
	 * @return the exception that tells of the service, it or one of its causes;
	 * {@code null} if there is none, it tells of a mistake in the program, or somebody
	 * has given what was thrown a status of its own
	 */
	static @Nullable ServiceException find(Throwable thrown) {
		Throwable cause = thrown;
		for (int depth = 0; cause != null && depth < MAX_CAUSES && !hasStatus(cause); depth++) {
			if (cause instanceof ServiceException exception) {
				return exception.getKind().isUnavailable() ? exception : null;
			}
			cause = cause.getCause();
		}
		return null;
	}

	private static boolean hasStatus(Throwable thrown) {
		return thrown instanceof ErrorResponse
				|| AnnotatedElementUtils.hasAnnotation(thrown.getClass(), ResponseStatus.class);
	}

	/**
	 * The response to a request that could not have a service.
	 * @param exception what was thrown
	 * @return the response
	 */
	ResponseEntity<ProblemDetail> response(ServiceException exception) {
		ServiceSnapshot service = snapshot(exception.getService());
		List<ServiceSnapshot> blockers = (service != null) ? this.services.blockers(service.name()) : List.of();
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		Instant next = (service != null) ? next(service, blockers) : null;
		if (next != null) {
			headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(seconds(next)));
		}
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				detail(exception, service, blockers));
		return new ResponseEntity<>(detail, headers, HttpStatus.SERVICE_UNAVAILABLE);
	}

	// That of another context, of which nothing is known here, or of none.
	private @Nullable ServiceSnapshot snapshot(@Nullable String name) {
		try {
			return (name != null) ? this.services.snapshot(name) : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private static @Nullable Instant next(ServiceSnapshot service, List<ServiceSnapshot> blockers) {
		ServiceSnapshot root = blockers.isEmpty() ? service : blockers.get(blockers.size() - 1);
		return (root.state() == ServiceState.BACKOFF) ? root.attempt().next() : null;
	}

	private long seconds(Instant next) {
		return Math.max(1, Duration.between(this.clock.instant(), next).plusMillis(999).toSeconds());
	}

	private String detail(ServiceException exception, @Nullable ServiceSnapshot service,
			List<ServiceSnapshot> blockers) {
		String name = (exception.getService() != null) ? exception.getService() : "";
		String message = exception.getMessage();
		if (this.sanitizer.isShowing() && message != null) {
			return this.sanitizer.text(name, "exception", message);
		}
		String subject = name.isEmpty() ? "A service" : "Service '" + FailureText.line(name) + "'";
		if (service == null || (service.state() == ServiceState.RUNNING && service.ready())) {
			return subject + " is not available.";
		}
		return "%s is not available: %s%s.".formatted(subject, service.state(), root(blockers));
	}

	private static String root(List<ServiceSnapshot> blockers) {
		if (blockers.isEmpty()) {
			return "";
		}
		ServiceSnapshot root = blockers.get(blockers.size() - 1);
		return " for '%s' (%s)".formatted(FailureText.line(root.name()), root.state());
	}

}
