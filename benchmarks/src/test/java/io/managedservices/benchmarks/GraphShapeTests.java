// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Arrays;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GraphShape} and {@link GraphPlan}.
 */
class GraphShapeTests {

	private static final int SIZE = 1000;

	@ParameterizedTest
	@EnumSource
	void planWhenMadeAgainIsTheSame(GraphShape shape) {
		GraphPlan plan = shape.plan(SIZE);
		GraphPlan again = shape.plan(SIZE);
		for (int service = 0; service < SIZE; service++) {
			assertThat(again.name(service)).isEqualTo(plan.name(service));
			assertThat(again.dependencies(service)).isEqualTo(plan.dependencies(service));
		}
	}

	@ParameterizedTest
	@EnumSource
	void planNamesEachDependencyOnceAndBeforeItsDependent(GraphShape shape) {
		GraphPlan plan = shape.plan(SIZE);
		for (int service = 0; service < SIZE; service++) {
			assertThat(plan.dependencies(service)).doesNotHaveDuplicates();
			assertThat(Arrays.stream(plan.dependencies(service)).boxed()).allMatch(between(0, service));
		}
	}

	private static Predicate<Integer> between(int from, int to) {
		return (value) -> value >= from && value < to;
	}

	@Test
	void criticalPathWhenEachServiceTakesOneIsTheDepthOfTheGraph() {
		long[] ones = new long[SIZE];
		Arrays.fill(ones, 1);
		assertThat(GraphShape.FLAT.plan(SIZE).criticalPath(ones)).isEqualTo(1);
		assertThat(GraphShape.CHAIN.plan(SIZE).criticalPath(ones)).isEqualTo(SIZE);
		assertThat(GraphShape.LAYERS.plan(SIZE).criticalPath(ones)).isEqualTo(GraphShape.LAYER_COUNT);
	}

	@Test
	void criticalPathWhenTimesDifferIsTheLongestWay() {
		GraphPlan plan = new GraphPlan(new String[] { "a", "b", "c", "d" }, new int[][] { {}, {}, { 0, 1 }, { 1 } });
		assertThat(plan.criticalPath(new long[] { 5, 20, 1, 3 })).isEqualTo(23);
	}

}
