// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;

/**
 * Somebody needs a service that runs {@linkplain io.managedservices.state.Activation on
 * demand}: it runs while a demand is open, and until its {@code idle-timeout} has passed
 * after the last one was closed. <pre class="code">
 * try (Demand demand = services.demand("search").await(Duration.ofSeconds(10))) {
 * 	return this.search.find(text);
 * }
 * </pre>
 * <p>
 * A demand never starts a service that is disabled, or that an operator has stopped. Safe
 * for use by several threads.
 *
 * @since 0.1.0
 */
public interface Demand extends AutoCloseable {

	/**
	 * The service that is needed.
	 * @return its name
	 */
	String service();

	/**
	 * Waits until the service runs.
	 * @param timeout how long to wait at most; zero does not wait
	 * @return this demand
	 * @throws InterruptedException if interrupted while waiting; this is closed then
	 * @throws ServiceException if it failed, is not to run, or does not run in time; this
	 * is closed then, and the message tells what the service waits for
	 */
	Demand await(Duration timeout) throws InterruptedException;

	/**
	 * Waits until the service runs without holding a thread.
	 * @return completed as {@link ServiceLookup#whenRunning} tells; this stays open
	 * whatever comes of it
	 */
	CompletableFuture<ServiceSnapshot> whenRunning();

	/**
	 * The service is not needed any more. Does nothing if this is closed.
	 */
	@Override
	void close();

}
