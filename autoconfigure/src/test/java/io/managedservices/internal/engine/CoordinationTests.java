// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.listen.EventDispatcher;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the coordinator as it is seen by what is built on it.
 */
class CoordinationTests {

	private final SimulatedBackend backend = new SimulatedBackend(new Random(0));

	private final Coordination coordination = new Rooms(ServiceGraph.of(List.of()), EngineSettings.DEFAULTS,
			this.backend, new EventDispatcher(this.backend, 10), null).coordinator;

	@Test
	void askWhenTheQuestionThrowsThrowsThat() {
		assertThat(ask(new IllegalStateException("planted"))).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(IllegalStateException.class)
			.withMessage("planted");
	}

	@Test
	void askWhenTheQuestionThrowsAnErrorThrowsThat() {
		assertThat(ask(new NoClassDefFoundError("planted"))).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withCauseInstanceOf(NoClassDefFoundError.class);
	}

	// On a thread of its own, so that an answer that never comes is seen.
	private FutureTask<Object> ask(Throwable planted) {
		FutureTask<Object> task = new FutureTask<>(() -> this.coordination.ask(() -> {
			if (planted instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) planted;
		}));
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return task;
	}

}
