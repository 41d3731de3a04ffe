// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.managedservices.benchmarks.GraphRunner.DefinedGraph;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each {@link Contender} once over each small graph: whether what is measured is what is
 * claimed.
 */
class ContenderTests {

	private static final int SIZE = 200;

	@ParameterizedTest
	@MethodSource("graphs")
	void runWhenGraphHasDependenciesKeepsTheirOrder(Contender contender, GraphShape shape) throws Exception {
		GraphPlan plan = shape.plan(SIZE);
		OrderedCallbacks callbacks = new OrderedCallbacks(plan);
		try (GraphRunner runner = contender.runner()) {
			DefinedGraph graph = runner.define(plan, callbacks);
			graph.start();
			assertThat(callbacks.running()).isEqualTo(SIZE);
			graph.stop();
		}
		assertThat(callbacks.stopped()).isEqualTo(SIZE);
		assertThat(callbacks.violations()).isEmpty();
	}

	static Stream<Arguments> graphs() {
		return Arrays.stream(Contender.values())
			.flatMap((contender) -> Arrays.stream(GraphShape.values())
				.filter((shape) -> contender.supports(shape, SIZE))
				.map((shape) -> Arguments.of(contender, shape)));
	}

}
