// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;

import io.managedservices.benchmarks.GraphRunner.DefinedGraph;

/**
 * Starts graphs of services that sleep for 5 to 100 ms each, and compares the time until
 * all run with the critical path, which no order of starting can beat. The bare counters,
 * on a pool that grows as needed, show how much of the rest is the machine's.
 *
 * @since 0.1.0
 */
public final class SleepingServices {

	private static final int DEFAULT_RUNS = 10;

	private SleepingServices() {
	}

	/**
	 * Runs the graphs.
	 * @param args how often each is started, by default 10 times
	 * @throws Exception if anything goes wrong
	 */
	public static void main(String[] args) throws Exception {
		int runs = (args.length > 0) ? Integer.parseInt(args[0]) : DEFAULT_RUNS;
		System.out.println("| contender | graph | start, ms | first | median | worst |");
		System.out.println("|---|---|--:|--:|--:|--:|");
		for (Map.Entry<String, Supplier<GraphRunner>> contender : contenders().entrySet()) {
			try (GraphRunner runner = contender.getValue().get()) {
				measure(contender.getKey() + " | 200 in 10 layers", runner, GraphShape.LAYERS.plan(200), runs,
						(run) -> SleepingCallbacks.random(200, run));
				measure(contender.getKey() + " | 500 random", runner, GraphShape.RANDOM.plan(500), runs,
						(run) -> SleepingCallbacks.random(500, run));
				measure(contender.getKey() + " | 100 alone, 20 ms each", runner, GraphShape.FLAT.plan(100), runs,
						(run) -> SleepingCallbacks.alike(100, 20));
			}
		}
	}

	private static Map<String, Supplier<GraphRunner>> contenders() {
		Map<String, Supplier<GraphRunner>> contenders = new LinkedHashMap<>();
		contenders.put("BARE", BareCounters::onGrowingPool);
		contenders.put("ENGINE", Contender.ENGINE::runner);
		return contenders;
	}

	private static void measure(String title, GraphRunner runner, GraphPlan plan, int runs,
			IntFunction<SleepingCallbacks> services) throws Exception {
		double[] ratios = new double[runs];
		double millis = 0;
		for (int run = 0; run < runs; run++) {
			SleepingCallbacks callbacks = services.apply(run);
			DefinedGraph graph = runner.define(plan, callbacks);
			long begin = System.nanoTime();
			graph.start();
			double duration = (System.nanoTime() - begin) / (double) TimeUnit.MILLISECONDS.toNanos(1);
			graph.stop();
			millis += duration / runs;
			ratios[run] = duration / plan.criticalPath(callbacks.millis());
		}
		double first = ratios[0];
		Arrays.sort(ratios);
		System.out.println(String.format(Locale.ROOT, "| %s | %.0f | %.3f | %.3f | %.3f |", title, millis, first,
				ratios[runs / 2], ratios[runs - 1]));
	}

}
