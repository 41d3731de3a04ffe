// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;

import io.managedservices.benchmarks.GraphRunner.DefinedGraph;

/**
 * Runs one graph again and again and prints, each second, the nanoseconds per service
 * that define, start and stop took, and the processor time of the whole process, which
 * tells more where others use the machine: to see where the time goes, and to hang a
 * profiler on.
 *
 * @since 0.1.0
 */
public final class Phases {

	private static final OperatingSystemMXBean PROCESS = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	private Phases() {
	}

	/**
	 * Runs a graph.
	 * @param args a contender, a shape, a size, and for how many seconds
	 * @throws Exception if anything goes wrong
	 */
	public static void main(String[] args) throws Exception {
		if (args.length != 4) {
			System.err.println("Expected: <contender> <shape> <size> <seconds>, as BARE FLAT 10000 20");
			System.exit(2);
		}
		GraphPlan plan = GraphShape.valueOf(args[1]).plan(Integer.parseInt(args[2]));
		try (GraphRunner runner = Contender.valueOf(args[0]).runner()) {
			System.out.println("   define    start     stop      sum      cpu  ns per service");
			for (int second = 0; second < Integer.parseInt(args[3]); second++) {
				runForOneSecond(runner, plan);
			}
		}
	}

	private static void runForOneSecond(GraphRunner runner, GraphPlan plan) throws Exception {
		CountingCallbacks callbacks = new CountingCallbacks(plan.size());
		long[] times = new long[3];
		int operations = 0;
		long cpu = PROCESS.getProcessCpuTime();
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
		for (long now = System.nanoTime(); now < end; operations++) {
			DefinedGraph graph = runner.define(plan, callbacks);
			long defined = System.nanoTime();
			graph.start();
			long started = System.nanoTime();
			graph.stop();
			times[0] += defined - now;
			times[1] += started - defined;
			now = System.nanoTime();
			times[2] += now - started;
		}
		cpu = PROCESS.getProcessCpuTime() - cpu;
		callbacks.verify(operations);
		long services = (long) operations * plan.size();
		System.out.printf("%9d%9d%9d%9d%9d%n", times[0] / services, times[1] / services, times[2] / services,
				(times[0] + times[1] + times[2]) / services, cpu / services);
	}

}
