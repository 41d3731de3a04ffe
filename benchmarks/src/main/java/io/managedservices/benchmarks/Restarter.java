// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.jboss.msc.service.ServiceContainer;
import org.jboss.msc.service.ServiceController;

import io.managedservices.Restart;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RestartSettings.Backoff;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.LifecycleEvent;

/**
 * Services that run, and the first of which can fail. Used by one thread.
 */
interface Restarter {

	/**
	 * The first service fails. Returns when all services run again.
	 * @throws Exception if anything goes wrong
	 */
	void failFirst() throws Exception;

	/**
	 * Stops all services.
	 * @throws Exception if anything goes wrong
	 */
	void close() throws Exception;

	/**
	 * What can restart services.
	 */
	enum Kind {

		/**
		 * The engine of this project: the first service fails, and is restarted at once.
		 */
		ENGINE {

			@Override
			Restarter start(GraphPlan plan, Callbacks callbacks) throws Exception {
				return new EngineRestarter(plan, callbacks);
			}

		},

		/**
		 * JBoss MSC, which knows no failure at run time: the first service is stopped and
		 * started.
		 */
		MSC {

			@Override
			Restarter start(GraphPlan plan, Callbacks callbacks) throws Exception {
				return new MscRestarter(plan, callbacks);
			}

		};

		abstract Restarter start(GraphPlan plan, Callbacks callbacks) throws Exception;

	}

	/**
	 * The engine of this project.
	 */
	final class EngineRestarter implements Restarter {

		private static final Throwable CAUSE = new IllegalStateException("benchmark");

		private final ServiceEngine engine;

		private volatile CountDownLatch closed = new CountDownLatch(0);

		EngineRestarter(GraphPlan plan, Callbacks callbacks) throws Exception {
			RestartSettings restart = new RestartSettings(Restart.Policy.ON_FAILURE, 1_000_000, Duration.ofMillis(1),
					new Backoff(Duration.ZERO, 1, Duration.ofSeconds(1)), Restart.OnGiveUp.DEGRADE);
			this.engine = EngineServices.engine(plan, callbacks, ServiceSettings.DEFAULTS.withRestart(restart));
			this.engine.addListener((event) -> {
				if (event instanceof LifecycleEvent.EpisodeClosed) {
					this.closed.countDown();
				}
			});
			this.engine.start().get();
		}

		@Override
		public void failFirst() throws Exception {
			this.closed = new CountDownLatch(1);
			this.engine.fail("service-0", CAUSE).get();
			this.closed.await();
			if (!this.engine.isReady()) {
				throw new IllegalStateException("Not all services run again: " + this.engine.readiness());
			}
		}

		@Override
		public void close() throws Exception {
			this.engine.stop().get();
		}

	}

	/**
	 * JBoss MSC.
	 */
	final class MscRestarter implements Restarter {

		private final ServiceContainer container;

		private final ServiceController<?> first;

		MscRestarter(GraphPlan plan, Callbacks callbacks) throws Exception {
			this.container = JbossMsc.container();
			this.first = JbossMsc.install(this.container, plan, 0, callbacks);
			for (int service = 1; service < plan.size(); service++) {
				JbossMsc.install(this.container, plan, service, callbacks);
			}
			this.container.awaitStability();
		}

		@Override
		public void failFirst() throws Exception {
			this.first.setMode(ServiceController.Mode.NEVER);
			this.container.awaitStability();
			this.first.setMode(ServiceController.Mode.ACTIVE);
			this.container.awaitStability();
		}

		@Override
		public void close() throws Exception {
			this.container.shutdown();
			this.container.awaitTermination();
		}

	}

}
