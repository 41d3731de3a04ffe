// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Events from one service to a thousand hooks, until all were called, beside Spring's
 * multicaster with as many listeners: the time for each hook. One event at a time tells
 * how long it takes until they are called, many how many can be.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventBenchmark {

	/** How many hooks there are. */
	static final int HOOKS = 1000;

	private static final int EVENTS = 100;

	/**
	 * Who brings the event.
	 */
	@Param
	public EventContender contender;

	private EventContender.Emitter emitter;

	/**
	 * Starts the services.
	 * @throws Exception if anything goes wrong
	 */
	@Setup
	public void setUp() throws Exception {
		this.emitter = this.contender.start(HOOKS);
	}

	/**
	 * Emits one event, and waits until all hooks were called.
	 * @throws Exception if anything goes wrong
	 */
	@Benchmark
	@OperationsPerInvocation(HOOKS)
	public void one() throws Exception {
		this.emitter.emitAndAwait(1);
	}

	/**
	 * Emits many events, and waits until all hooks were called for each.
	 * @throws Exception if anything goes wrong
	 */
	@Benchmark
	@OperationsPerInvocation(HOOKS * EVENTS)
	public void hundred() throws Exception {
		this.emitter.emitAndAwait(EVENTS);
	}

	/**
	 * Stops the services.
	 * @throws Exception if anything goes wrong
	 */
	@TearDown
	public void tearDown() throws Exception {
		this.emitter.close();
	}

}
