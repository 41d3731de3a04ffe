// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

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
