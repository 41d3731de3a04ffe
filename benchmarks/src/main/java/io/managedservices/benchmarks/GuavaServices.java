// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.google.common.util.concurrent.AbstractService;
import com.google.common.util.concurrent.Service;
import com.google.common.util.concurrent.ServiceManager;

/**
 * Guava's service manager, which knows no dependencies. Its services start and stop on a
 * pool with as many threads as there are processors, not on a thread each.
 */
final class GuavaServices implements GraphRunner {

	private final ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

	@Override
	public DefinedGraph define(GraphPlan plan, Callbacks callbacks) {
		List<Service> services = new ArrayList<>(plan.size());
		for (int service = 0; service < plan.size(); service++) {
			services.add(new CallingService(service, callbacks, this.pool));
		}
		ServiceManager manager = new ServiceManager(services);
		return new DefinedGraph() {

			@Override
			public void start() {
				manager.startAsync().awaitHealthy();
			}

			@Override
			public void stop() {
				manager.stopAsync().awaitStopped();
			}

		};
	}

	@Override
	public void close() {
		this.pool.shutdown();
	}

	/**
	 * A service that calls.
	 */
	private static final class CallingService extends AbstractService {

		private final int index;

		private final Callbacks callbacks;

		private final ExecutorService pool;

		CallingService(int index, Callbacks callbacks, ExecutorService pool) {
			this.index = index;
			this.callbacks = callbacks;
			this.pool = pool;
		}

		@Override
		protected void doStart() {
			this.pool.execute(() -> {
				try {
					this.callbacks.start(this.index);
					notifyStarted();
				}
				catch (InterruptedException ex) {
					notifyFailed(ex);
				}
			});
		}

		@Override
		protected void doStop() {
			this.pool.execute(() -> {
				this.callbacks.stop(this.index);
				notifyStopped();
			});
		}

	}

}
