// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.ServiceEvents;
import io.managedservices.lease.Lease;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceException;
import io.managedservices.state.StopReason;
import io.managedservices.work.ServiceWork;

/**
 * One incarnation of a service: it begins when the service is prepared or an attempt to
 * start it begins, and ends when the service has stopped. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public interface ServiceContext {

	/**
	 * The name of the service.
	 * @return the name
	 */
	String name();

	/**
	 * The number of this attempt to start the service.
	 * @return 1 for the first, 0 while it is being prepared
	 */
	int attempt();

	/**
	 * Whether this incarnation is to end: a long start should give up, a loop should end.
	 * The thread of a piece of work or of a method of the service is not interrupted
	 * after it has been told so here, until half of the stop timeout has passed.
	 * @return whether it is, in constant time
	 */
	boolean isStopping();

	/**
	 * Why this incarnation is to end.
	 * @return the reason, or {@code null} while it is not to end
	 */
	@Nullable StopReason stopReason();

	/**
	 * Completes when this incarnation is to end.
	 * @return a stage that is completed with the reason, never exceptionally
	 */
	CompletionStage<StopReason> stopping();

	/**
	 * What a service that this one depends on provides, else that service itself. It is
	 * there from the start of this service to the end of its stop.
	 * @param <T> the type of the value, or of the service
	 * @param name a name from among the dependencies of this service
	 * @param type the type of the value, or of the service
	 * @return the value if it provides one of that type, else the service itself
	 * @throws IllegalArgumentException if this service does not depend on that one
	 * @throws ServiceException if neither has that type, or it has provided nothing
	 */
	<T> T dependency(String name, Class<T> type);

	/**
	 * Provides a value to others: a client, a configuration that was read from elsewhere.
	 * To be called while the service is being started, or runs. It can be had through
	 * {@link #dependency}, {@link Provided} and {@link ManagedServices#provided} once the
	 * service runs, and until it is to stop; one that is provided later takes its place.
	 * Does nothing once this incarnation is to end.
	 * @param value the value
	 * @throws IllegalArgumentException if it is not of the type that the service is
	 * declared to provide
	 * @throws IllegalStateException if the service is only being prepared
	 */
	void provide(Object value);

	/**
	 * Reports that the service has failed: it is stopped, after its dependents, and
	 * started again as the restart settings allow. While it is being started, that
	 * attempt has failed. Does nothing once this incarnation is to end.
	 * @param cause why
	 */
	void fail(Throwable cause);

	/**
	 * Asks to be stopped, after its dependents, and started again: its configuration has
	 * changed, say. This is no failure: there is no delay, and it does not count as one
	 * of the restarts that the service has. Does nothing once this incarnation is to end.
	 * @param reason why, for people
	 * @throws IllegalStateException if the service is being prepared or started: what is
	 * thrown there has it tried again, after a delay
	 */
	void restart(String reason);

	/**
	 * Reports that the service has done what it was to do: it is stopped, after its
	 * dependents, without a failure. Does nothing unless it runs.
	 */
	void complete();

	/**
	 * Asks for the end of the application: it is closed, which stops all services in
	 * order, and the process exits with a code. Returns at once. During the start of the
	 * application that ends without a failure. Only the first such wish counts; does
	 * nothing after the end of this incarnation.
	 * @param code the exit code, 0 to 255, where 0 means that all is well
	 * @throws IllegalArgumentException if it is out of range
	 */
	void exit(int code);

	/**
	 * Tells the watchdog that the service is alive, if one is configured.
	 */
	void beat();

	/**
	 * Tells in a few words what a long start or stop is doing, or what is still active
	 * while the service quiesces. It is shown wherever the state of the service is, until
	 * the next change of state.
	 * @param text what is being done
	 */
	void status(String text);

	/**
	 * What the service wants known of itself: hints, warnings and errors.
	 * @return its conditions, until it has stopped
	 */
	Conditions conditions();

	/**
	 * Reports an error that the service got over, such as an item that could not be
	 * processed. The last 50 are kept, or as many as {@code health.error-buffer} says;
	 * older ones are counted. They make the service unhealthy until a round of health
	 * checks that begins later passes, or the service or an operator
	 * {@linkplain ServiceAction#CLEAR_ERRORS clears} them.
	 * <p>
	 * A round in which there is no health to check passes, too. It clears errors that are
	 * one {@code health.interval} old, 15 s by default. After the end of this incarnation
	 * an error only reaches listeners.
	 * @param cause what went wrong
	 */
	void reportError(Throwable cause);

	/**
	 * Forgets the errors that were {@linkplain #reportError reported} until now: the
	 * service knows that they are over. Its {@linkplain #conditions() conditions}, which
	 * are resolved one by one, and the results of checks stay as they are. Does nothing
	 * after the end of this incarnation.
	 */
	void clearErrors();

	/**
	 * Adds a part with checks of its own, until it is removed or the service has stopped.
	 * It is shown as {@code database.pool} if this is the service {@code database}.
	 * @param name its name within the service
	 * @param component the part
	 * @return removes it
	 * @throws ServiceException if there is a component or a service of that full name
	 * already; the message names both
	 * @throws IllegalArgumentException if the name is blank
	 * @throws IllegalStateException if this incarnation is to end
	 */
	ServiceComponent.Registration component(String name, ServiceComponent component);

	/**
	 * The {@linkplain ManagedService#lease() lease} that the service runs by.
	 * @return the lease of this incarnation
	 * @throws IllegalStateException if it runs without one, or is only being prepared
	 */
	Lease lease();

	/**
	 * The work of this incarnation: workers, tasks, micro-tasks and tickers.
	 * @return its work
	 * @throws IllegalStateException if the service is only being prepared
	 */
	ServiceWork work();

	/**
	 * The services that belong to this incarnation.
	 * @return its services
	 * @throws IllegalStateException if the service is only being prepared
	 */
	SubServices services();

	/**
	 * The events of this service, and of others for it.
	 * @return its events
	 * @throws IllegalStateException if the service is only being prepared
	 */
	ServiceEvents events();

}
