// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * The engine of this project with its default settings: a new one per operation, with a
 * listener that counts events. An operation ends when the last event has been told.
 */
final class EngineServices implements GraphRunner {

	@Override
	public DefinedGraph define(GraphPlan plan, Callbacks callbacks) {
		ServiceEngine engine = engine(plan, callbacks, ServiceSettings.DEFAULTS);
		EventCount events = new EventCount();
		engine.addListener(events);
		return new DefinedGraph() {

			@Override
			public void start() throws Exception {
				engine.start().get();
			}

			@Override
			public void stop() throws Exception {
				engine.stop().get();
				events.verify(plan.size());
			}

		};
	}

	/**
	 * An engine, at rest.
	 * @param plan the graph
	 * @param callbacks what the services call
	 * @param settings of each service
	 * @return the engine
	 */
	static ServiceEngine engine(GraphPlan plan, Callbacks callbacks, ServiceSettings settings) {
		List<ServiceDefinition> definitions = new ArrayList<>(plan.size());
		for (int service = 0; service < plan.size(); service++) {
			definitions.add(ServiceDefinition.of(plan.name(service), new CallingService(service, callbacks), settings,
					dependencies(plan, service)));
		}
		return new ServiceEngine(ServiceGraph.of(definitions), EngineSettings.DEFAULTS, ThreadBackend.platform());
	}

	private static List<ServiceDependency> dependencies(GraphPlan plan, int service) {
		int[] indexes = plan.dependencies(service);
		List<ServiceDependency> dependencies = new ArrayList<>(indexes.length);
		for (int dependency : indexes) {
			dependencies.add(new ServiceDependency(plan.name(dependency), Kind.REQUIRED, "dependsOn"));
		}
		return dependencies;
	}

	/**
	 * A service that calls.
	 *
	 * @param index its index
	 * @param callbacks what it calls
	 */
	private record CallingService(int index, Callbacks callbacks) implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws InterruptedException {
			this.callbacks.start(this.index);
		}

		@Override
		public void stop(ServiceContext context) {
			this.callbacks.stop(this.index);
		}

	}

	/**
	 * Counts changes of state. Events come one at a time, and the last one, of which the
	 * latch tells, after all others.
	 */
	private static final class EventCount implements LifecycleListener {

		private static final int CHANGES_PER_SERVICE = 4;

		private final CountDownLatch last = new CountDownLatch(1);

		private long changes;

		@Override
		public void onEvent(LifecycleEvent event) {
			if (event instanceof LifecycleEvent.StateChanged) {
				this.changes++;
			}
			else if (event instanceof LifecycleEvent.Stopped) {
				this.last.countDown();
			}
		}

		void verify(int services) throws InterruptedException {
			this.last.await();
			if (this.changes < (long) services * CHANGES_PER_SERVICE) {
				throw new IllegalStateException(
						"%d changes of state were told for %d services".formatted(this.changes, services));
			}
		}

	}

}
