// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

/**
 * What a service does when it is prepared, started, stopped and asked how it is. All
 * methods are optional.
 * <p>
 * At most one of these methods is called at a time for one service, never on the thread
 * that refreshes the context. Each is interrupted when its timeout has passed; a method
 * that ignores the interrupt keeps its service from being started again until it has
 * returned. Methods of different services run in parallel.
 *
 * @since 0.1.0
 */
public interface ServiceLifecycle {

	/**
	 * Called once, before any service is started, and after the dependencies have been
	 * prepared: the place to check configuration. Not retried.
	 * @param context of this incarnation
	 * @throws Exception if the service cannot ever start
	 */
	default void prepare(ServiceContext context) throws Exception {
	}

	/**
	 * Starts the service: it runs once this returns. Called when all dependencies run.
	 * @param context of this incarnation
	 * @throws Exception if it could not be started; {@link #stop} is then called to clean
	 * up, and the start is retried
	 */
	default void start(ServiceContext context) throws Exception {
	}

	/**
	 * Tells the running service that the application is about to end: it takes no new
	 * work from now on, finishes what it can, and says by {@link ServiceContext#status}
	 * what is still active. It goes on running, since requests that were accepted before
	 * may need it, until {@link #stop} is called. Called on all running services at once,
	 * before the web server ends its requests; interrupted when half of the shutdown
	 * timeout has passed.
	 * @param context the one that {@link #start} was given
	 * @throws Exception if it could not, which is logged; the service is stopped all the
	 * same
	 */
	default void quiesce(ServiceContext context) throws Exception {
	}

	/**
	 * Stops the service. Called when all dependents are at rest, and once after a start
	 * that failed or was cancelled, to clean up what it left.
	 * @param context the one that {@link #start} was given
	 * @throws Exception if it could not be stopped; it is called again, as the retry
	 * settings and the stop timeout allow, unless this was the clean-up after a start
	 */
	default void stop(ServiceContext context) throws Exception {
	}

	/**
	 * Tells the running service that one which it comes {@linkplain ManagedService#after
	 * after} runs: once it has started for each that does, and then whenever one does
	 * again.
	 * @param name the name of that service
	 * @throws Exception if it cannot make use of it, which is logged
	 */
	default void dependencyAvailable(String name) throws Exception {
	}

	/**
	 * Tells the running service that one which it comes {@linkplain ManagedService#after
	 * after} does not run any more.
	 * @param name the name of that service
	 * @throws Exception if it cannot do without it, which is logged
	 */
	default void dependencyLost(String name) throws Exception {
	}

	/**
	 * Checks whether the running service can take work. Called in the background, first
	 * when it has started and then at the health interval, never by a request.
	 * @throws Exception if it cannot
	 */
	default void checkReady() throws Exception {
	}

	/**
	 * Checks whether the running service is in order. Called after {@link #checkReady}.
	 * @throws Exception if it is not
	 */
	default void checkHealth() throws Exception {
	}

}
