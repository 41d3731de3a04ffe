// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.monitor.LifecycleEvent.Hanging;
import io.managedservices.monitor.LifecycleEvent.StopFailed;
import io.managedservices.monitor.ServiceAction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is told of what hangs: each time is one that has passed, and each
 * property the one that has decided.
 */
class HangingFiguresTests {

	private static final String OF_SERVICE = "managed-services.services.a.stop-timeout";

	private static final String OF_ALL = "managed-services.shutdown.timeout";

	@Test
	void stopWhenStopTimeoutPassesFirstTellsIt() {
		SteppedEngine stepped = started(Duration.ofSeconds(25), stoppable("a"));
		stopAndPass(stepped, Duration.ofSeconds(20));
		assertHanging(stepped, "stop", Duration.ofSeconds(20), OF_SERVICE);
		assertStopFailed(stepped, "The stop of service 'a' did not return within PT20S: " + OF_SERVICE);
	}

	@Test
	void stopWhenShutdownTimeoutPassesFirstTellsIt() {
		SteppedEngine stepped = started(Duration.ofMillis(83), stoppable("a"));
		stopAndPass(stepped, Duration.ofMillis(83));
		assertHanging(stepped, "stop", Duration.ofMillis(83), OF_ALL);
		assertStopFailed(stepped, "The stop of service 'a' did not return within PT0.083S: " + OF_ALL + " has passed");
	}

	@Test
	void stopWhenItBeginsLateTellsHowLongItWasInside() {
		SteppedEngine[] stepped = new SteppedEngine[1];
		boolean[] failed = new boolean[1];
		stepped[0] = started(Duration.ofSeconds(5), stoppable("a"),
				TestService.named("b").dependsOn("a").stop((context) -> {
					failOnce(failed);
					stepped[0].hangNext();
				})
					.retry(new RetrySettings(1, Duration.ofSeconds(3), 1, Duration.ofSeconds(3), Duration.ZERO,
							List.of())));
		stepped[0].engine.stop();
		stepped[0].pass(Duration.ofSeconds(5));
		assertHanging(stepped[0], "stop", Duration.ofSeconds(2), OF_ALL);
		assertStopFailed(stepped[0], "The stop of service 'a' did not return within PT2S: " + OF_ALL + " has passed");
	}

	@Test
	void stopOfOneWhenItHangsTellsStopTimeout() {
		SteppedEngine stepped = started(Duration.ofMillis(83), stoppable("a"));
		stepped.hangNext();
		stepped.engine.perform(ServiceAction.STOP, "a");
		stepped.pass(Duration.ofSeconds(20));
		assertHanging(stepped, "stop", Duration.ofSeconds(20), OF_SERVICE);
	}

	@Test
	void stopWhenStartHangsTellsWhichTimeHasPassed() {
		for (boolean isShutdown : new boolean[] { true, false }) {
			SteppedEngine stepped = stepped(isShutdown ? Duration.ofSeconds(3) : Duration.ofSeconds(25),
					TestService.named("a").start((context) -> {
					}));
			stepped.hangNext();
			stepped.engine.start();
			stepped.pass(Duration.ofSeconds(60));
			Duration limit = Duration.ofSeconds(isShutdown ? 3 : 20);
			CompletableFuture<Void> stopped = stepped.engine.stop();
			stepped.pass(limit.minusNanos(1));
			assertThat(stopped).isNotDone();
			stepped.pass(Duration.ofNanos(1));
			assertThat(stopped).isCompletedExceptionally();
			assertHanging(stepped, "start", limit, isShutdown ? OF_ALL : OF_SERVICE);
			assertStopFailed(stepped, "The start of service 'a' did not return within %s after it was asked to end: %s"
				.formatted(limit, isShutdown ? OF_ALL + " has passed" : OF_SERVICE));
		}
	}

	@Test
	void stopWhenPrepareHangsTellsWhichTimeHasPassed() {
		for (boolean isShutdown : new boolean[] { true, false }) {
			SteppedEngine stepped = stepped(isShutdown ? Duration.ofSeconds(3) : Duration.ofSeconds(25),
					TestService.named("a").prepare((context) -> {
					}));
			stepped.hangNext();
			stepped.engine.start();
			stepped.pass(Duration.ofSeconds(10));
			stepped.engine.stop();
			Duration limit = Duration.ofSeconds(isShutdown ? 3 : 20);
			stepped.pass(limit);
			assertHanging(stepped, "prepare", limit, isShutdown ? OF_ALL : OF_SERVICE);
		}
	}

