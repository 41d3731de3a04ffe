// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.listen.EventDispatcher;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Invocation} with two real threads: one calls, one interrupts.
 */
class InvocationTests {

	private final ServiceDefinition definition = ServiceDefinition.of("test", new ShortService(),
			ServiceSettings.DEFAULTS, List.of());

	private final Backend backend = new SimulatedBackend(new Random(0));

	private final Rooms rooms = new Rooms(ServiceGraph.of(List.of(this.definition)), EngineSettings.DEFAULTS,
			this.backend, new EventDispatcher(this.backend, 10), null);

	@Test
	void interruptWhenRacingWithTheEndNeverReachesWhatComesAfter() throws Exception {
		AtomicReference<Invocation> current = new AtomicReference<>();
		AtomicBoolean ended = new AtomicBoolean();
		Thread interrupter = new Thread(() -> {
			while (!ended.get()) {
				Invocation invocation = current.get();
				if (invocation != null) {
					invocation.interrupt();
				}
			}
		});
		interrupter.start();
		int interrupted = 0;
		try {
			for (int round = 0; round < 200_000; round++) {
				Invocation invocation = invocation();
				current.set(invocation);
				invocation.run();
				assertThat(Thread.currentThread().isInterrupted()).as("round %s", round).isFalse();
				interrupted += invocation.isInterrupted() ? 1 : 0;
			}
		}
		finally {
			ended.set(true);
			interrupter.join();
		}
		assertThat(interrupted).as("rounds in which the two met").isPositive();
	}

	@Test
	void interruptWhenNotBegunWithdraws() {
		Invocation invocation = invocation();
		assertThat(invocation.interrupt()).isTrue();
		invocation.run();
		assertThat(invocation.hasBegun()).isFalse();
		assertThat(invocation.failure()).isNull();
	}

	private Invocation invocation() {
		return new Invocation(this.rooms.coordinator,
				new ServiceIncarnation(this.rooms, this.rooms.coordinator.node(0), 1), Method.START,
				this.definition.callbacks().start(), (completed) -> {
				});
	}

	private static final class ShortService implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			Thread.onSpinWait();
		}

	}

}
