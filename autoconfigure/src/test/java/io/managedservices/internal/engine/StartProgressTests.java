// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent.StillStarting;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is told of a start of all that takes long.
 */
class StartProgressTests {

	@Test
	void longStartIsToldAtGrowingDistancesUntilItsEnd() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("slow").start((context) -> {
		}).build());
		stepped.hangNext();
		stepped.engine.start();
		stepped.runTasks();
		stepped.pass(Duration.ofSeconds(90));
		assertThat(stepped.events(StillStarting.class)).extracting(StillStarting::duration)
			.containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(40),
					Duration.ofSeconds(80));
		stepped.returnHanging();
		stepped.runTasks();
		assertThat(stepped.engine.isReady()).isTrue();
		stepped.pass(Duration.ofHours(1));
		assertThat(stepped.events(StillStarting.class)).hasSize(4);
	}

	@Test
	void startThatIsNotLongIsNotTold() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("quick").start((context) -> {
		}).build());
		stepped.engine.start();
		stepped.runTasks();
		stepped.pass(Duration.ofHours(1));
		assertThat(stepped.events(StillStarting.class)).isEmpty();
	}

	@Test
	void distancesDoNotGrowBeyondFiveMinutes() {
		SteppedEngine stepped = new SteppedEngine(0, settings(Duration.ofMinutes(4)), List.of(neverStarted()));
		stepped.engine.start();
		stepped.runTasks();
		stepped.pass(Duration.ofMinutes(20));
		assertThat(stepped.events(StillStarting.class)).extracting(StillStarting::duration)
			.containsExactly(Duration.ofMinutes(4), Duration.ofMinutes(8), Duration.ofMinutes(13),
					Duration.ofMinutes(18));
	}

	@Test
	void nothingIsToldWhenItIsSwitchedOff() {
		SteppedEngine stepped = new SteppedEngine(0, settings(Duration.ZERO), List.of(neverStarted()));
		stepped.engine.start();
		stepped.runTasks();
		stepped.pass(Duration.ofMinutes(20));
		assertThat(stepped.events(StillStarting.class)).isEmpty();
	}

	private static ServiceDefinition neverStarted() {
		return TestService.named("never").start((context) -> {
			throw new IOException("Connection refused");
		})
			.retry(new RetrySettings(RetrySettings.UNLIMITED, Duration.ofSeconds(30), 1, Duration.ofSeconds(30),
					Duration.ZERO, List.of()))
			.build();
	}

	private static EngineSettings settings(Duration progress) {
		EngineSettings defaults = EngineSettings.DEFAULTS;
		return new EngineSettings(Duration.ofHours(1), defaults.onFailure(), defaults.shutdownTimeout(),
				defaults.exposedEventBuffer(), progress);
	}

}
