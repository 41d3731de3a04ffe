// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.time.TimerQueue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Deadlines}.
 */
class DeadlinesTests {

	private final Deadlines deadlines = new Deadlines();

	@RepeatedTest(100)
	void removePassedWhenDeadlinesComeAndGoFindsExactlyThosePassed(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		List<ServiceNode> nodes = IntStream.range(0, 1 + random.nextInt(60)).mapToObj(DeadlinesTests::node).toList();
		long now = 0;
		for (int step = 0; step < 400; step++) {
			ServiceNode node = nodes.get(random.nextInt(nodes.size()));
			if (random.nextInt(3) == 0) {
				node.deadline = TimerQueue.NEVER;
			}
			else {
				Duration timeout = Duration.ofNanos(10L * (1 + random.nextInt(4)));
				node.deadline = now + timeout.toNanos();
				assertThat(this.deadlines.add(node, timeout)).isTrue();
			}
			long next = nodes.stream().mapToLong((each) -> each.deadline).min().orElseThrow();
			assertThat(this.deadlines.next()).isEqualTo(next);
			now += random.nextInt(4);
			long time = now;
			List<ServiceNode> expected = nodes.stream().filter((each) -> each.deadline <= time).toList();
			List<ServiceNode> passed = new ArrayList<>(this.deadlines.removePassed(now));
			assertThat(passed).containsAll(expected).allMatch(expected::contains);
			passed.forEach((each) -> each.deadline = TimerQueue.NEVER);
		}
	}

	@Test
	void addWhenThereAreTooManyTimeoutsRefuses() {
		ServiceNode node = node(0);
		for (int timeout = 1; timeout <= 8; timeout++) {
			assertThat(this.deadlines.add(node, Duration.ofSeconds(timeout))).isTrue();
		}
		assertThat(this.deadlines.add(node, Duration.ofSeconds(9))).isFalse();
		assertThat(this.deadlines.add(node, Duration.ofSeconds(8))).isTrue();
	}

	private static ServiceNode node(int index) {
		ServiceDefinition definition = ServiceDefinition.of("s" + index, new ServiceLifecycle() {
		}, ServiceSettings.DEFAULTS, List.of());
		return new ServiceNode(0, definition, new Counters(1), new Attempts(), Instant.EPOCH);
	}

}
