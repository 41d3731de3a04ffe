package io.managedservices;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.managedservices.event.EventRefusedException;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceEventListener;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.ServiceReport;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;

/**
 * All services of the application: how they are, waiting for them, starting and stopping
 * them. A bean of this type can be injected anywhere; its methods can be called once all
 * singletons of the context exist. Safe for use by several threads. Reading does no I/O
 * and takes no lock.
 *
 * @since 0.1.0
 */
public interface ManagedServices {

	/**
	 * All services, dependencies before their dependents.
	 * @return one snapshot each
	 */
	List<ServiceSnapshot> snapshots();

	/**
	 * One service.
	 * @param name its name
	 * @return how it is now
	 * @throws ServiceException if there is no such service; the message suggests the
	 * nearest name
	 */
	ServiceSnapshot snapshot(String name);

	/**
	 * Why a service does not run: the way from one of its dependencies that does not run
	 * down to the root cause, which is last.
	 * @param name the name of the service
	 * @return the services on that way; empty if the service runs, or does not run for a
	 * reason of its own
	 * @throws ServiceException if there is no such service
	 */
	List<ServiceSnapshot> blockers(String name);

	/**
	 * As {@link #blockers(String)} for all services, in time linear in services and
	 * edges.
	 * @param limit how many services on a way are told at most, 1 or more; of a longer
	 * one the first and the root cause
	 * @return the ways by the names of services, without those that have none
	 */
	Map<String, List<ServiceSnapshot>> blockers(int limit);

	/**
	 * Whether every required service that is to run is ready.
	 * @return {@code false} also before the start and after the stop of all
	 */
	boolean isReady();

	/**
	 * Whether no required service has failed, fails its health check, or has reported an
	 * error or a condition that is one.
	 * @return whether all are healthy
	 */
	boolean isHealthy();

	/**
	 * As {@link #isReady()}, with the names of those that are not.
	 * @return the report
	 */
	ServiceReport readiness();

	/**
	 * As {@link #isHealthy()}, with the names of those that are not.
	 * @return the report
	 */
	ServiceReport health();

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

	/**
	 * Starts all services that are wanted. Does nothing if they are started already.
	 * @return completed when every required service runs, or exceptionally when one of
	 * them cannot run or the startup timeout has passed (then normally, if such a failure
	 * is not to fail the start); cancelled by {@link #stop()}
	 */
	CompletableFuture<Void> start();

	/**
	 * Tells all running services to take no new work, before they are stopped: calls
	 * their {@link ServiceLifecycle#quiesce quiesce}, all at once. Services that come to
	 * run later are told as soon as they do. Only a stop and a start after it make them
	 * take new work again. Does nothing if the services are not started.
	 * @return completed when each has returned, failed, or half of the shutdown timeout
	 * has passed, and when all are stopped meanwhile; never exceptionally
	 */
	CompletableFuture<Void> quiesce();

	/**
	 * Stops all services, dependents first, and cancels a start that is under way.
	 * @return completed when all are at rest, at the latest when the shutdown timeout has
	 * passed, less what {@link #quiesce()} has taken of it; never exceptionally, unless a
	 * {@link #start()} in between cancels it
	 */
	CompletableFuture<Void> stop();

	/**
	 * Does something to services, as one step: what an operator wants together is planned
	 * together. An operation holds against failures: a service that was stopped or
	 * disabled does not run before another operation wants it to.
	 * @param action what to do
	 * @param names the services
	 * @return completed once all that follows from it for these services has happened:
	 * normally when they run, or are at rest, as the action wants; exceptionally with an
	 * {@link OperationRefusedException} if it is not possible now, in which case nothing
	 * was done, and the future is completed when this returns; with a
	 * {@link ServiceException} if a service did not come to run or could not be stopped;
	 * with a {@link java.util.concurrent.CancellationException} if another operation or
	 * the stop of all came in between. Never called back inside the engine
	 * @throws ServiceException if there is no such service
	 */
	CompletableFuture<Void> perform(ServiceAction action, String... names);

	/**
	 * As {@link #perform} with an activation for each service, all in one step.
	 * @param activations the new activations by the names of services
	 * @return completed as {@link #perform} tells
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
	 * Which enabled services need a service, directly or through others. One that the
	 * operator stopped needs nothing, not even itself.
	 * @param name its name
	 * @return their names; itself among them if it is enabled
	 * @throws ServiceException if there is no such service
	 */
	List<String> neededBy(String name);

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
	 * Injects an event as if a service had emitted it, whether that runs or not.
	 * @param source the name of the service
	 * @param event the event
	 * @throws EventRefusedException if a hook whose policy is to fail cannot take it; the
	 * others have
	 * @throws ServiceException if there is no such service
	 */
	void emit(String source, Object event);

	/**
	 * What the work of a service looks like now.
	 * @param name its name
	 * @return a snapshot
	 * @throws ServiceException if there is no such service
	 */
	WorkSnapshot work(String name);

	/**
	 * What was counted of the work of a service until now. Waits for nothing.
	 * @param name its name
	 * @return the counts
	 * @throws ServiceException if there is no such service
	 */
	WorkCounts workCounts(String name);

	/**
	 * How busy the work of all services is now.
	 * @return the load
	 */
	Workload workload();

	/**
	 * Changes how many micro-tasks run at once. Those that run go on.
	 * @param limit how many, 2 or more
	 * @throws IllegalArgumentException if it is less
	 */
	void limitMicroTasks(int limit);

	/**
	 * Adds a listener to all events from now on, unless it is there already.
	 * @param listener the listener
	 */
	void addListener(ServiceEventListener listener);

	/**
	 * Removes a listener: it hears nothing more, whatever still waits for it.
	 * @param listener the listener
	 */
	void removeListener(ServiceEventListener listener);

}
