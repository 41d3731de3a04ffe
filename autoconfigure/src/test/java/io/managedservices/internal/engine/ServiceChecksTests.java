// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleEvent.VitalsChanged;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the readiness and health checks of running services.
 */
class ServiceChecksTests {

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final CountDownLatch release = new CountDownLatch(1);

	private @Nullable Exception notReady;

	private @Nullable Exception notHealthy;

	@AfterEach
	void release() {
		this.release.countDown();
	}

	@Test
	void startWhenServiceHasCheckIsReadyOnlyAfterItsFirstResult() {
		SteppedEngine stepped = new SteppedEngine(checked().build());
		stepped.engine.start();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(stepped.engine.snapshot("a").ready()).isFalse();
		assertThat(stepped.engine.snapshot("a").healthy()).isTrue();
		assertThat(stepped.engine.isReady()).isFalse();
		assertThat(this.calls).isEmpty();
		stepped.runTasks();
		assertThat(this.calls).containsExactly("ready", "health");
		assertThat(stepped.engine.snapshot("a").ready()).isTrue();
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.events(VitalsChanged.class)).singleElement().satisfies((event) -> {
			assertThat(event.previous().ready()).isFalse();
			assertThat(event.service().ready()).isTrue();
		});
	}

	@Test
	void startWhenServiceHasNoCheckIsReadyAtOnce() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").build());
		stepped.engine.start();
		assertThat(stepped.engine.snapshot("a").ready()).isTrue();
		assertThat(stepped.engine.isReady()).isTrue();
	}

	@Test
	void checkWhenRoundEndsIsRepeatedAfterTheInterval() {
		List<Long> begun = new ArrayList<>();
		SimulatedBackend[] backend = new SimulatedBackend[1];
		Duration took = Duration.ofSeconds(2);
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").checkReady(() -> {
			begun.add(backend[0].nanoTime());
			backend[0].advanceTo(backend[0].nanoTime() + took.toNanos());
		}).health(INTERVAL, TIMEOUT).build());
		backend[0] = stepped.backend;
		long start = stepped.backend.nanoTime();
		stepped.engine.start();
		stepped.pass(Duration.ofSeconds(30));
		long period = INTERVAL.plus(took).toNanos();
		assertThat(begun).containsExactly(start, start + period, start + 2 * period);
	}

	@Test
	void checkReadyWhenItFailsMakesServiceNotReadyUntilItPasses() {
		SteppedEngine stepped = started();
		this.notReady = new IllegalStateException("queue is full");
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isReady()).isFalse();
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.engine.readiness().ok()).isFalse();
		assertThat(stepped.engine.readiness().failures()).containsOnlyKeys("a")
			.hasEntrySatisfying("a", (why) -> assertThat(why).contains("queue is full"));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(stepped.engine.snapshot("a").failure()).isSameAs(this.notReady);
		this.notReady = null;
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.engine.readiness().ok()).isTrue();
		assertThat(stepped.engine.readiness().failures()).isEmpty();
		assertThat(stepped.engine.snapshot("a").failure()).isNull();
	}

	@Test
	void checkHealthWhenItFailsMakesServiceUnhealthyUntilItPasses() {
		SteppedEngine stepped = started();
		this.notHealthy = new IllegalStateException("disk is broken");
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.engine.health().failures()).containsOnlyKeys("a")
			.hasEntrySatisfying("a", (why) -> assertThat(why).contains("disk is broken"));
		assertThat(stepped.engine.snapshot("a").failure()).isSameAs(this.notHealthy);
		this.notHealthy = null;
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.engine.health().failures()).isEmpty();
		assertThat(stepped.engine.snapshot("a").failure()).isNull();
	}

	@Test
	void checkWhenFirstOneFailsIsTold() {
		this.notReady = new IllegalStateException("not yet");
		SteppedEngine stepped = new SteppedEngine(checked().build());
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.isReady()).isFalse();
		assertThat(stepped.events(VitalsChanged.class)).singleElement()
			.satisfies((event) -> assertThat(event.service().failure()).isSameAs(this.notReady));
	}

	@Test
	void checkWhenItFailsRepeatedlyTellsFirstFailureAndRecovery() {
		SteppedEngine stepped = started();
		stepped.pass(INTERVAL.multipliedBy(3));
		assertThat(stepped.events(VitalsChanged.class)).hasSize(1);
		this.notReady = new IllegalStateException("queue is full");
		stepped.pass(INTERVAL.multipliedBy(3));
		assertThat(this.calls).filteredOn("ready"::equals).hasSize(7);
		assertThat(stepped.events(VitalsChanged.class)).hasSize(2)
			.last()
			.satisfies((event) -> assertThat(event.previous().ready()).isTrue())
			.satisfies((event) -> assertThat(event.service().ready()).isFalse())
			.satisfies((event) -> assertThat(event.service().failure()).isSameAs(this.notReady));
		this.notReady = null;
		stepped.pass(INTERVAL.multipliedBy(3));
		assertThat(stepped.events(VitalsChanged.class)).hasSize(3)
			.last()
			.satisfies((event) -> assertThat(event.previous().ready()).isFalse())
			.satisfies((event) -> assertThat(event.service().ready()).isTrue());
	}

	@Test
	void checkWhenOtherOneFailsTooIsTold() {
		SteppedEngine stepped = started();
		this.notReady = new IllegalStateException("queue is full");
		stepped.pass(INTERVAL);
		this.notHealthy = new IllegalStateException("disk is broken");
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isReady()).isFalse();
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.events(VitalsChanged.class)).hasSize(3);
		this.notReady = null;
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.events(VitalsChanged.class)).hasSize(4);
	}

	@Test
	void checkWhenItThrowsAnErrorMakesServiceNotReady() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").checkReady(() -> {
			throw new AssertionError("expected in this test");
		}).build());
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").failure()).isInstanceOf(AssertionError.class);
		assertThat(stepped.engine.isReady()).isFalse();
	}

	@Test
	void snapshotWhenAskedCallsNoCheck() {
		SteppedEngine stepped = started();
		this.calls.clear();
		stepped.engine.snapshot("a");
		stepped.engine.snapshots();
		stepped.engine.isReady();
		stepped.engine.isHealthy();
		stepped.engine.readiness();
		stepped.engine.health();
		assertThat(stepped.backend.hasTasks()).isFalse();
		assertThat(this.calls).isEmpty();
	}

	@Test
	void stopWhenServiceHasChecksMakesNoMore() {
		SteppedEngine stepped = started();
		this.calls.clear();
		stepped.engine.stop();
		stepped.pass(INTERVAL.multipliedBy(10));
		assertThat(this.calls).isEmpty();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.snapshot("a").ready()).isFalse();
		assertThat(stepped.engine.isReady()).isFalse();
	}

	@Test
	void stopWhenCheckIsQueuedWithdrawsIt() {
		SteppedEngine stepped = new SteppedEngine(checked().build());
		stepped.engine.start();
		stepped.engine.stop();
		stepped.pass(INTERVAL);
		assertThat(this.calls).isEmpty();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void startWhenServiceWasUnhealthyBeforeItsStopBeginsAnew() {
		SteppedEngine stepped = started();
		this.notHealthy = new IllegalStateException("disk is broken");
		stepped.pass(INTERVAL);
		stepped.engine.stop();
		stepped.runTasks();
		assertThat(stepped.engine.isHealthy()).isTrue();
		this.notHealthy = null;
		stepped.engine.start();
		assertThat(stepped.engine.snapshot("a").ready()).isFalse();
		stepped.runTasks();
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.engine.snapshot("a").failure()).isNull();
	}

	@Test
	void checkWhenItHangsPastItsTimeoutIsInterruptedAndMakesServiceNotReady() throws Exception {
		List<LifecycleEvent> events = new CopyOnWriteArrayList<>();
		CountDownLatch interrupted = new CountDownLatch(1);
		ServiceEngine engine = engine(TestService.named("a").checkReady(() -> hang(interrupted)), events);
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
		Awaitility.await()
			.untilAsserted(() -> assertThat(engine.snapshot("a").failure()).isInstanceOf(TimeoutException.class)
				.hasMessage("The check of service 'a' did not return within PT0.05S: "
						+ "managed-services.services.a.health.timeout"));
		assertThat(engine.isReady()).isFalse();
		assertThat(engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		Awaitility.await()
			.untilAsserted(() -> assertThat(events).filteredOn(LifecycleEvent.Hanging.class::isInstance)
				.first()
				.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).method()).isEqualTo("check"))
				.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).stack()).extracting("methodName")
					.contains("hang")));
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
		assertThat(engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenBothChecksHangInterruptsThem() throws Exception {
		CountDownLatch first = new CountDownLatch(1);
		CountDownLatch second = new CountDownLatch(1);
		ServiceEngine engine = engine(
				TestService.named("a").checkReady(() -> hang(first)).checkHealth(() -> hang(second)),
				new CopyOnWriteArrayList<>());
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
		assertThat(engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
	}

	private void hang(CountDownLatch interrupted) throws InterruptedException {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			interrupted.countDown();
			throw ex;
		}
	}

	private ServiceEngine engine(TestService service, List<LifecycleEvent> events) {
		ServiceEngine engine = new ServiceEngine(
				ServiceGraph.of(List.of(service.health(Duration.ofMillis(20), Duration.ofMillis(50))
					.stopTimeout(Duration.ofSeconds(1))
					.build())),
				EngineSettings.DEFAULTS, ThreadBackend.platform());
		engine.addListener(events::add);
		return engine;
	}

	private SteppedEngine started() {
		SteppedEngine stepped = new SteppedEngine(checked().build());
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.isReady()).isTrue();
		return stepped;
	}

	private TestService checked() {
		return TestService.named("a")
			.checkReady(() -> check("ready", this.notReady))
			.checkHealth(() -> check("health", this.notHealthy))
			.health(INTERVAL, TIMEOUT);
	}

	private void check(String name, @Nullable Exception failure) throws Exception {
		this.calls.add(name);
		if (failure != null) {
			throw failure;
		}
	}

}
