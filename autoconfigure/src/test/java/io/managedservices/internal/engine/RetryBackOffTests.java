// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent.StateChanged;
import io.managedservices.monitor.LifecycleEvent.StopFailed;
import io.managedservices.monitor.LifecycleEvent.Stopped;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the attempts to start and stop services and the waits between them.
 */
class RetryBackOffTests {

	private final List<String> calls = new ArrayList<>();

	private RuntimeException failure = new IllegalStateException("expected in this test");

	@Test
	void startWhenItFailsWaitsAsDelayMultiplierAndMaxDelaySay() {
		SteppedEngine stepped = new SteppedEngine(failing(retry(6, 100, 3, 2000, 0)));
		assertThat(delays(stepped)).containsExactly(100L, 300L, 900L, 2000L, 2000L, 2000L);
		assertThat(this.calls).filteredOn("+a"::equals).hasSize(7);
		ServiceSnapshot snapshot = stepped.engine.snapshot("a");
		assertThat(snapshot.state()).isEqualTo(ServiceState.FAILED);
		assertThat(snapshot.attempt()).isEqualTo(new ServiceSnapshot.Attempt(7, 7, null));
		assertThat(snapshot.failure()).isSameAs(this.failure);
	}

	@Test
	void startWhenNothingIsConfiguredWaitsAsDocumented() {
		SteppedEngine stepped = new SteppedEngine(failing(RetrySettings.DEFAULTS));
		assertThat(delays(stepped)).containsExactly(1000L, 2000L, 4000L);
	}

