// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.managedservices.benchmarks.GraphRunner.DefinedGraph;

/**
 * Defines, starts and stops a whole graph of services that do nothing. One operation is
 * one graph; {@code perService} is the time of an operation divided by the services.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = { "-Xms4g", "-Xmx4g", "-Xmn3g", "-XX:+AlwaysPreTouch" })
@Warmup(iterations = 15, time = 1)
@Measurement(iterations = 5, time = 1)
public class GraphBenchmark {

	/**
	 * What runs the graph.
	 */
	@Param
	public Contender contender;

	/**
	 * The shape of the graph.
	 */
	@Param
	public GraphShape shape;

	/**
	 * How many services there are.
	 */
	@Param({ "100", "1000", "10000", "100000" })
	public int size;

	private GraphPlan plan;

	private GraphRunner runner;

	private CountingCallbacks callbacks;

	private int operations;

	/**
	 * Makes the graph.
	 */
	@Setup
	public void setUp() {
		if (!this.contender.supports(this.shape, this.size)) {
			throw new IllegalArgumentException(
					"%s is not measured on %s of %d".formatted(this.contender, this.shape, this.size));
		}
		this.plan = this.shape.plan(this.size);
		this.runner = this.contender.runner();
		this.callbacks = new CountingCallbacks(this.size);
	}

	/**
	 * Runs the graph once.
	 * @param services counts the services
	 * @throws Exception if anything goes wrong
	 */
	@Benchmark
	public void graph(Services services) throws Exception {
		DefinedGraph graph = this.runner.define(this.plan, this.callbacks);
		graph.start();
		graph.stop();
		this.operations++;
		services.perService += this.size;
	}

	/**
	 * Checks that every service was started and stopped in every operation so far.
	 */
	@TearDown(Level.Iteration)
	public void verify() {
		this.callbacks.verify(this.operations);
	}

	/**
	 * Lets go of the threads.
	 */
	@TearDown
	public void tearDown() {
		this.runner.close();
	}

	/**
	 * Counts services, so that the time for each is a result of its own.
	 */
	@State(Scope.Thread)
	@AuxCounters(AuxCounters.Type.OPERATIONS)
	public static class Services {

		/**
		 * The services run.
		 */
		public long perService;

	}

}
