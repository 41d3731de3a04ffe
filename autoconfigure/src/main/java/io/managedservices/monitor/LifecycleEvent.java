// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.ExposedEvent;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

/**
 * Something that happened to a service or to all of them. Told to every
 * {@link LifecycleListener} in the order in which it happened, and published as a Spring
 * application event.
 *
 * @since 0.1.0
 */
public sealed interface LifecycleEvent {

	/**
	 * A service came into another state.
	 *
	 * @param previous the state that it left
	 * @param service the service in its new state
	 * @param reason why it is being stopped, if it is
	 */
	record StateChanged(ServiceState previous, ServiceSnapshot service,
			@Nullable StopReason reason) implements LifecycleEvent {

	}

	/**
	 * The readiness or the health of a service changed while its state did not.
	 *
	 * @param previous how it was
	 * @param service the service as it is
	 */
	record VitalsChanged(ServiceSnapshot.Vitals previous, ServiceSnapshot service) implements LifecycleEvent {

	}

	/**
	 * Stopping a service failed: what it left behind is unknown. A stop that will be
	 * tried again is told, too.
	 *
	 * @param service the service
	 * @param cause what its stop threw, or a
	 * {@link java.util.concurrent.TimeoutException}
	 * @param retried whether it is tried again
	 */
	record StopFailed(ServiceSnapshot service, Throwable cause, boolean retried) implements LifecycleEvent {

	}

	/**
	 * A service reported an error, or one happened on its behalf, that does not change
	 * its state.
	 *
	 * @param service the service
	 * @param cause the error
	 */
	record ErrorReported(ServiceSnapshot service, Throwable cause) implements LifecycleEvent {

	}

	/**
	 * A service itself has failed, as {@link WorkKind#SERVICE} says: each failure of one
	 * of its methods or checks, at run time, or that it reports. What follows from it is
	 * told by other events.
	 *
	 * @param service the service as it was then
	 * @param failure the failure
	 */
	record ServiceFailed(ServiceSnapshot service, ServiceFailure failure) implements LifecycleEvent {

	}

	/**
	 * Something in the work of a service failed.
	 *
	 * @param service the service
	 * @param failure the failure
	 */
	record WorkFailed(ServiceSnapshot service, ServiceFailure failure) implements LifecycleEvent {

	}

	/**
	 * A service emitted an event of a type that is {@linkplain ExposedEvent exposed}. As
	 * a Spring application event, the event itself is published, too. The only event that
	 * is dropped, when more of them wait for listeners than may.
	 *
	 * @param source the name of the service
	 * @param event the event
	 */
	record Emitted(String source, Object event) implements LifecycleEvent {

	}

	/**
	 * A condition of a service was raised, changed or resolved, or vanished because the
	 * service has stopped.
	 *
	 * @param service the service as it is since then
	 * @param previous the condition as it was, or {@code null} if it was not raised
	 * before
	 * @param current the condition as it is, or {@code null} if it is gone
	 */
	record ConditionChanged(ServiceSnapshot service, @Nullable Condition previous,
			@Nullable Condition current) implements LifecycleEvent {

	}

	/**
	 * A method of a service, or a piece of its work, is still running although its
	 * timeout has passed: it is interrupted now, or not waited for any longer.
	 *
	 * @param service the service
	 * @param method what is still running: {@code prepare}, {@code start},
	 * {@code quiesce}, {@code stop}, {@code check} or {@code notice}, or work such as
	 * {@code worker 'listener'}
	 * @param timeout how long it was waited for: the timeout that has passed, or the time
	 * since it was told to end if the timeout of all services has passed before
	 * @param property the full name of the property whose time is over; for
	 * {@code quiesce} it is half of that; {@code null} for work that is left behind since
	 * the stop of the service has failed
	 * @param stack where it hangs
	 */
	record Hanging(ServiceSnapshot service, String method, Duration timeout, @Nullable String property,
			List<StackTraceElement> stack) implements LifecycleEvent {

	}

	/**
	 * The stop of a service has cut off a piece of its work: it left with an exception
	 * because it was interrupted or refused something then, or was interrupted since its
	 * time was over. Told once for each piece.
	 *
	 * @param service the service
	 * @param work what was cut off, such as {@code task 'recount'}
	 * @param after how long after it was told to end
	 * @param limit what limits its time, such as {@code half of
	 * managed-services.services.pollBook.stop-timeout}, or {@code null} if that was not
	 * over
	 * @param stack where it was
	 */
	record WorkCutOff(ServiceSnapshot service, String work, Duration after, @Nullable String limit,
			List<StackTraceElement> stack) implements LifecycleEvent {

		/**
		 * Whether its time was over.
		 * @return whether it was
		 */
		public boolean late() {
			return this.limit != null;
		}

	}

