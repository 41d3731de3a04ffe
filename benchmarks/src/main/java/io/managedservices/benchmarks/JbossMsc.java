// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.TimeUnit;

import org.jboss.msc.Service;
import org.jboss.msc.service.ServiceBuilder;
import org.jboss.msc.service.ServiceContainer;
import org.jboss.msc.service.ServiceController;
import org.jboss.msc.service.ServiceName;
import org.jboss.msc.service.StartContext;
import org.jboss.msc.service.StartException;
import org.jboss.msc.service.StopContext;

/**
 * JBoss Modular Service Container: a container per operation, with as many threads as
 * there are processors. It begins to start services as they are installed. They are
 * installed after their dependencies, since the search for cycles at each installation is
 * a recursion over the dependents that are there already.
 */
final class JbossMsc implements GraphRunner {

	@Override
	public DefinedGraph define(GraphPlan plan, Callbacks callbacks) {
		ServiceContainer container = container();
		for (int service = 0; service < plan.size(); service++) {
			install(container, plan, service, callbacks);
		}
		return new DefinedGraph() {

			@Override
			public void start() throws InterruptedException {
				container.awaitStability();
			}

			@Override
			public void stop() throws InterruptedException {
				container.shutdown();
				container.awaitTermination();
			}

		};
	}

	static ServiceContainer container() {
		return ServiceContainer.Factory.create(Runtime.getRuntime().availableProcessors(), 30, TimeUnit.SECONDS, false);
	}

	static ServiceController<?> install(ServiceContainer container, GraphPlan plan, int service, Callbacks callbacks) {
		ServiceBuilder<?> builder = container.addService();
		builder.provides(ServiceName.of(plan.name(service)));
		for (int dependency : plan.dependencies(service)) {
			builder.requires(ServiceName.of(plan.name(dependency)));
		}
		return builder.setInstance(new CallingService(service, callbacks)).install();
	}

	/**
	 * A service that calls.
	 *
	 * @param index its index
	 * @param callbacks what it calls
	 */
	private record CallingService(int index, Callbacks callbacks) implements Service {

		@Override
		public void start(StartContext context) throws StartException {
			try {
				this.callbacks.start(this.index);
			}
			catch (InterruptedException ex) {
				throw new StartException(ex);
			}
		}

		@Override
		public void stop(StopContext context) {
			this.callbacks.stop(this.index);
		}

	}

}
