// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.managedservices.Restart;
import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.engine.run.EngineSettings.OnFailure;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ShutdownShare;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceEngine#quiesce()}.
 */
class QuiesceTests {

	private final List<String> log = new ArrayList<>();

	@Test
	void quiesceWhenRunningTellsServicesOnceWhichGoOnRunning() {
		SteppedEngine stepped = new SteppedEngine(recorded("a").build(), recorded("b").dependsOn("a").build(),
				TestService.named("c").build());
		start(stepped);
		CompletableFuture<Void> quiesced = stepped.engine.quiesce();
		assertThat(quiesced).isNotDone();
		stepped.runTasks();
		assertThat(quiesced).isCompleted();
		assertThat(this.log).containsExactlyInAnyOrder("quiesce a", "quiesce b");
		assertThat(stepped.engine.snapshots()).extracting("state").containsOnly(ServiceState.RUNNING);
		CompletableFuture<Void> again = stepped.engine.quiesce();
		stepped.runTasks();
		assertThat(again).isCompleted();
		assertThat(this.log).hasSize(2);
		assertThat(stepped.events(LifecycleEvent.Quiesced.class)).singleElement()
			.satisfies((event) -> assertThat(event.shares()).extracting((share) -> share.service().name())
				.containsExactlyInAnyOrder("a", "b"));
	}

	@Test
	void quiesceWhenNothingRunsCompletes() {
		SteppedEngine stepped = new SteppedEngine(recorded("a").build());
		CompletableFuture<Void> quiesced = stepped.engine.quiesce();
		stepped.runTasks();
		assertThat(quiesced).isCompleted();
		assertThat(this.log).isEmpty();
	}

	@Test
	void quiesceWhenStatusIsToldShowsIt() {
		SteppedEngine stepped = new SteppedEngine(
				TestService.named("a").quiesce((context) -> context.status("3 mails to send")).build());
		start(stepped);
		stepped.engine.quiesce();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").vitals().status()).isEqualTo("3 mails to send");
	}

