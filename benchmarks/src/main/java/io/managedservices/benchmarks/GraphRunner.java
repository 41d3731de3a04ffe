// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

/**
 * One way to run graphs of services. Used by one thread; what outlives an operation, as a
 * pool of threads, is made with the runner and let go by {@link #close()}.
 */
interface GraphRunner extends AutoCloseable {

	/**
	 * Defines all services of a graph.
	 * @param plan the graph
	 * @param callbacks what the services call
	 * @return the graph, at rest
	 */
	DefinedGraph define(GraphPlan plan, Callbacks callbacks);

	@Override
	default void close() {
	}

	/**
	 * A graph that can be started once and then stopped once.
	 */
	interface DefinedGraph {

		/**
		 * Starts all services and waits until they run.
		 * @throws Exception if anything goes wrong
		 */
		void start() throws Exception;

		/**
		 * Stops all services and waits until they have stopped.
		 * @throws Exception if anything goes wrong
		 */
		void stop() throws Exception;

	}

}
