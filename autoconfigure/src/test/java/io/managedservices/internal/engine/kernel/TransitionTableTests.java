// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.time.Instant;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TransitionTable}.
 */
class TransitionTableTests {

	private final ServiceNode node = new ServiceNode(0, ServiceDefinition.of("test", new ServiceLifecycle() {
	}, ServiceSettings.DEFAULTS, List.of()), new Counters(1), Instant.EPOCH);

	@ParameterizedTest
	@EnumSource(ServiceState.class)
	void nextWhateverTheFactsIsLegal(ServiceState state) {
		Random random = new Random(state.ordinal());
		for (int draw = 0; draw < 10_000; draw++) {
			this.node.state(state);
			this.node.wanted(random.nextBoolean());
			this.node.prepared(random.nextBoolean());
			this.node.preparedItself(this.node.prepared() || random.nextBoolean());
			this.node.dirty(random.nextBoolean());
			this.node.due(random.nextBoolean());
			this.node.outcome(CallOutcome.values()[random.nextInt(3)]);
			this.node.verdict(Verdict.values()[random.nextInt(3)]);
			this.node.counters().dependenciesNotRunning[this.node.index()] = random.nextInt(2);
			this.node.counters().predecessorsUnsettled[this.node.index()] = random.nextInt(2);
			this.node.counters().dependentsActive[this.node.index()] = random.nextInt(2);
			this.node.counters().followersLeaving[this.node.index()] = random.nextInt(2);
			ServiceState next = TransitionTable.next(this.node, random.nextBoolean());
			assertThat(next == state || TransitionTable.allows(state, next)).as("%s to %s", state, next).isTrue();
		}
	}

	@Test
	void nextWhenWantedAndFreeStarts() {
		this.node.state(ServiceState.WAITING);
		this.node.wanted(true);
		this.node.prepared(true);
		assertThat(TransitionTable.next(this.node, true)).isEqualTo(ServiceState.STARTING);
		assertThat(TransitionTable.next(this.node, false)).isEqualTo(ServiceState.WAITING);
		this.node.counters().dependenciesNotRunning[this.node.index()] = 1;
		assertThat(TransitionTable.next(this.node, true)).isEqualTo(ServiceState.WAITING);
	}

	@Test
	void nextWhenDependentIsActiveKeepsRunning() {
		this.node.state(ServiceState.RUNNING);
		this.node.counters().dependentsActive[this.node.index()] = 1;
		assertThat(TransitionTable.next(this.node, true)).isEqualTo(ServiceState.RUNNING);
		this.node.counters().dependentsActive[this.node.index()] = 0;
		assertThat(TransitionTable.next(this.node, true)).isEqualTo(ServiceState.STOPPING);
	}

	@Test
	void allowsWhenServiceWouldSkipStopIsFalse() {
		assertThat(TransitionTable.allows(ServiceState.RUNNING, ServiceState.STOPPED)).isFalse();
		assertThat(TransitionTable.allows(ServiceState.FAILED, ServiceState.RUNNING)).isFalse();
	}

}
