// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;

/**
 * Finds services and what they provide, and waits for them. A part of
 * {@link ManagedServices} that can be injected by itself. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public interface ServiceLookup {

	/**
	 * Waits until there is a service of a name without holding a thread, whether it runs
	 * or not: it may be {@linkplain ServiceRegistry registered} later.
	 * @param name a name, of which there need not be a service yet
	 * @return completed with the service, at once if there is one; with a
	 * {@link ServiceException} when all services are being stopped, or the application is
	 * closed. Complete it in any way to stop waiting
	 */
	CompletableFuture<ServiceSnapshot> whenRegistered(String name);

	/**
	 * The same for names of which there may be no service yet: what waits here throws no
	 * exception then, but waits until there is one, too, and goes on waiting when it is
	 * unregistered.
	 * @return a view of this
	 */
	ServiceLookup lenient();

	/**
	 * Waits for a service without holding a thread.
	 * @param name its name
	 * @return completed with the service once it runs, or with a {@link ServiceException}
	 * when it fails, is not to run, all services are being stopped, or the application is
	 * closed; while none is started, or it waits for a service that failed, it goes on
	 * waiting. Complete it in any way to stop waiting
	 * @throws ServiceException if there is no such service
	 */
	CompletableFuture<ServiceSnapshot> whenRunning(String name);

	/**
	 * Waits until a service is down without holding a thread.
	 * @param name its name
	 * @return completed once the service is neither being prepared, nor starts, runs or
	 * stops: also while it waits for its dependencies or for its next attempt. Complete
	 * it in any way to stop waiting
	 * @throws ServiceException if there is no such service
	 */
	CompletableFuture<ServiceSnapshot> whenStopped(String name);

	/**
	 * Waits until a service runs and returns it.
	 * @param <T> the type of the service
	 * @param name its name
	 * @param type its type
	 * @param timeout how long to wait at most; zero does not wait
	 * @return the service
	 * @throws InterruptedException if interrupted while waiting
	 * @throws ServiceException if there is no such service, it has another type, it
	 * failed, or it does not run in time; the message tells what it waits for
	 */
	<T> T get(String name, Class<T> type, Duration timeout) throws InterruptedException;

	/**
	 * Asks for a service that runs on demand: it runs while the demand is open, and until
	 * its {@code idle-timeout} has passed after the last one was closed.
	 * @param name its name
	 * @return the demand, which has to be closed
	 * @throws ServiceException if there is no such service
	 */
	Demand demand(String name);

	/**
	 * The value that a service provides.
	 * @param <T> the type of the value
	 * @param name the name of the service
	 * @param type the type of the value
	 * @return the value, without waiting
	 * @throws ServiceException if there is no such service, it does not run, is about to
	 * stop, has provided nothing yet, or something of another type
	 */
	<T> T provided(String name, Class<T> type);

	/**
	 * Waits for the value that a service provides without holding a thread.
	 * @param <T> the type of the value
	 * @param name the name of the service
	 * @param type the type of the value
	 * @return completed with the value once there is one, or with a
	 * {@link ServiceException} when the service fails, is not to run, all services are
	 * being stopped, the application is closed, or the value has another type. Complete
	 * it in any way to stop waiting
	 * @throws ServiceException if there is no such service
	 */
	<T> CompletableFuture<T> whenProvided(String name, Class<T> type);

	/**
	 * Waits until a service provides a value.
	 * @param <T> the type of the value
	 * @param name the name of the service
	 * @param type the type of the value
	 * @param timeout how long to wait at most; zero does not wait
	 * @return the value
	 * @throws InterruptedException if interrupted while waiting
	 * @throws ServiceException if there is no such service, it failed, is not to run, has
	 * provided nothing in time, or something of another type; the message tells what it
	 * waits for
	 */
	<T> T awaitProvided(String name, Class<T> type, Duration timeout) throws InterruptedException;

}
