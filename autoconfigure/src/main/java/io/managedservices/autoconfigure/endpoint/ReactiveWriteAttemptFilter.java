// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.security.Principal;
import java.util.Optional;

import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Tells of attempts to do something to a service that are not allowed, with WebFlux. Safe
 * for use by several threads.
 */
final class ReactiveWriteAttemptFilter implements WebFilter {

	private final WriteAttempts attempts;

	ReactiveWriteAttemptFilter(WriteAttempts attempts) {
		this.attempts = attempts;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String service = this.attempts.service(exchange.getRequest());
		Mono<Void> handled = chain.filter(exchange);
		if (service == null) {
			return handled;
		}
		return handled.onErrorResume(MethodNotAllowedException.class,
				(ex) -> notAllowed(service, exchange).then(Mono.error(ex)));
	}

	private Mono<Optional<String>> notAllowed(String service, ServerWebExchange exchange) {
		return exchange.getPrincipal()
			.map(Principal::getName)
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.doOnNext((principal) -> this.attempts.notAllowed(service, principal.orElse(null)));
	}

}
