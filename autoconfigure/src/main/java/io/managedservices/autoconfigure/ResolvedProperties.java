// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.task.TaskDecorator;

import io.managedservices.autoconfigure.exit.ApplicationExit;
import io.managedservices.autoconfigure.exit.ExitOnBreakdown;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.SettingsOverlay;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.drawing.PrintFormat;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.lifecycle.ServicesSetup;
import io.managedservices.internal.lifecycle.StartupMode;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;

/**
 * The properties as the context and the engine take them, and what is wrong with them.
 * Immutable.
 *
 * @param discovery what is configured about services
 * @param engine the times and limits of all services together
 * @param work the limits of the work inside them
 * @param leases the leases by which they run
 * @param mode whether the start of the context waits for the services
 * @param print how the graph is printed instead of starting anything, or {@code null}
 */
record ResolvedProperties(DiscoverySettings discovery, EngineSettings engine, WorkSettings work, ResolvedLeases leases,
		StartupMode mode, @Nullable PrintFormat print) {

	/** What Spring needs besides, to stop the other beans of our phase. */
	private static final Duration MARGIN = Duration.ofSeconds(5);

	/**
	 * Resolves properties.
	 * @param properties the properties
	 * @param phaseTimeout how long Spring lets us stop: afterwards it destroys beans
	 * @return the resolved properties
	 */
	static ResolvedProperties of(ManagedServicesProperties properties, Duration phaseTimeout) {
		List<GraphProblem> problems = new ArrayList<>();
		Duration startup = properties.startup().timeout();
		checkRange("managed-services.startup.timeout", startup, problems);
		Duration shutdown = shutdownTimeout(properties.shutdown().timeout(), phaseTimeout, problems);
		Map<String, SettingsOverlay> services = new HashMap<>();
		properties.services().forEach((name, service) -> services.put(name, SettingsOverlay.of(service)));
		Map<String, GateSettings> gates = ResolvedGates.of(properties.gates(), problems);
		WorkSettings work = ResolvedWork.of(properties.work(), problems);
		int exposedEventBuffer = ResolvedWork.exposedEventBuffer(properties.work(), problems);
		Map<String, List<String>> listeners = new LinkedHashMap<>();
		properties.listeners().forEach((name, listener) -> listeners.put(name, listener.dependsOn()));
		return new ResolvedProperties(
				new DiscoverySettings(properties.defaults(), services, gates, listeners, problems),
				new EngineSettings(startup, properties.startup().onFailure(), shutdown, exposedEventBuffer,
						progress(properties.startup().progress(), problems)),
				work, ResolvedLeases.of(properties.lease(), properties.leases(), problems), properties.startup().mode(),
				properties.print());
	}

	/**
	 * What the services of a context are set up with.
	 * @param threads time and threads of the services
	 * @param taskDecorators what the application runs around each piece of work
	 * @param surroundings what is put around user code inside services, asked once there
	 * are any
	 * @param beanFactory has the store of the leases
	 * @param applicationExit ends the application when what runs the services fails
	 * @return the setup
	 */
	ServicesSetup setup(ServiceThreads threads, ObjectProvider<TaskDecorator> taskDecorators,
			Supplier<@Nullable Surrounding> surroundings, ConfigurableListableBeanFactory beanFactory,
			ApplicationExit applicationExit) {
		return new ServicesSetup(this.discovery, (graph) -> {
			Backend backend = Backend.of(threads);
			Surrounding surrounding = surroundings.get();
			ServiceEngine engine = new ServiceEngine(graph, this.engine, backend,
					new WorkEngine(this.work, backend, TaskDecorators.combine(taskDecorators), surrounding),
					surrounding);
			engine.onBreakdown(new ExitOnBreakdown(applicationExit));
			this.leases.check(graph);
			engine.keepLeases(this.leases.store(backend, beanFactory), this.leases.settings());
			return engine;
		}, this.mode, this.engine.shutdownTimeout(), this.print);
	}

	private static Duration progress(Duration configured, List<GraphProblem> problems) {
		if (!configured.isZero() && !isInRange(configured)) {
			problems.add(new GraphProblem(
					"managed-services.startup.progress is invalid: expected a duration from 0 up to 36500d, found %s."
						.formatted(configured),
					"Correct managed-services.startup.progress."));
			return Duration.ZERO;
		}
		return configured;
	}

	private static Duration shutdownTimeout(@Nullable Duration configured, Duration phaseTimeout,
			List<GraphProblem> problems) {
		if (phaseTimeout.isNegative() || phaseTimeout.isZero()) {
			problems.add(new GraphProblem(
					"spring.lifecycle.timeout-per-shutdown-phase is invalid: expected a duration above 0, found %s: Spring would destroy beans that services use before the services have stopped."
						.formatted(phaseTimeout),
					"Raise spring.lifecycle.timeout-per-shutdown-phase, or remove it."));
			return EngineSettings.DEFAULTS.shutdownTimeout();
		}
		if (configured == null) {
			Duration below = phaseTimeout.minus(MARGIN);
			Duration part = phaseTimeout.multipliedBy(5).dividedBy(6);
			return (below.compareTo(part) > 0) ? below : part;
		}
		checkRange("managed-services.shutdown.timeout", configured, problems);
		if (!isInRange(configured)) {
			return EngineSettings.DEFAULTS.shutdownTimeout();
		}
		if (configured.compareTo(phaseTimeout) >= 0) {
			problems.add(new GraphProblem(
					"managed-services.shutdown.timeout is %s, and Spring destroys the beans after %s, whether they have stopped or not: expected less than spring.lifecycle.timeout-per-shutdown-phase."
						.formatted(configured, phaseTimeout),
					"Lower managed-services.shutdown.timeout, remove it, or raise spring.lifecycle.timeout-per-shutdown-phase."));
		}
		return configured;
	}

	static void checkRange(String property, Duration value, List<GraphProblem> problems) {
		if (!isInRange(value)) {
			problems.add(new GraphProblem(
					"%s is invalid: expected a duration above 0 and up to 36500d, found %s.".formatted(property, value),
					"Correct %s.".formatted(property)));
		}
	}

	/**
	 * Whether a duration can be waited for.
	 * @param value the duration
	 * @return whether it is above 0 and up to 36500 days
	 */
	static boolean isInRange(Duration value) {
		return !value.isNegative() && !value.isZero() && value.compareTo(PhaseTimeout.LONGEST) <= 0;
	}

}
