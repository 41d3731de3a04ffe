// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.CountDownLatch;
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
 * Many short pieces of work are handed over, and all have run.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
public class MicroTaskBenchmark {

	private static final int BATCH = 1000;

	/**
	 * Who runs it.
	 */
	@Param
	public MicroTaskContender contender;

	private MicroTaskContender.Submitter submitter;

	/**
	 * Makes threads ready.
	 * @throws Exception if anything goes wrong
	 */
	@Setup
	public void setUp() throws Exception {
		this.submitter = this.contender.open(Runtime.getRuntime().availableProcessors() * 2);
	}

	/**
	 * Hands over a batch and waits until all of it has run.
	 * @throws Exception if anything goes wrong
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void submitAndRun() throws Exception {
		CountDownLatch left = new CountDownLatch(BATCH);
		for (int number = 0; number < BATCH; number++) {
			this.submitter.submit(() -> {
				left.countDown();
				return null;
			});
		}
		left.await();
	}

	/**
	 * Lets the threads go.
	 * @throws Exception if anything goes wrong
	 */
	@TearDown
	public void tearDown() throws Exception {
		this.submitter.close();
	}

}
