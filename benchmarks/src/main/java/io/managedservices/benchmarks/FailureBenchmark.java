// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.TimeUnit;

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

/**
 * One service fails, on which many depend: how long until all have stopped, deepest
 * first, and run again. No delays, so that what remains is what the engines cost.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
public class FailureBenchmark {

	/**
	 * What runs the services.
	 */
	@Param({ "ENGINE", "MSC" })
	public String contender;

	/**
	 * How the others depend on the one that fails: all directly, or in ten layers.
	 */
	@Param({ "FAN", "LAYERED" })
	public String shape;

	/**
	 * How many services depend on the one that fails.
	 */
	@Param({ "1000", "10000" })
	public int dependents;

	private Restarter restarter;

	private CountingCallbacks callbacks;

	private int operations = 1;

	/**
	 * Starts all services.
	 * @throws Exception if anything goes wrong
	 */
	@Setup
	public void setUp() throws Exception {
		this.callbacks = new CountingCallbacks(this.dependents + 1);
		this.restarter = Restarter.Kind.valueOf(this.contender).start(plan(), this.callbacks);
	}

	private GraphPlan plan() {
		String[] names = new String[this.dependents + 1];
		int[][] dependencies = new int[names.length][];
		int width = "FAN".equals(this.shape) ? this.dependents : this.dependents / 10;
		for (int service = 0; service < names.length; service++) {
			names[service] = "service-" + service;
			dependencies[service] = (service == 0) ? new int[0] : new int[] { Math.max(0, service - width) };
		}
		return new GraphPlan(names, dependencies);
	}

	/**
	 * The first service fails.
	 * @throws Exception if anything goes wrong
	 */
	@Benchmark
	public void failAndRestart() throws Exception {
		this.restarter.failFirst();
		this.operations++;
	}

	/**
	 * Checks that all services have stopped and started each time.
	 * @throws Exception if anything goes wrong
	 */
	@TearDown(Level.Trial)
	public void tearDown() throws Exception {
		this.restarter.close();
		this.callbacks.verify(this.operations);
	}

}
