// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.ServiceAction;

/**
 * One service among many, on which nobody depends, is disabled and enabled again.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
public class ActivationBenchmark {

	/**
	 * How many services there are.
	 */
	@Param({ "10", "1000", "100000" })
	public int size;

	private ServiceEngine engine;

	private String last;

	/**
	 * Starts all services.
	 * @throws Exception if anything goes wrong
	 */
	@Setup
	public void setUp() throws Exception {
		GraphPlan plan = GraphShape.LAYERS.plan(this.size);
		this.last = plan.name(this.size - 1);
		this.engine = EngineServices.engine(plan, new CountingCallbacks(this.size), ServiceSettings.DEFAULTS);
		this.engine.start().get();
	}

	/**
	 * Disables and enables one service.
	 * @throws Exception if anything goes wrong
	 */
	@Benchmark
	public void disableAndEnable() throws Exception {
		this.engine.perform(ServiceAction.DISABLE, this.last).get();
		this.engine.perform(ServiceAction.ENABLE, this.last).get();
	}

	/**
	 * Stops all services.
	 * @throws Exception if anything goes wrong
	 */
	@TearDown
	public void tearDown() throws Exception {
		this.engine.stop().get();
	}

}
