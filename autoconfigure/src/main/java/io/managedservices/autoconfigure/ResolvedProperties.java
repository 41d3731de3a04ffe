// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.task.TaskDecorator;

import io.managedservices.autoconfigure.ManagedServicesProperties.DefaultRestart;
import io.managedservices.autoconfigure.ManagedServicesProperties.Defaults;
import io.managedservices.autoconfigure.ManagedServicesProperties.Service;
import io.managedservices.autoconfigure.exit.ApplicationExit;
import io.managedservices.autoconfigure.exit.ExitOnBreakdown;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.ServiceOverrides;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.engine.EngineSettings;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceSettings;
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
 * @param mode whether the start of the context waits for the services
 */
record ResolvedProperties(DiscoverySettings discovery, EngineSettings engine, WorkSettings work, StartupMode mode) {

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
		Map<String, ServiceOverrides> services = new HashMap<>();
		properties.services().forEach((name, service) -> services.put(name, overrides(service)));
		Map<String, GateSettings> gates = ResolvedGates.of(properties.gates(), problems);
		WorkSettings work = ResolvedWork.of(properties.work(), problems);
		int exposedEventBuffer = ResolvedWork.exposedEventBuffer(properties.work(), problems);
		return new ResolvedProperties(new DiscoverySettings(defaults(properties.defaults()), services, gates, problems),
				new EngineSettings(startup, properties.startup().onFailure(), shutdown, exposedEventBuffer), work,
				properties.startup().mode());
	}

	/**
	 * What the services of a context are set up with.
	 * @param threads time and threads of the services
	 * @param taskDecorators what the application runs around each piece of work
	 * @param applicationExit ends the application when what runs the services fails
	 * @return the setup
	 */
	ServicesSetup setup(ServiceThreads threads, ObjectProvider<TaskDecorator> taskDecorators,
			ApplicationExit applicationExit) {
		return new ServicesSetup(this.discovery, (graph) -> {
			Backend backend = Backend.of(threads);
			ServiceEngine engine = new ServiceEngine(graph, this.engine, backend,
					new WorkEngine(this.work, backend, TaskDecorators.combine(taskDecorators)));
			engine.onBreakdown(new ExitOnBreakdown(applicationExit));
			return engine;
		}, this.mode, this.engine.shutdownTimeout());
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

	private static ServiceSettings defaults(Defaults defaults) {
		RetrySettings retry = new RetrySettings(defaults.retry().maxRetries(), defaults.retry().delay(),
				defaults.retry().multiplier(), defaults.retry().maxDelay(), defaults.retry().jitter(),
				defaults.retry().excludes(), defaults.retry().includes());
		return new ServiceSettings(defaults.prepareTimeout(), defaults.startTimeout(), defaults.stopTimeout(), retry,
				restart(defaults.restart()),
				new ServiceSettings.Health(defaults.health().interval(), defaults.health().timeout(),
						defaults.health().failureThreshold(), defaults.watchdog(), defaults.health().errorBuffer()),
				defaults.eventBuffer());
	}

	private static RestartSettings restart(DefaultRestart restart) {
		return new RestartSettings(restart.policy(), restart.maxRestarts(), restart.window(),
				new RestartSettings.Backoff(restart.delay(), restart.multiplier(), restart.maxDelay()),
				restart.onGiveUp());
	}

	private static ServiceOverrides overrides(Service service) {
		ServiceOverrides.Timeouts timeouts = new ServiceOverrides.Timeouts(service.prepareTimeout(),
				service.startTimeout(), service.stopTimeout());
		ServiceOverrides.Retry retry = new ServiceOverrides.Retry(service.retry().maxRetries(), service.retry().delay(),
				service.retry().multiplier(), service.retry().maxDelay(), service.retry().jitter(),
				service.retry().excludes(), service.retry().includes());
		ServiceOverrides.Restart restart = new ServiceOverrides.Restart(service.restart().policy(),
				service.restart().maxRestarts(), service.restart().window(), service.restart().delay(),
				service.restart().multiplier(), service.restart().maxDelay(), service.restart().onGiveUp());
		return new ServiceOverrides(service.required(), service.activation(), timeouts, retry, restart,
				new ServiceOverrides.Health(service.health().interval(), service.health().timeout(),
						service.health().failureThreshold(), service.watchdog(), service.health().errorBuffer()),
				service.eventBuffer());
	}

}
