// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.drawing.PrintFormat;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.graph.ServiceGraph;

/**
 * What is configured of the services of a context, and what runs them. Made when there
 * are services. Immutable.
 *
 * @param discovery what is configured of each service
 * @param engineFactory makes what runs a graph
 * @param mode whether the start of the context waits for the services
 * @param shutdownTimeout how long all of them may take to stop
 * @param print how the graph is printed instead of starting anything, or {@code null}
 * @since 0.1.0
 */
public record ServicesSetup(DiscoverySettings discovery, Function<ServiceGraph, ServiceEngine> engineFactory,
		StartupMode mode, Duration shutdownTimeout, @Nullable PrintFormat print) {
}
