// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * Waits for what a method has returned before it was done: a {@link Future}, a
 * {@link CompletionStage}, a job of coroutines, or a reactive type, which is subscribed
 * to; also inside an {@link Optional}. The failure is that of the method. An interrupt
 * cancels what is waited for. Stateless.
 */
final class ReturnedCompletion {

	private static final boolean COROUTINES = ClassUtils.isPresent("kotlinx.coroutines.Job",
			ReturnedCompletion.class.getClassLoader());

	private ReturnedCompletion() {
	}

	/**
	 * Waits until a returned value is complete, and the value that it completes with.
	 * @param returned what a method has returned
	 * @throws Exception what it has failed with
	 */
	static void await(@Nullable Object returned) throws Exception {
		Object value = returned;
		Future<?> future = (value != null) ? future(value) : null;
		while (future != null) {
			value = get(future);
			future = (value != null) ? future(value) : null;
		}
	}

	private static @Nullable Future<?> future(Object value) {
		if (value instanceof CompletionStage<?> stage) {
			return of(stage);
		}
		if (value instanceof Future<?> future) {
			return future;
		}
		if (value instanceof Optional<?> optional) {
			Object inside = optional.orElse(null);
			return (inside != null) ? future(inside) : null;
		}
		JobCompletion job = COROUTINES ? JobCompletion.of(value) : null;
		if (job != null) {
			return job;
		}
		if (value instanceof Flow.Publisher<?> publisher) {
			return PublisherCompletion.of(publisher);
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, value);
		return (adapter != null) ? PublisherCompletion.of(FlowAdapters.toFlowPublisher(adapter.toPublisher(value)))
				: null;
	}

	private static <T> Future<T> of(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture();
		}
		catch (UnsupportedOperationException ex) {
			CompletableFuture<T> future = new CompletableFuture<>();
			stage.whenComplete((value, failure) -> {
				if (failure != null) {
					future.completeExceptionally(failure);
				}
				else {
					future.complete(value);
				}
			});
			return future;
		}
	}

	private static @Nullable Object get(Future<?> future) throws Exception {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			throw ex;
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Exception exception) {
				throw exception;
			}
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw ex;
		}
	}

}
