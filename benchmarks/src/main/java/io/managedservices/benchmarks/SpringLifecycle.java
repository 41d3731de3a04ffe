// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * Spring's lifecycle processor over singletons that are registered with their
 * dependencies, all in one phase. It starts and stops one after the other on the calling
 * thread, which is given a large stack, since it stops dependents by recursion.
 */
final class SpringLifecycle implements GraphRunner {

	private static final long STACK_BYTES = 1L << 30;

	private final ExecutorService thread = Executors
		.newSingleThreadExecutor((task) -> new Thread(null, task, "spring", STACK_BYTES));

	@Override
	public DefinedGraph define(GraphPlan plan, Callbacks callbacks) {
		DefaultListableBeanFactory factory = new DefaultListableBeanFactory();
		for (int service = 0; service < plan.size(); service++) {
			String name = plan.name(service);
			factory.registerSingleton(name, new CallingLifecycle(service, callbacks));
			for (int dependency : plan.dependencies(service)) {
				factory.registerDependentBean(plan.name(dependency), name);
			}
		}
		DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
		processor.setBeanFactory(factory);
		return new DefinedGraph() {

			@Override
			public void start() throws Exception {
				SpringLifecycle.this.thread.submit(processor::onRefresh).get();
			}

			@Override
			public void stop() throws Exception {
				SpringLifecycle.this.thread.submit(processor::onClose).get();
			}

		};
	}

	@Override
	public void close() {
		this.thread.shutdown();
	}

	/**
	 * A bean that calls.
	 */
	private static final class CallingLifecycle implements SmartLifecycle {

		private final int index;

		private final Callbacks callbacks;

		private boolean running;

		CallingLifecycle(int index, Callbacks callbacks) {
			this.index = index;
			this.callbacks = callbacks;
		}

		@Override
		public void start() {
			try {
				this.callbacks.start(this.index);
				this.running = true;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void stop() {
			this.callbacks.stop(this.index);
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
