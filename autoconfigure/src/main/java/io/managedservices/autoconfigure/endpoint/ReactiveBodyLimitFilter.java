// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.security.Principal;
import java.util.Optional;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Bounds the bodies of requests to do something to a service, with WebFlux. Safe for use
 * by several threads.
 */
final class ReactiveBodyLimitFilter implements WebFilter {

	private static final byte[] NO_BODY = {};

	private final WriteAttempts attempts;

	ReactiveBodyLimitFilter(WriteAttempts attempts) {
		this.attempts = attempts;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		String service = this.attempts.service(request);
		if (service == null) {
			return chain.filter(exchange);
		}
		if (request.getHeaders().getContentLength() > BodyLimit.MAX_BODY) {
			return tooLarge(service, exchange);
		}
		return DataBufferUtils.join(request.getBody(), BodyLimit.MAX_BODY)
			.map(ReactiveBodyLimitFilter::bytes)
			.defaultIfEmpty(NO_BODY)
			.map(Optional::of)
			.onErrorResume(DataBufferLimitException.class, (ex) -> Mono.just(Optional.empty()))
			.flatMap((body) -> body.map((bytes) -> chain.filter(withBody(exchange, bytes)))
				.orElseGet(() -> tooLarge(service, exchange)));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static ServerWebExchange withBody(ServerWebExchange exchange, byte[] body) {
		return exchange.mutate().request(new ServerHttpRequestDecorator(exchange.getRequest()) {

			@Override
			public Flux<DataBuffer> getBody() {
				return (body.length == 0) ? Flux.empty()
						: Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
			}

		}).build();
	}

	private Mono<Void> tooLarge(String service, ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatusCode.valueOf(BodyLimit.TOO_LARGE));
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		return exchange.getPrincipal()
			.map(Principal::getName)
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.doOnNext((principal) -> this.attempts.tooLarge(service, principal.orElse(null)))
			.then(response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(BodyLimit.answer()))));
	}

}
