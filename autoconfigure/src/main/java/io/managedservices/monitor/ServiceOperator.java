// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.managedservices.event.EventRefusedException;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;

/**
 * Starts, stops and otherwise operates services. A part of
 * {@link io.managedservices.ManagedServices} that can be injected by itself. Safe for use
 * by several threads.
 *
 * @since 0.1.0
 */
public interface ServiceOperator {

	/**
	 * Starts all services that are wanted. Does nothing if they are started already.
	 * @return completed when every required service runs, or exceptionally when one of
	 * them cannot run or the startup timeout has passed (then normally, if such a failure
	 * is not to fail the start); cancelled by {@link #stop()}
	 */
	CompletableFuture<Void> start();

	/**
	 * Tells all running services to take no new work, before they are stopped: calls
	 * their {@link io.managedservices.ServiceLifecycle#quiesce quiesce}, all at once.
	 * Services that come to run later are told as soon as they do. Only a stop and a
	 * start after it make them take new work again. Does nothing if the services are not
	 * started.
	 * @return completed when each has returned, failed, or half of the shutdown timeout
	 * has passed, and when all are stopped meanwhile; never exceptionally
	 */
	CompletableFuture<Void> quiesce();

	/**
	 * Stops all services, dependents first, and cancels a start that is under way.
	 * @return completed when all are at rest, at the latest when the shutdown timeout has
	 * passed, less what {@link #quiesce()} has taken of it; exceptionally with a
	 * {@link ServiceException} if some could not be stopped, which names each of them
	 * with the reason and has their failures suppressed; cancelled by a {@link #start()}
	 * in between
	 */
	CompletableFuture<Void> stop();

	/**
	 * Applies an action to services, in one step: what an operator wants together is
	 * planned together. An operation holds against failures: a service that was stopped
	 * or disabled does not run before another operation wants it to.
	 * <p>
	 * The future fails with an {@link OperationRefusedException} if the action is not
	 * possible now: nothing was done then, and it has failed when this returns. It fails
	 * with a {@link ServiceException} if a service did not come to run or some could not
	 * be stopped, each of which it names. It fails with a
	 * {@link java.util.concurrent.CancellationException} if an operation that wants
	 * something else or the stop of all came in between.
	 * @param action what to do
	 * @param names the services
	 * @return completed once all that follows from it for these services has happened,
	 * and never called back inside the engine: normally when they run or have stopped, as
	 * the action wants
	 * @throws ServiceException if there is no such service
	 */
	CompletableFuture<Void> perform(ServiceAction action, String... names);

	/**
	 * As {@link #perform} with an activation for each service, all in one step.
	 * @param activations the new activations by the names of services
	 * @return completed as that of {@link #perform}
	 * @throws ServiceException if there is no such service
	 */
	CompletableFuture<Void> activate(Map<String, Activation> activations);

	/**
	 * Makes a running service fail.
	 * @param name its name
	 * @param cause why
	 * @return completed once the failure was accepted, exceptionally with an
	 * {@link OperationRefusedException} if the service does not run
	 * @throws ServiceException if there is no such service
	 */
	CompletableFuture<Void> fail(String name, Throwable cause);

	/**
	 * What an action would do now.
	 * @param action the action
	 * @param names the services
	 * @return what would stop and what would start
	 * @throws OperationRefusedException if it is not possible now
	 * @throws ServiceException if there is no such service
	 */
	ServicePlan plan(ServiceAction action, String... names);

	/**
	 * Puts services to sleep until they are woken: their tickers pause, or tick at the
	 * interval that they have for that, and their scheduled tasks wait. Everything else
	 * goes on.
	 * @param names the services, none for all
	 * @throws ServiceException if there is no such service
	 */
	void sleep(String... names);

	/**
	 * Wakes services: what has become due meanwhile runs, once.
	 * @param names the services, none for all
	 * @throws ServiceException if there is no such service
	 */
	void wake(String... names);

	/**
	 * Keeps this instance from trying to get the leases by which services run, before a
	 * machine is serviced, say. One that it holds it keeps: to give that back,
	 * {@link ServiceAction#RELEASE}.
	 * @param duration for how long from now on, 0 or more; 0 for no longer
	 * @param names the services
	 * @throws OperationRefusedException if one of them runs without a lease
	 * @throws ServiceException if there is no such service
	 */
	void holdOff(Duration duration, String... names);

	/**
	 * Injects an event as if a service had emitted it, whether that runs or not.
	 * @param source the name of the service
	 * @param event the event
	 * @throws EventRefusedException if a hook whose policy is to fail cannot take it; the
	 * others have
	 * @throws ServiceException if there is no such service
	 */
	void emit(String source, Object event);

	/**
	 * Queues a task of a running service, as
	 * {@link io.managedservices.work.ServiceTask#queue} does: a method with
	 * {@link io.managedservices.work.Task @Task}, on demand or not, or one that the
	 * service has made.
	 * @param name the name of the service
	 * @param task the name of the task
	 * @throws ServiceException if there is no such service, or it does not run
	 * @throws IllegalArgumentException if it has no such task
	 */
	void queueTask(String name, String task);

	/**
	 * Changes how many micro-tasks run at once. Those that run go on.
	 * @param limit how many, 2 or more
	 * @throws IllegalArgumentException if it is less
	 */
	void limitMicroTasks(int limit);

	/**
	 * Starts services that the operator stopped, or that ended or failed.
	 * @param name the name of one
	 * @param others the names of others
	 * @return completed as that of {@link #perform}
	 * @throws ServiceException if there is no such service
	 */
	default CompletableFuture<Void> start(String name, String... others) {
		return perform(ServiceAction.START, names(name, others));
	}

	/**
	 * Stops services and what depends on them. They do not run until they are started.
	 * @param name the name of one
	 * @param others the names of others
	 * @return completed as that of {@link #perform}
	 * @throws ServiceException if there is no such service
	 */
	default CompletableFuture<Void> stop(String name, String... others) {
		return perform(ServiceAction.STOP, names(name, others));
	}

	/**
	 * Stops services and what depends on them, and starts all of it again.
	 * @param name the name of one
	 * @param others the names of others
	 * @return completed as that of {@link #perform}
	 * @throws ServiceException if there is no such service
	 */
	default CompletableFuture<Void> restart(String name, String... others) {
		return perform(ServiceAction.RESTART, names(name, others));
	}

	private static String[] names(String name, String... others) {
		return Stream.concat(Stream.of(name), Stream.of(others)).toArray(String[]::new);
	}

}