	@Test
	void stopWhenItWaitsToBeTriedAgainAndShutdownTimeoutPassesTellsIt() {
		boolean[] failed = new boolean[1];
		SteppedEngine stepped = started(Duration.ofSeconds(2), TestService.named("a")
			.stop((context) -> failOnce(failed))
			.retry(new RetrySettings(1, Duration.ofSeconds(10), 1, Duration.ofSeconds(10), Duration.ZERO, List.of())));
		stepped.engine.stop();
		stepped.pass(Duration.ofSeconds(2));
		assertThat(stepped.events(Hanging.class)).isEmpty();
		assertStopFailed(stepped, "Service 'a' was not stopped within PT2S: " + OF_ALL + " has passed");
	}

	@Test
	void startWhenItsTimeoutPassesTellsIt() {
		SteppedEngine stepped = stepped(Duration.ofSeconds(25), TestService.named("a").start((context) -> {
		}));
		stepped.hangNext();
		stepped.engine.start();
		stepped.pass(Duration.ofMinutes(2));
		assertThat(stepped.engine.snapshot("a").failure()).hasMessage(
				"The start of service 'a' did not return within PT2M: managed-services.services.a.start-timeout");
	}

	@Test
	void checkWhenItGoesOnHangingTellsForHowLong() {
		SteppedEngine stepped = stepped(Duration.ofSeconds(25), TestService.named("a").checkHealth(() -> {
		}));
		stepped.engine.start();
		stepped.hangNext();
		stepped.pass(Duration.ofSeconds(46));
		assertThat(stepped.events(Hanging.class)).extracting(Hanging::timeout)
			.containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(25), Duration.ofSeconds(45));
		assertThat(stepped.events(Hanging.class)).extracting(Hanging::property)
			.containsOnly("managed-services.services.a.health.timeout");
	}

	@Test
	void quiesceWhenHalfOfShutdownTimeoutPassesTellsHowLongItWasInside() {
		SteppedEngine stepped = started(Duration.ofSeconds(8), TestService.named("a").quiesce((context) -> {
		}));
		stepped.hangNext();
		stepped.engine.quiesce();
		stepped.pass(Duration.ofSeconds(4));
		assertHanging(stepped, "quiesce", Duration.ofSeconds(4), OF_ALL);
	}

	private static TestService stoppable(String name) {
		return TestService.named(name).stop((context) -> {
		});
	}

	private static void failOnce(boolean[] failed) {
		if (!failed[0]) {
			failed[0] = true;
			throw new IllegalStateException("expected in this test");
		}
	}

	private static SteppedEngine stepped(Duration shutdownTimeout, TestService... services) {
		return new SteppedEngine(0,
				new EngineSettings(Duration.ofMinutes(5), EngineSettings.OnFailure.FAIL, shutdownTimeout),
				List.of(services).stream().map(TestService::build).toList());
	}

	private static SteppedEngine started(Duration shutdownTimeout, TestService... services) {
		SteppedEngine stepped = stepped(shutdownTimeout, services);
		stepped.engine.start();
		stepped.runTasks();
		return stepped;
	}

	private static void stopAndPass(SteppedEngine stepped, Duration time) {
		stepped.hangNext();
		CompletableFuture<Void> stopped = stepped.engine.stop();
		stepped.pass(time.minusNanos(1));
		assertThat(stopped).isNotDone();
		assertThat(stepped.events(Hanging.class)).isEmpty();
		stepped.pass(Duration.ofNanos(1));
		assertThat(stopped).isCompletedExceptionally();
	}

	private static void assertHanging(SteppedEngine stepped, String method, Duration passed, String property) {
		assertThat(stepped.events(Hanging.class)).singleElement().satisfies((hanging) -> {
			assertThat(hanging.method()).isEqualTo(method);
			assertThat(hanging.timeout()).isEqualTo(passed);
			assertThat(hanging.property()).isEqualTo(property);
		});
	}

	private static void assertStopFailed(SteppedEngine stepped, String message) {
		assertThat(stepped.events(StopFailed.class)).filteredOn((failed) -> !failed.retried())
			.singleElement()
			.satisfies((failed) -> assertThat(failed.cause()).hasMessage(message));
	}

}
