// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Makes gates: services that run while something that others know of is up. Called by one
 * thread, when all singletons of the context exist.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface GateFactory {

	/**
	 * Makes a gate.
	 * @param name the name of the service that it is
	 * @param settings what is configured of it
	 * @param problems is told what is wrong with that
	 * @return the service, or {@code null} if there can be none
	 */
	@Nullable ServiceLifecycle create(String name, GateSettings settings, Consumer<GraphProblem> problems);

}
