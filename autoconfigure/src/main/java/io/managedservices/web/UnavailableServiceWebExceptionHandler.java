// SPDX-License-Identifier: Apache-2.0
package io.managedservices.web;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

import io.managedservices.state.ServiceException;

/**
 * Answers what filters throw in WebFlux because a service does not run, with 503 and a
 * problem detail. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class UnavailableServiceWebExceptionHandler implements WebExceptionHandler {

	private static final ResolvableType TYPE = ResolvableType.forClass(ProblemDetail.class);

	private final Supplier<UnavailableServices> unavailable;

	private final List<HttpMessageWriter<?>> writers;

	/**
	 * Create a handler.
	 * @param unavailable makes the response, not asked for before the first exception
	 * @param writers who can write it
	 */
	public UnavailableServiceWebExceptionHandler(Supplier<UnavailableServices> unavailable,
			List<HttpMessageWriter<?>> writers) {
		this.unavailable = unavailable;
		this.writers = List.copyOf(writers);
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
		ServiceException exception = UnavailableServices.find(thrown);
		if (exception == null || exchange.getResponse().isCommitted()) {
			return Mono.error(thrown);
		}
		for (HttpMessageWriter<?> writer : this.writers) {
			if (writer.canWrite(TYPE, MediaType.APPLICATION_PROBLEM_JSON)) {
				return write(writer, this.unavailable.get().response(exception), exchange.getResponse());
			}
		}
		return Mono.error(thrown);
	}

	@SuppressWarnings("unchecked")
	private static Mono<Void> write(HttpMessageWriter<?> writer, ResponseEntity<ProblemDetail> entity,
			ServerHttpResponse response) {
		response.setStatusCode(entity.getStatusCode());
		response.getHeaders().putAll(entity.getHeaders());
		return ((HttpMessageWriter<ProblemDetail>) writer).write(Mono.justOrEmpty(entity.getBody()), TYPE,
				MediaType.APPLICATION_PROBLEM_JSON, response, Map.of());
	}

}
