// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.state.ServiceDependency;

/**
 * Adds to services of a certain kind what makes them that. Asked once for each service,
 * by one thread, when all singletons of the context exist; for services that are
 * registered later, by any thread, also for those that turn out to be refused.
 *
 * @since 0.1.0
 */
public interface ServiceExtension {

	/**
	 * Adds to a service.
	 * @param service the name of the service
	 * @param instance the bean, a proxy perhaps
	 * @param problems is told what is wrong
	 * @return what is added, or {@code null} if it is not of that kind
	 */
	@Nullable Addition extend(String service, Object instance, Consumer<GraphProblem> problems);

	/**
	 * Whether a service goes on by itself, so that the application does not end while it
	 * runs.
	 * @param service the name of a service
	 * @return whether it does because of this
	 */
	default boolean keepsAlive(String service) {
		return false;
	}

	/**
	 * A service was unregistered, and none of its name has come since. Called by any
	 * thread, inside the coordinator of the engine: must not wait for anything.
	 * @param service the name of the service
	 */
	default void forget(String service) {
	}

	/**
	 * All services were found.
	 * @param problems is told what is wrong
	 */
	default void discovered(Consumer<GraphProblem> problems) {
	}

	/**
	 * What is added to a service.
	 *
	 * @param afterStart called at the end of each start
	 * @param dependencies what it depends on besides
	 */
	record Addition(ServiceCallbacks.Callback afterStart, List<ServiceDependency> dependencies) {

	}

}
