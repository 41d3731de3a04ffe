// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The floor: a counter per service on a pool of threads, and nothing else. The thread
 * that brings the counter of a service to zero runs it: the first itself, the others
 * through the pool.
 */
final class BareCounters implements GraphRunner {

	private final ExecutorService pool;

	private BareCounters(ExecutorService pool) {
		this.pool = pool;
	}

	/**
	 * On as many threads as there are processors, fed by one queue.
	 * @return the runner
	 */
	static BareCounters onFixedPool() {
		return new BareCounters(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()));
	}

	/**
	 * On as many threads as there are processors, each with a queue of its own.
	 * @return the runner
	 */
	static BareCounters onStealingPool() {
		return new BareCounters(Executors.newWorkStealingPool());
	}

	/**
	 * On as many threads as are needed, for services that block.
	 * @return the runner
	 */
	static BareCounters onGrowingPool() {
		return new BareCounters(Executors.newCachedThreadPool());
	}

	@Override
	public DefinedGraph define(GraphPlan plan, Callbacks callbacks) {
		Node[] nodes = nodes(plan);
		return new DefinedGraph() {

			@Override
			public void start() throws InterruptedException {
				new Pass(nodes.length, callbacks, BareCounters.this.pool, false).run(nodes);
			}

			@Override
			public void stop() throws InterruptedException {
				new Pass(nodes.length, callbacks, BareCounters.this.pool, true).run(nodes);
			}

		};
	}

	private static Node[] nodes(GraphPlan plan) {
		int[] dependents = new int[plan.size()];
		for (int service = 0; service < dependents.length; service++) {
			for (int dependency : plan.dependencies(service)) {
				dependents[dependency]++;
			}
		}
		Node[] nodes = new Node[plan.size()];
		for (int service = 0; service < nodes.length; service++) {
			int[] indexes = plan.dependencies(service);
			Node[] dependencies = new Node[indexes.length];
			Node node = new Node(service, dependencies, new Node[dependents[service]]);
			for (int i = 0; i < indexes.length; i++) {
				Node dependency = nodes[indexes[i]];
				dependencies[i] = dependency;
				dependency.dependents[--dependents[indexes[i]]] = node;
			}
			nodes[service] = node;
		}
		return nodes;
	}

	@Override
	public void close() {
		this.pool.shutdown();
	}

	/**
	 * A service: counts what it waits for, dependencies first and dependents then.
	 */
	private static final class Node extends AtomicInteger {

		private final int service;

		private final Node[] dependencies;

		private final Node[] dependents;

		Node(int service, Node[] dependencies, Node[] dependents) {
			super(dependencies.length);
			this.service = service;
			this.dependencies = dependencies;
			this.dependents = dependents;
		}

	}

	/**
	 * One way through the graph: up to start it, or down to stop it.
	 *
	 * @param remaining how many services have not come by yet
	 * @param end opens when all have
	 * @param callbacks what to call
	 * @param pool runs the services
	 * @param down whether they are stopped
	 */
	private record Pass(AtomicInteger remaining, CountDownLatch end, Callbacks callbacks, Executor pool, boolean down) {

		Pass(int size, Callbacks callbacks, Executor pool, boolean down) {
			this(new AtomicInteger(size), new CountDownLatch(1), callbacks, pool, down);
		}

		void run(Node[] nodes) throws InterruptedException {
			for (Node node : nodes) {
				if ((this.down ? node.dependents : node.dependencies).length == 0) {
					this.pool.execute(() -> follow(node));
				}
			}
			this.end.await();
		}

		private void follow(Node first) {
			int count = 0;
			for (Node node = first; node != null; node = call(node)) {
				count++;
			}
			if (this.remaining.addAndGet(-count) == 0) {
				this.end.countDown();
			}
		}

		private Node call(Node node) {
			try {
				if (this.down) {
					this.callbacks.stop(node.service);
					return release(node.dependencies);
				}
				this.callbacks.start(node.service);
				node.set(node.dependents.length);
				return release(node.dependents);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private Node release(Node[] waiting) {
			Node first = null;
			for (Node node : waiting) {
				if (node.decrementAndGet() == 0) {
					if (first == null) {
						first = node;
					}
					else {
						this.pool.execute(() -> follow(node));
					}
				}
			}
			return first;
		}

	}

}
