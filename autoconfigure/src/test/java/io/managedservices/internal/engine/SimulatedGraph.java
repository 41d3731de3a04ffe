// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.managedservices.Restart;
import io.managedservices.event.EventPolicy;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;

/**
 * Random graphs of 1 to 200 services: chains, fans, diamonds and arbitrary ones, with
 * random settings. Their methods are never called: the simulation plays them.
 */
final class SimulatedGraph {

	private final Random random;

	/** Is given the name of each service that is told of an event, if there are any. */
	private final @Nullable Told hook;

	SimulatedGraph(Random random, @Nullable Told hook) {
		this.random = random;
		this.hook = hook;
	}

	ServiceGraph create() {
		int size = 1 + this.random.nextInt((this.random.nextInt(10) == 0) ? 200 : 25);
		int shape = this.random.nextInt(5);
		boolean plain = this.random.nextInt(3) == 0;
		List<ServiceDefinition> definitions = new ArrayList<>();
		for (int index = 0; index < size; index++) {
			definitions.add(definition("s" + index, edges(index, size, shape), plain, hooks(index)));
		}
		return ServiceGraph.of(definitions);
	}

	private List<ServiceDependency> edges(int index, int size, int shape) {
		List<ServiceDependency> edges = new ArrayList<>();
		switch (shape) {
			case 0 -> add(edges, index - 1);
			case 1 -> add(edges, (index > 0) ? 0 : -1);
			case 2 -> {
				int layer = Math.max(1, size / 4);
				for (int other = (index / layer - 1) * layer; other >= 0 && other < (index / layer) * layer; other++) {
					add(edges, other);
				}
			}
			case 3 -> {
				for (int other = 0; index == size - 1 && other < index; other++) {
					add(edges, other);
				}
			}
			default -> {
				for (int other = 0; other < index; other++) {
					if (this.random.nextInt(index) < 3) {
						add(edges, other);
					}
				}
			}
		}
		return edges;
	}

	private void add(List<ServiceDependency> edges, int target) {
		if (target >= 0) {
			Kind kind = (this.random.nextInt(5) == 0) ? Kind.AFTER : Kind.REQUIRED;
			edges.add(new ServiceDependency("s" + target, kind, "simulation"));
		}
	}

	/**
	 * A service that comes to others.
	 * @param name its name
	 * @param edges what it depends on
	 * @return the service
	 */
	ServiceDefinition further(String name, List<ServiceDependency> edges) {
		return definition(name, edges, oneIn(3), List.of());
	}

	private ServiceDefinition definition(String name, List<ServiceDependency> edges, boolean plain,
			List<ServiceHook> hooks) {
		boolean required = this.random.nextInt(4) != 0;
		Activation activation = Activation.ENABLED;
		if (this.random.nextInt(12) == 0) {
			activation = this.random.nextBoolean() ? Activation.ON_DEMAND : Activation.DISABLED;
		}
		ServiceDescriptor descriptor = new ServiceDescriptor(name, required, activation, edges);
		return new ServiceDefinition(descriptor, descriptor, callbacks(plain), settings(), null, hooks);
	}

	private List<ServiceHook> hooks(int index) {
		Told told = this.hook;
		if (told == null || !oneIn(4)) {
			return List.of();
		}
		String source = oneIn(2) ? "" : "s" + this.random.nextInt(index + 1);
		EventPolicy policy = EventPolicy.values()[this.random.nextInt(3)];
		return List.of(new ServiceHook("hook", source, ResolvableType.forClass(SimulatedEvent.class), policy,
				(policy == EventPolicy.BUFFER && oneIn(2)) ? 1 + this.random.nextInt(3) : ServiceHook.OF_SERVICE,
				(event, origin, incarnation) -> told.hooked("s" + index, (SimulatedEvent) event)));
	}

	private ServiceCallbacks callbacks(boolean plain) {
		return new ServiceCallbacks(oneIn(plain ? 0 : 3) ? (context) -> {
		} : null, !oneIn(8) ? (context) -> {
		} : null, !oneIn(8) ? (context) -> {
		} : null, oneIn(plain ? 0 : 4) ? () -> {
		} : null, oneIn(plain ? 0 : 6) ? () -> {
		} : null, oneIn(plain ? 0 : 3) ? (name, available) -> {
		} : null, !oneIn(plain ? 1 : 3) ? (context) -> {
		} : null);
	}

	private boolean oneIn(int count) {
		return count > 0 && this.random.nextInt(count) == 0;
	}

	private ServiceSettings settings() {
		RetrySettings retry = new RetrySettings(this.random.nextInt(4), millis(0, 20), 1 + this.random.nextInt(2),
				millis(20, 40), Duration.ZERO, List.of());
		Duration prepareTimeout = millis(5, 40);
		Duration startTimeout = millis(5, 60);
		Duration stopTimeout = millis(5, 60);
		RestartSettings restart = restart();
		Duration interval = millis(10, 50);
		Duration timeout = millis(2, 20);
		int failureThreshold = this.random.nextInt(3);
		Duration watchdog = oneIn(6) ? millis(20, 100) : null;
		ServiceSettings.Health health = new ServiceSettings.Health(interval, timeout, failureThreshold,
				1 + this.random.nextInt(4));
		return new ServiceSettings(prepareTimeout, startTimeout, stopTimeout, retry, restart, health, watchdog,
				1 + this.random.nextInt(6), millis(0, 40));
	}

	private RestartSettings restart() {
		return new RestartSettings(Restart.Policy.values()[this.random.nextInt(3)],
				oneIn(6) ? RestartSettings.UNLIMITED : this.random.nextInt(4), millis(200, 2000),
				new RestartSettings.Backoff(millis(1, 20), 1 + this.random.nextInt(2), millis(20, 40)),
				Restart.OnGiveUp.DEGRADE);
	}

	private Duration millis(int least, int most) {
		return Duration.ofMillis(least + this.random.nextInt(most - least + 1));
	}

	/**
	 * Is called by the hooks of services.
	 */
	@FunctionalInterface
	interface Told {

		void hooked(String target, SimulatedEvent event) throws Exception;

	}

}
