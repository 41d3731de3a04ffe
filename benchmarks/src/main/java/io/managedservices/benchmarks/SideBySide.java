// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures all contenders on the same graph one after the other, graph by graph, and
 * prints a table of the best iterations, since what others do on the machine only ever
 * adds. Takes the options of JMH; {@code -p contender=… -p shape=… -p size=…} choose
 * among them.
 *
 * @since 0.1.0
 */
public final class SideBySide {

	private SideBySide() {
	}

	/**
	 * Runs the benchmarks.
	 * @param args options of JMH
	 * @throws CommandLineOptionException if JMH does not know one of them
	 * @throws RunnerException if JMH cannot run
	 */
	public static void main(String[] args) throws CommandLineOptionException, RunnerException {
		CommandLineOptions options = new CommandLineOptions(args);
		List<Contender> contenders = choose(options, "contender", names(Contender.values())).stream()
			.map(Contender::valueOf)
			.toList();
		ResultTable table = new ResultTable(contenders);
		for (String shape : choose(options, "shape", names(GraphShape.values()))) {
			for (String size : choose(options, "size", List.of("100", "1000", "10000", "100000"))) {
				GraphCase graph = new GraphCase(GraphShape.valueOf(shape), Integer.parseInt(size));
				for (Contender contender : contenders) {
					if (contender.supports(graph.shape(), graph.size())) {
						measure(options, contender, graph, table);
					}
				}
			}
		}
		System.out.println(table);
	}

	private static Collection<String> choose(Options options, String parameter, Collection<String> all) {
		return options.getParameter(parameter).orElse(all);
	}

	private static Collection<String> names(Enum<?>[] values) {
		return Arrays.stream(values).map(Enum::name).toList();
	}

	private static void measure(Options options, Contender contender, GraphCase graph, ResultTable table)
			throws RunnerException {
		Options one = new OptionsBuilder().parent(options)
			.include(GraphBenchmark.class.getName())
			.param("contender", contender.name())
			.param("shape", graph.shape().name())
			.param("size", Integer.toString(graph.size()))
			.build();
		for (RunResult result : new Runner(one).run()) {
			table.add(graph, contender, result.getSecondaryResults().get("perService").getStatistics().getMin());
		}
	}

	/**
	 * A graph that is measured.
	 *
	 * @param shape its shape
	 * @param size how many services it has
	 */
	record GraphCase(GraphShape shape, int size) {

	}

}
