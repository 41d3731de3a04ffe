// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.ArrayList;
import java.util.List;

import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * Prints how long it takes to register one service, and to unregister it, while 100,
 * 1,000 and 10,000 others run.
 */
public final class ComingAndGoing {

	private static final int ROUNDS = 2000;

	private ComingAndGoing() {
	}

	/**
	 * Measures.
	 * @param args none
	 * @throws Exception if anything fails
	 */
	public static void main(String[] args) throws Exception {
		System.out.println("services  register  unregister  (microseconds, median)");
		for (int services : new int[] { 100, 1_000, 10_000 }) {
			measure(services);
		}
	}

	private static void measure(int services) throws Exception {
		List<ServiceDefinition> definitions = new ArrayList<>();
		for (int number = 0; number < services; number++) {
			definitions.add(service("s" + number, (number > 0) ? "s0" : null));
		}
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(definitions), EngineSettings.DEFAULTS,
				ThreadBackend.platform());
		engine.start().get();
		List<Long> registered = new ArrayList<>();
		List<Long> unregistered = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			Candidates tenant = new Candidates(List.of(service("tenant", "s0")), List.of());
			long begin = System.nanoTime();
			engine.register(tenant).get();
			long middle = System.nanoTime();
			engine.unregister("tenant").get();
			registered.add(middle - begin);
			unregistered.add(System.nanoTime() - middle);
		}
		System.out.printf("%8d  %8d  %10d%n", services, median(registered), median(unregistered));
		engine.stop().get();
	}

	private static long median(List<Long> nanos) {
		List<Long> later = new ArrayList<>(nanos.subList(nanos.size() / 2, nanos.size()));
		later.sort(null);
		return later.get(later.size() / 2) / 1000;
	}

	private static ServiceDefinition service(String name, String dependency) {
		List<ServiceDependency> dependencies = (dependency != null)
				? List.of(new ServiceDependency(dependency, Kind.REQUIRED, "benchmark")) : List.of();
		return ServiceDefinition.of(name, new ServiceLifecycle() {
		}, ServiceSettings.DEFAULTS, dependencies);
	}

}