	/**
	 * A running service failed, and what depends on it is taken down with it.
	 *
	 * @param service the service that failed
	 * @param cause why
	 */
	record EpisodeOpened(ServiceSnapshot service, Throwable cause) implements LifecycleEvent {

	}

	/**
	 * Everything that a failure took down runs again, or will not run by itself.
	 *
	 * @param root the name of the service that failed first
	 * @param cause why
	 * @param duration since then
	 * @param affected the names of all services that were taken down, itself first
	 * @param down the names of those that do not run, without those on standby and those
	 * that were unregistered since, but for the root
	 */
	record EpisodeClosed(String root, Throwable cause, Duration duration, List<String> affected,
			List<String> down) implements LifecycleEvent {

	}

	/**
	 * A lease was acquired, lost or given back, or something else about it has changed.
	 *
	 * @param lease the lease as it is since then
	 * @param change what has happened
	 * @param cause why, if that is known
	 */
	record LeaseChanged(LeaseSnapshot lease, LeaseSnapshot.Change change,
			@Nullable Throwable cause) implements LifecycleEvent {

	}

	/**
	 * The store of the leases cannot be asked, or can be again.
	 *
	 * @param reachable whether it can
	 * @param cause why not, or {@code null}
	 */
	record LeaseStoreChanged(boolean reachable, @Nullable Throwable cause) implements LifecycleEvent {

	}

	/**
	 * A service was registered while the application runs. Told before anything else of
	 * it.
	 *
	 * @param service the service
	 */
	record ServiceRegistered(ServiceSnapshot service) implements LifecycleEvent {

	}

	/**
	 * A service was unregistered: it is known to nobody any more. Told after everything
	 * else of it, unless something of it could not be stopped.
	 *
	 * @param service the service as it was last
	 */
	record ServiceUnregistered(ServiceSnapshot service) implements LifecycleEvent {

	}

	/**
	 * All services were told to start.
	 *
	 * @param services how many there are
	 */
	record Starting(int services) implements LifecycleEvent {

	}

	/**
	 * The start of all services still goes on. Told after
	 * {@code managed-services.startup.progress}, then each time that the start has taken
	 * twice as long.
	 *
	 * @param duration from the first command until now
	 */
	record StillStarting(Duration duration) implements LifecycleEvent {

	}

	/**
	 * The start of all services has come to its end: every required service runs, or the
	 * start failed or was cancelled.
	 *
	 * @param duration from the first command until now
	 * @param failure why not every required service runs, or {@code null} if each does
	 */
	record Started(Duration duration, @Nullable Throwable failure) implements LifecycleEvent {

	}

	/**
	 * A running service has asked to be stopped and started again, which is no failure.
	 *
	 * @param service the service
	 * @param reason why, for people
	 */
	record RestartRequested(ServiceSnapshot service, String reason) implements LifecycleEvent {

	}

	/**
	 * A required service was given up, and its setting {@code restart.on-give-up} says
	 * that the application is to end then. Not told where the start of all services fails
	 * with it: that ends the application anyway.
	 *
	 * @param service the service
	 */
	record ShutdownRequested(ServiceSnapshot service) implements LifecycleEvent {

	}

	/**
	 * A service has asked for the end of the application.
	 *
	 * @param service the service
	 * @param code the exit code
	 */
	record ExitRequested(ServiceSnapshot service, int code) implements LifecycleEvent {

	}

	/**
	 * All running services were told to take no new work.
	 */
	record Quiescing() implements LifecycleEvent {

	}

	/**
	 * All running services have returned from their quiesce, or the time for it is over,
	 * or they are stopped already.
	 *
	 * @param duration from the command until now
	 * @param shares the services that were told to
	 */
	record Quiesced(Duration duration, List<ShutdownShare> shares) implements LifecycleEvent {

	}

	/**
	 * The shutdown timeout has passed.
	 *
	 * @param timeout the timeout
	 * @param shares what each service has taken of it, those that are not down first,
	 * then those that took longest
	 */
	record ShutdownTimedOut(Duration timeout, List<ShutdownShare> shares) implements LifecycleEvent {

	}

	/**
	 * All services were told to stop.
	 *
	 * @param services how many there are
	 */
	record Stopping(int services) implements LifecycleEvent {

	}

	/**
	 * All services are at rest, or the shutdown timeout has passed.
	 *
	 * @param duration from the command until now
	 * @param abandoned the names of services that did not stop in time
	 */
	record Stopped(Duration duration, List<String> abandoned) implements LifecycleEvent {

	}

}
