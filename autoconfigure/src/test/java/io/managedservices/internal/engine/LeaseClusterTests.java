// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.internal.engine.LeaseCluster.Fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Lives of clusters, each by its seed: no two instances act by a lease at the same time,
 * and one does soon after the last disturbance.
 * {@code -Dlease.simulation.scenarios=100000} lives more of them,
 * {@code -Dlease.simulation.first=N} begins with another seed than 0, and
 * {@code -Dlease.simulation.seed=N} replays one.
 */
class LeaseClusterTests {

	@Test
	void noTwoInstancesActAtOnceAndOneDoes() {
		Long seed = Long.getLong("lease.simulation.seed");
		long first = Long.getLong("lease.simulation.first", 0);
		long scenarios = Long.getLong("lease.simulation.scenarios", 5000);
		LongStream seeds = (seed != null) ? LongStream.of(seed) : LongStream.range(first, first + scenarios);
		long acts = seeds.parallel().map((each) -> live(each, Fault.NONE)).sum();
		assertThat(acts).as("acts in all").isGreaterThan(100 * ((seed != null) ? 1 : scenarios));
	}

	@ParameterizedTest
	@ValueSource(longs = { 749, 1607, 4570 })
	void lifeThatBrokeItKeepsIt(long seed) {
		assertThat(live(seed, Fault.NONE)).isPositive();
	}

	@ParameterizedTest
	@EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void faultThatIsPlantedIsCaught(Fault fault) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> LongStream.range(0, 5000).forEach((seed) -> live(seed, fault)))
			.withMessageContaining("acts while instance");
	}

	private static long live(long seed, Fault fault) {
		try {
			return new LeaseCluster(seed, fault).run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("Replay with -Dlease.simulation.seed=" + seed + ": " + ex.getMessage(), ex);
		}
	}

}
