// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import kotlin.Metadata;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LateWork}.
 */
class LateWorkTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			async, is @Async and returns no CompletionStage
			future, returns a Future
			callable, returns a Callable
			mono, returns a Mono
			flux, returns a Flux
			publisher, returns a Publisher
			entityOfMono, returns a Mono
			deferred, returns a DeferredResult
			task, returns a WebAsyncTask
			emitter, returns a SseEmitter
			streamed, returns a StreamingResponseBody
			entity, returns a StreamingResponseBody
			suspended, suspends
			""")
	void reasonWhenWorkIsDoneLaterTellsWhy(String method, String reason) {
		assertThat(reason(method, Later.class)).isEqualTo(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "value", "nothing", "asyncStage", "stage", "entityOfText" })
	void reasonWhenMethodEndsWithItsWorkOrAStageIsNone(String method) {
		assertThat(reason(method, InTime.class)).isNull();
	}

	@Test
	void reasonWhenClassIsAsyncTellsSo() {
		assertThat(reason("nothing", AsyncClass.class)).isEqualTo("is @Async and returns no CompletionStage");
	}

	private static @Nullable String reason(String method, Class<?> type) {
		return LateWork.reason(ReflectionUtils.findMethod(type, method, (Class<?>[]) null), type);
	}

	@Metadata
	interface Later {

		@Async
		void async();

		Future<String> future();

		Callable<String> callable();

		Mono<String> mono();

		Flux<String> flux();

		Flow.Publisher<String> publisher();

		ResponseEntity<Mono<String>> entityOfMono();

		DeferredResult<String> deferred();

		WebAsyncTask<String> task();

		SseEmitter emitter();

		StreamingResponseBody streamed();

		ResponseEntity<StreamingResponseBody> entity();

		Object suspended(Continuation<String> continuation);

	}

	interface InTime {

		String value();

		void nothing();

		@Async
		CompletableFuture<String> asyncStage();

		ResponseEntity<CompletableFuture<String>> stage();

		ResponseEntity<String> entityOfText();

	}

	@Async
	static class AsyncClass {

		void nothing() {
		}

	}

}