	@Test
	void quiesceWhenItThrowsReportsIt() {
		IllegalStateException failure = new IllegalStateException("broken");
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").quiesce((context) -> {
			throw failure;
		}).build());
		start(stepped);
		CompletableFuture<Void> quiesced = stepped.engine.quiesce();
		stepped.runTasks();
		assertThat(quiesced).isCompleted();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(stepped.events(LifecycleEvent.ErrorReported.class)).singleElement()
			.satisfies((event) -> assertThat(event.cause()).hasMessage("The quiesce of service 'a' failed")
				.hasCause(failure));
		assertThat(stepped.events(LifecycleEvent.Quiesced.class).get(0).shares()).singleElement()
			.satisfies((share) -> assertThat(share.quiesced()).isFalse());
	}

	@Test
	void startWhenStoppedAfterQuiesceTakesWorkAgain() {
		SteppedEngine stepped = new SteppedEngine(recorded("a").build());
		start(stepped);
		stepped.engine.quiesce();
		stepped.runTasks();
		CompletableFuture<Void> stopped = stepped.engine.stop();
		stepped.runTasks();
		assertThat(stopped).isCompleted();
		start(stepped);
		assertThat(this.log).containsExactly("quiesce a");
		stepped.engine.quiesce();
		stepped.runTasks();
		assertThat(this.log).containsExactly("quiesce a", "quiesce a");
	}

	@Test
	void startWhenStopAfterQuiesceIsUnderWayRestartsWhatRuns() {
		SteppedEngine stepped = new SteppedEngine(recorded("a").start((context) -> this.log.add("start a"))
			.stop((context) -> this.log.add("stop a " + context.stopReason()))
			.build(), TestService.named("b").dependsOn("a").stop((context) -> this.log.add("stop b")).build());
		start(stepped);
		stepped.engine.quiesce();
		stepped.runTasks();
		stepped.engine.stop();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		CompletableFuture<Void> started = stepped.engine.start();
		stepped.runTasks();
		assertThat(started).isCompleted();
		assertThat(this.log).containsExactly("start a", "quiesce a", "stop b", "stop a RESTART", "start a");
	}

	@Test
	void quiesceWhenServiceIsRestartedLaterTellsItAsWell() {
		SteppedEngine stepped = new SteppedEngine(recorded("a").build());
		start(stepped);
		stepped.engine.quiesce();
		stepped.runTasks();
		stepped.engine.perform(ServiceAction.RESTART, "a");
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(this.log).containsExactly("quiesce a", "quiesce a");
	}

	@Test
	void stopWhenQuiesceHasTakenTimeHasTheRestOfTheTimeout() throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		ServiceEngine engine = engine(Duration.ofMillis(600),
				TestService.named("mailer").quiesce((context) -> hang(released, context)).build(),
				TestService.named("writer").stop((context) -> hang(released, context)).build());
		List<LifecycleEvent> events = new ArrayList<>();
		engine.addListener((event) -> {
			synchronized (events) {
				events.add(event);
			}
		});
		engine.start().get(10, TimeUnit.SECONDS);
		engine.quiesce().get(10, TimeUnit.SECONDS);
		assertThat(engine.snapshot("mailer").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(engine.snapshot("mailer").vitals().status()).isEqualTo("busy");
		assertThat(engine.stop()).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withMessageContaining("'writer' could not be stopped");
		Awaitility.await()
			.untilAsserted(() -> assertThat(copy(events)).anyMatch(LifecycleEvent.Stopped.class::isInstance));
		assertThat(copy(events)).filteredOn(LifecycleEvent.Quiesced.class::isInstance)
			.singleElement()
			.satisfies((event) -> {
				LifecycleEvent.Quiesced quiesced = (LifecycleEvent.Quiesced) event;
				assertThat(quiesced.duration()).isBetween(Duration.ofMillis(300), Duration.ofMillis(590));
				assertThat(quiesced.shares()).singleElement()
					.satisfies((share) -> assertThat(share.quiesced()).isFalse());
			});
		assertThat(copy(events)).filteredOn(LifecycleEvent.Hanging.class::isInstance)
			.extracting((event) -> ((LifecycleEvent.Hanging) event).method())
			.contains("quiesce", "stop");
		assertThat(copy(events)).filteredOn(LifecycleEvent.Stopped.class::isInstance)
			.extracting((event) -> ((LifecycleEvent.Stopped) event).duration())
			.allSatisfy((duration) -> assertThat(duration).isBetween(Duration.ofMillis(1), Duration.ofMillis(400)));
		assertThat(copy(events)).filteredOn(LifecycleEvent.ShutdownTimedOut.class::isInstance)
			.singleElement()
			.satisfies((event) -> assertShares(((LifecycleEvent.ShutdownTimedOut) event).shares()));
		released.countDown();
	}

	private static void assertShares(List<ShutdownShare> shares) {
		assertThat(shares).extracting((share) -> share.service().name()).containsExactlyInAnyOrder("mailer", "writer");
		assertThat(shares).allSatisfy((share) -> {
			boolean mailer = share.service().name().equals("mailer");
			assertThat(share.quiesced()).isEqualTo(!mailer);
			assertThat(share.quiesce() != null).isEqualTo(mailer);
			assertThat(share.total()).isGreaterThan(Duration.ofMillis(200));
		});
	}

	@Test
	void stopWhenServiceIsInsideQuiesceInterruptsIt() {
		List<ServiceContext> contexts = new ArrayList<>();
		SteppedEngine stepped = new SteppedEngine(
				TestService.named("a").quiesce(contexts::add).stop((context) -> this.log.add("stop a")).build());
		start(stepped);
		CompletableFuture<Void> quiesced = stepped.engine.quiesce();
		CompletableFuture<Void> stopped = stepped.engine.stop();
		stepped.runTasks();
		assertThat(quiesced).isCompleted();
		assertThat(stopped).isCompleted();
		assertThat(contexts).as("withdrawn before it began").isEmpty();
		assertThat(this.log).containsExactly("stop a");
	}

	@Test
	void shutdownIsRequestedWhenServiceThatRanIsGivenUp() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").restart(atOnce()).build(),
				recorded("b").dependsOn("a").build());
		start(stepped);
		stepped.engine.fail("a", new IllegalStateException("broken"));
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.events(LifecycleEvent.ShutdownRequested.class)).singleElement()
			.satisfies((event) -> assertThat(event.service().name()).isEqualTo("a"));
		CompletableFuture<ServiceSnapshot> late = stepped.engine.whenRunning("a");
		stepped.runTasks();
		assertThat(late).isCompletedExceptionally();
		assertThat(stepped.events(LifecycleEvent.ShutdownRequested.class)).hasSize(1);
	}

	@Test
	void shutdownIsRequestedWhenFirstStartIsGivenUpAndApplicationWasToContinue() {
		SteppedEngine stepped = neverStarts(OnFailure.CONTINUE);
		stepped.engine.start();
		stepped.pass(Duration.ofMinutes(2));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.events(LifecycleEvent.ShutdownRequested.class)).extracting((event) -> event.service().name())
			.containsExactly("a", "slow");
	}

	@Test
	void shutdownIsNotRequestedWhenStartOfAllFails() {
		SteppedEngine stepped = neverStarts(OnFailure.FAIL);
		CompletableFuture<Void> started = stepped.engine.start();
		stepped.pass(Duration.ofMinutes(10));
		assertThat(started).isCompletedExceptionally();
		assertThat(stepped.engine.snapshot("slow").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.events(LifecycleEvent.ShutdownRequested.class)).isEmpty();
	}

	@Test
	void shutdownIsRequestedWhenFirstStartByOperatorIsGivenUp() {
		SteppedEngine stepped = new SteppedEngine(
				TestService.named("a").restart(atOnce()).activation(Activation.DISABLED).start((context) -> {
					throw new IllegalStateException("broken");
				}).build());
		stepped.engine.start();
		stepped.runTasks();
		stepped.forgetEvents();
		stepped.engine.perform(ServiceAction.ENABLE, "a");
		stepped.pass(Duration.ofMinutes(2));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.events(LifecycleEvent.ShutdownRequested.class)).hasSize(1);
	}

	// The start of all fails with the first, while the second has attempts left.
	private static SteppedEngine neverStarts(OnFailure onFailure) {
		RetrySettings longer = new RetrySettings(6, Duration.ofSeconds(1), 2, Duration.ofSeconds(30), Duration.ZERO,
				List.of());
		return new SteppedEngine(0, new EngineSettings(Duration.ofMinutes(5), onFailure, Duration.ofSeconds(25)),
				List.of(TestService.named("a").restart(atOnce()).start((context) -> {
					throw new IllegalStateException("broken");
				}).build(), TestService.named("slow").restart(atOnce()).retry(longer).start((context) -> {
					throw new IllegalStateException("broken");
				}).build()));
	}

	@Test
	void shutdownIsRequestedWhenRestartAfterFailureDoesNotStart() {
		List<Integer> starts = new ArrayList<>();
		RestartSettings restart = new RestartSettings(Restart.Policy.ON_FAILURE, 3, Duration.ofMinutes(10),
				RestartSettings.DEFAULTS.backoff(), Restart.OnGiveUp.SHUTDOWN);
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").restart(restart).start((context) -> {
			starts.add(starts.size());
			if (starts.size() > 1) {
				throw new IllegalStateException("broken");
			}
		}).build());
		start(stepped);
		stepped.engine.fail("a", new IllegalStateException("broken"));
		stepped.pass(Duration.ofMinutes(5));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.events(LifecycleEvent.ShutdownRequested.class)).hasSize(1);
	}

	private static RestartSettings atOnce() {
		return new RestartSettings(Restart.Policy.NEVER, 0, Duration.ofMinutes(10), RestartSettings.DEFAULTS.backoff(),
				Restart.OnGiveUp.SHUTDOWN);
	}

	private TestService recorded(String name) {
		return TestService.named(name).quiesce((context) -> {
			assertThat(context.isStopping()).isFalse();
			this.log.add("quiesce " + name);
		});
	}

	private static void start(SteppedEngine stepped) {
		CompletableFuture<Void> started = stepped.engine.start();
		stepped.pass(Duration.ofSeconds(1));
		assertThat(started).isCompleted();
	}

	private static ServiceEngine engine(Duration shutdownTimeout, ServiceDefinition... definitions) {
		return new ServiceEngine(ServiceGraph.of(List.of(definitions)),
				new EngineSettings(Duration.ofMinutes(1), OnFailure.FAIL, shutdownTimeout), ThreadBackend.platform());
	}

	private static List<LifecycleEvent> copy(List<LifecycleEvent> events) {
		synchronized (events) {
			return List.copyOf(events);
		}
	}

	// Ignores interrupts.
	private static void hang(CountDownLatch released, ServiceContext context) {
		context.status("busy");
		while (released.getCount() > 0) {
			try {
				released.await();
			}
			catch (InterruptedException ex) {
				// As a careless service does.
			}
		}
	}

}