	@Test
	void startWhenRetriesHaveNoLimitIsTriedForEver() {
		SteppedEngine stepped = new SteppedEngine(failing(retry(RetrySettings.UNLIMITED, 100, 3, 2000, 0)));
		stepped.engine.start();
		stepped.pass(Duration.ofDays(1));
		ServiceSnapshot snapshot = stepped.engine.snapshot("a");
		assertThat(snapshot.state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(snapshot.attempt().number()).isGreaterThan(43_000);
		assertThat(snapshot.attempt().hasLimit()).isFalse();
		assertThat(snapshot.attempt().progress()).isEqualTo(String.valueOf(snapshot.attempt().number()));
	}

	@Test
	void startWhenDelayIsZeroIsTriedAgainAtOnce() {
		SteppedEngine stepped = new SteppedEngine(failing(retry(2, 0, 2, 1000, 0)));
		long begin = stepped.backend.nanoTime();
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.backend.nanoTime()).isEqualTo(begin);
		assertThat(this.calls).containsExactly("+a", "-a", "+a", "-a", "+a", "-a");
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 100 })
	void startWhenJitterIsSetIsTriedAsOftenAsWithout(long delay) {
		SteppedEngine stepped = new SteppedEngine(failing(retry(3, delay, 1, 1000, 50)));
		stepped.engine.start();
		stepped.pass(Duration.ofMinutes(1));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(this.calls).filteredOn("+a"::equals).hasSize(4);
	}

	@Test
	void startWhenJitterIsSetVariesWithinItsBounds() {
		List<List<Long>> rounds = new ArrayList<>();
		for (int round = 0; round < 50; round++) {
			rounds.add(delays(new SteppedEngine(failing(retry(3, 1000, 2, 3000, 200)))));
		}
		assertThat(rounds).allSatisfy((delays) -> {
			assertThat(delays).hasSize(3);
			assertThat(delays.get(0)).isBetween(800L, 1200L);
			assertThat(delays.get(1)).isBetween(1600L, 2400L);
			assertThat(delays.get(2)).isBetween(2400L, 3000L);
		});
		assertThat(Set.copyOf(rounds)).hasSizeGreaterThan(10);
	}

	@Test
	void startWhenFailureIsExcludedIsNotTriedAgain() {
		this.failure = new IllegalArgumentException("expected in this test");
		SteppedEngine stepped = new SteppedEngine(
				failing(new RetrySettings(5, Duration.ofSeconds(1), 2, Duration.ofSeconds(10), Duration.ZERO,
						List.of(UncheckedIOException.class, IllegalArgumentException.class))));
		assertFailsAtFirstAttempt(stepped);
	}

	@Test
	void startWhenFailureIsSubtypeOfExcludedIsNotTriedAgain() {
		this.failure = new NumberFormatException("expected in this test");
		SteppedEngine stepped = new SteppedEngine(failing(new RetrySettings(5, Duration.ofSeconds(1), 2,
				Duration.ofSeconds(10), Duration.ZERO, List.of(IllegalArgumentException.class))));
		assertFailsAtFirstAttempt(stepped);
	}

	@Test
	void startWhenFailureIsNotExcludedIsTriedAgain() {
		SteppedEngine stepped = new SteppedEngine(failing(new RetrySettings(1, Duration.ofSeconds(1), 2,
				Duration.ofSeconds(10), Duration.ZERO, List.of(IllegalArgumentException.class))));
		assertThat(delays(stepped)).containsExactly(1000L);
	}

	@Test
	void startWhenFailureIsMistakeInProgramIsNotTriedAgain() {
		this.failure = new ClassCastException("expected in this test");
		SteppedEngine stepped = new SteppedEngine(failing(RetrySettings.DEFAULTS));
		assertFailsAtFirstAttempt(stepped);
		assertThat(stepped.engine.snapshot("a").problem()).isEqualTo(
				"java.lang.ClassCastException: expected in this test (given up after 1 of 4 attempts: java.lang.ClassCastException is a mistake in the program. If another attempt may help, name it in managed-services.services.a.retry.includes, and no type of it in retry.excludes)");
	}

	@Test
	void startWhenFailureIsExcludedTellsSo() {
		SteppedEngine stepped = new SteppedEngine(failing(new RetrySettings(5, Duration.ofSeconds(1), 2,
				Duration.ofSeconds(10), Duration.ZERO, List.of(IllegalStateException.class))));
		assertFailsAtFirstAttempt(stepped);
		assertThat(stepped.engine.snapshot("a").notRetried()).isEqualTo(
				"retry.excludes names a type of it. If another attempt may help, set managed-services.services.a.retry.excludes without that");
	}

	@Test
	void startWhenMistakeIsIncludedIsTriedAgain() {
		this.failure = new ClassCastException("expected in this test");
		SteppedEngine stepped = new SteppedEngine(
				failing(including(List.of(), List.of(IllegalArgumentException.class, ClassCastException.class))));
		assertThat(delays(stepped)).containsExactly(1000L);
		assertThat(stepped.engine.snapshot("a").notRetried()).isNull();
		assertThat(stepped.engine.snapshot("a").problem())
			.endsWith("(given up after 2 of 2 attempts: managed-services.services.a.retry.max-retries)");
	}

	@Test
	void startWhenSupertypeOfWrappedMistakeIsIncludedIsTriedAgain() {
		this.failure = new CompletionException(new NoClassDefFoundError("expected in this test"));
		assertThat(delays(new SteppedEngine(failing(including(List.of(), List.of(LinkageError.class))))))
			.containsExactly(1000L);
	}

	@Test
	void startWhenFailureIsIncludedAndExcludedIsNotTriedAgain() {
		this.failure = new ClassCastException("expected in this test");
		assertFailsAtFirstAttempt(new SteppedEngine(
				failing(including(List.of(ClassCastException.class), List.of(ClassCastException.class)))));
	}

	@Test
	void startWhenAnythingIsIncludedStillTriesAgainWhatIsNot() {
		assertThat(delays(new SteppedEngine(failing(including(List.of(), List.of(LinkageError.class))))))
			.containsExactly(1000L);
	}

	@Test
	void stopWhenFailureIsMistakeInProgramIsNotTriedAgain() {
		this.failure = new UnsupportedOperationException("expected in this test");
		SteppedEngine stepped = new SteppedEngine(below(), stopFailing(RetrySettings.DEFAULTS).build());
		stepped.engine.start();
		stepped.runTasks();
		CompletableFuture<Void> stop = stepped.engine.stop();
		stepped.runTasks();
		assertThat(stop).isCompletedExceptionally();
		assertThat(this.calls).containsExactly("-b", "-a");
		assertStopFailed(stepped, false);
	}

	private static RetrySettings including(List<Class<? extends Throwable>> excludes,
			List<Class<? extends Throwable>> includes) {
		return new RetrySettings(1, Duration.ofSeconds(1), 2, Duration.ofSeconds(10), Duration.ZERO, excludes,
				includes);
	}

	@Test
	void startWhenThereAreNoRetriesIsTriedOnce() {
		assertFailsAtFirstAttempt(new SteppedEngine(failing(RetrySettings.NONE)));
	}

	@Test
	void startWhenBackingOffHoldsNoThread() {
		SteppedEngine stepped = new SteppedEngine(failing(retry(3, 7000, 1, 7000, 0)));
		stepped.engine.start();
		stepped.runTasks();
		long due = stepped.backend.nanoTime() + Duration.ofSeconds(7).toNanos();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(stepped.engine.snapshot("a").failure()).isSameAs(this.failure);
		assertThat(stepped.backend.hasTasks()).isFalse();
		assertThat(stepped.backend.alarmAt()).isEqualTo(due);
		stepped.backend.advanceTo(due - 1);
		assertThat(stepped.backend.hasTasks()).isFalse();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
		stepped.backend.advanceTo(due);
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STARTING);
		assertThat(stepped.engine.snapshot("a").attempt().number()).isEqualTo(2);
		assertThat(stepped.engine.snapshot("a").attempt().next()).isNull();
	}

	@Test
	void startWhenStoppedAndStartedAgainBeginsWithTheFirstDelay() {
		SteppedEngine stepped = new SteppedEngine(failing(retry(3, 100, 2, 10_000, 0)));
		stepped.engine.start();
		stepped.pass(Duration.ofMillis(150));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(stepped.engine.snapshot("a").attempt().number()).isEqualTo(2);
		stepped.engine.stop();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(delays(stepped)).containsExactly(100L, 200L, 400L);
	}

	@Test
	void stopWhenItFailsIsTriedAgainByTheSamePolicy() {
		List<Long> times = new ArrayList<>();
		SteppedEngine[] holder = new SteppedEngine[1];
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").stop((context) -> {
			times.add(holder[0].backend.nanoTime());
			if (times.size() < 3) {
				throw this.failure;
			}
		}).retry(retry(3, 100, 3, 2000, 0)).build());
		holder[0] = stepped;
		stepped.engine.start();
		stepped.runTasks();
		long begin = stepped.backend.nanoTime();
		CompletableFuture<Void> stop = stepped.engine.stop();
		stepped.pass(Duration.ofMillis(399));
		assertThat(stop).isNotDone();
		stepped.pass(Duration.ofMillis(1));
		assertThat(stop).isCompleted();
		assertThat(times).containsExactly(begin, begin + 100_000_000, begin + 400_000_000);
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.snapshot("a").timings().stop()).isEqualTo(Duration.ofMillis(400));
		assertThat(stepped.events(StopFailed.class)).extracting(StopFailed::retried).containsExactly(true, true);
	}

	@Test
	void stopWhenRetriesAreUsedUpIsReportedAndServiceBelowIsStopped() {
		SteppedEngine stepped = new SteppedEngine(below(), stopFailing(retry(2, 100, 1, 100, 0)).build());
		stepped.engine.start();
		stepped.runTasks();
		CompletableFuture<Void> stop = stepped.engine.stop();
		stepped.pass(Duration.ofMillis(200));
		assertThat(stop).isCompletedExceptionally();
		assertThat(this.calls).containsExactly("-b", "-b", "-b", "-a");
		assertStopFailed(stepped, true, true, false);
	}

	@Test
	void stopWhenNextRetryWouldPassTheStopTimeoutIsReportedAtOnce() {
		SteppedEngine stepped = new SteppedEngine(below(),
				stopFailing(retry(9, 1000, 2, 10_000, 0)).stopTimeout(Duration.ofMillis(2500)).build());
		stepped.engine.start();
		stepped.runTasks();
		CompletableFuture<Void> stop = stepped.engine.stop();
		stepped.pass(Duration.ofMillis(1000));
		assertThat(stop).isCompletedExceptionally();
		assertThat(this.calls).containsExactly("-b", "-b", "-a");
		assertStopFailed(stepped, true, false);
	}

	@Test
	void stopWhenFailureIsExcludedIsReportedAndServiceBelowIsStopped() {
		SteppedEngine stepped = new SteppedEngine(below(), stopFailing(new RetrySettings(5, Duration.ofSeconds(1), 2,
				Duration.ofSeconds(10), Duration.ZERO, List.of(IllegalStateException.class)))
			.build());
		stepped.engine.start();
		stepped.runTasks();
		CompletableFuture<Void> stop = stepped.engine.stop();
		stepped.runTasks();
		assertThat(stop).isCompletedExceptionally();
		assertThat(this.calls).containsExactly("-b", "-a");
		assertStopFailed(stepped, false);
	}

	@Test
	void stopWhenItThrowsAnErrorIsNotTriedAgain() {
		Error error = new NoClassDefFoundError("planted");
		SteppedEngine stepped = new SteppedEngine(below(), TestService.named("b").dependsOn("a").stop((context) -> {
			this.calls.add("-b");
			throw error;
		}).build());
		stepped.engine.start();
		stepped.runTasks();
		CompletableFuture<Void> stop = stepped.engine.stop();
		stepped.runTasks();
		assertThat(stop).isCompletedExceptionally();
		assertThat(this.calls).containsExactly("-b", "-a");
		assertThat(stepped.events(StopFailed.class)).extracting(StopFailed::retried).containsExactly(false);
		assertThat(stepped.engine.snapshot("b").failure()).isSameAs(error);
	}

	private void assertStopFailed(SteppedEngine stepped, Boolean... retried) {
		assertThat(stepped.events(StopFailed.class)).extracting(StopFailed::retried).containsExactly(retried);
		assertThat(stepped.events(StopFailed.class)).allSatisfy((event) -> {
			assertThat(event.service().name()).isEqualTo("b");
			assertThat(event.cause()).isSameAs(this.failure);
		});
		assertThat(stepped.engine.snapshot("b").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("b").failure()).isSameAs(this.failure);
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.events(Stopped.class)).singleElement()
			.satisfies((event) -> assertThat(event.abandoned()).isEmpty());
	}

	private void assertFailsAtFirstAttempt(SteppedEngine stepped) {
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThat(start).isCompletedExceptionally();
		assertThat(this.calls).containsExactly("+a", "-a");
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("a").attempt().number()).isEqualTo(1);
		assertThat(stepped.events(StateChanged.class)).extracting((event) -> event.service().state())
			.doesNotContain(ServiceState.BACKOFF);
		stepped.pass(Duration.ofHours(1));
		assertThat(this.calls).containsExactly("+a", "-a");
	}

	// The waits in milliseconds, each as told by the attempt and kept by the engine.
	private static List<Long> delays(SteppedEngine stepped) {
		List<Long> delays = new ArrayList<>();
		stepped.engine.start();
		stepped.runTasks();
		ServiceSnapshot snapshot = stepped.engine.snapshot("a");
		while (snapshot.state() == ServiceState.BACKOFF) {
			assertThat(snapshot.attempt().next()).isNotNull();
			Duration wait = Duration.between(stepped.now(), snapshot.attempt().next());
			delays.add(wait.toMillis());
			stepped.pass(wait.minusNanos(1));
			assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
			stepped.pass(Duration.ofNanos(1));
			stepped.runTasks();
			assertThat(stepped.engine.snapshot("a").attempt().number()).isEqualTo(snapshot.attempt().number() + 1);
			snapshot = stepped.engine.snapshot("a");
		}
		return delays;
	}

	private ServiceDefinition failing(RetrySettings retry) {
		return TestService.named("a").start((context) -> {
			this.calls.add("+a");
			throw this.failure;
		}).stop((context) -> this.calls.add("-a")).retry(retry).build();
	}

	private ServiceDefinition below() {
		return TestService.named("a").stop((context) -> this.calls.add("-a")).build();
	}

	private TestService stopFailing(RetrySettings retry) {
		return TestService.named("b").dependsOn("a").stop((context) -> {
			this.calls.add("-b");
			throw this.failure;
		}).retry(retry);
	}

	private static RetrySettings retry(int maxRetries, long delay, double multiplier, long maxDelay, long jitter) {
		return new RetrySettings(maxRetries, Duration.ofMillis(delay), multiplier, Duration.ofMillis(maxDelay),
				Duration.ofMillis(jitter), List.of());
	}

}
