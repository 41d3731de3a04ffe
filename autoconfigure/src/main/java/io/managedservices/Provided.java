// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.state.ServiceException;

/**
 * The value that a service provides to others, to be injected anywhere:
 * <pre class="code">
 * &#64;ManagedService(provides = FeedClient.class)
 * class Feed implements ServiceLifecycle {
 *
 * 	&#64;Override
 * 	public void start(ServiceContext context) throws Exception {
 * 		context.provide(FeedClient.connect());
 * 	}
 *
 * }
 *
 * &#64;RestController
 * class NewsController {
 *
 * 	NewsController(Provided&lt;FeedClient&gt; client) { … }
 *
 * }
 * </pre>
 * <p>
 * Which service it is follows from the type, or from a {@code @Qualifier} with its name
 * where several provide that type; that there is exactly one is checked when the services
 * are discovered. Being injected with it makes no dependency: the value comes and goes
 * with its service, so it is asked for each time, and not kept. Safe for use by several
 * threads, once all singletons of the context exist.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public interface Provided<T> {

	/**
	 * The value as it is now.
	 * @return the value, without waiting
	 * @throws ServiceException if the service does not run, is about to stop, or has
	 * provided nothing yet; the message tells which, and why
	 */
	T get();

	/**
	 * The value as it is now, if there is one.
	 * @return the value, without waiting, or {@code null} if there is none
	 * @throws ServiceException if the value has another type
	 */
	default @Nullable T getIfAvailable() {
		try {
			return get();
		}
		catch (ServiceException ex) {
			if (ex.getKind() == ServiceException.Kind.WRONG_TYPE) {
				throw ex;
			}
			return null;
		}
	}

	/**
	 * Does something with the value as it is now, if there is one.
	 * @param action is given the value
	 * @throws ServiceException if the value has another type
	 */
	default void ifAvailable(Consumer<? super T> action) {
		T value = getIfAvailable();
		if (value != null) {
			action.accept(value);
		}
	}

	/**
	 * What follows from the value as it is now, if there is one.
	 * @param <R> the type of the result
	 * @param mapper is given the value
	 * @return what it returns, empty if that is {@code null} or there is no value
	 * @throws ServiceException if the value has another type
	 */
	default <R> Optional<R> map(Function<? super T, ? extends @Nullable R> mapper) {
		T value = getIfAvailable();
		return Optional.ofNullable((value != null) ? mapper.apply(value) : null);
	}

	/**
	 * Waits until there is a value.
	 * @param timeout how long to wait at most; zero does not wait
	 * @return the value
	 * @throws InterruptedException if interrupted while waiting
	 * @throws ServiceException if the service failed, is not to run, or has provided
	 * nothing in time; the message tells what it waits for
	 */
	T await(Duration timeout) throws InterruptedException;

	/**
	 * Waits for a value without holding a thread.
	 * @return completed as {@link ManagedServices#whenProvided} tells
	 */
	CompletableFuture<T> whenProvided();

}
