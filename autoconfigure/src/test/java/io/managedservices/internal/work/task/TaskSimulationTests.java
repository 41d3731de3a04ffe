// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 5,000 lives of random tasks. {@code -Dsimulation.seed=N} replays one,
 * {@code -Dsimulation.scenarios=1000000} runs a million.
 */
class TaskSimulationTests {

	@Test
	void everyLifeIsAsTheModelHasIt() {
		Long seed = Long.getLong("simulation.seed");
		long scenarios = Long.getLong("simulation.scenarios", 5000);
		AtomicLong runs = new AtomicLong();
		LongStream seeds = (seed != null) ? LongStream.of(seed) : LongStream.range(0, scenarios).parallel();
		seeds.forEach((each) -> runs.addAndGet(run(each)));
		assertThat(runs.get()).as("runs in all").isGreaterThan((seed != null) ? -1 : scenarios * 5);
	}

	private static int run(long seed) {
		try {
			return new TaskSimulation(seed).run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("Replay with -Dsimulation.seed=" + seed + ": " + ex.getMessage(), ex);
		}
	}

}
