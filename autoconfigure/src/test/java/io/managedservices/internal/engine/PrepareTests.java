// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the preparation of services before any is started, and for starts and stops
 * in parallel.
 */
class PrepareTests {

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final CountDownLatch release = new CountDownLatch(1);

	private final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();

	@AfterEach
	void release() {
		this.release.countDown();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 2, 3, 4, 5, 6, 7 })
	void startWhenServicesHavePreparePreparesAllInOrderBeforeAnyStart(long seed) {
		SteppedEngine stepped = new SteppedEngine(seed, EngineSettings.DEFAULTS,
				List.of(preparing("a").build(), preparing("b").dependsOn("a").build(),
						preparing("c").dependsOn("a", "b").build(), preparing("x").build(), service("y").build(),
						preparing("z").dependsOn("y").build()));
		CompletableFuture<Void> start = stepped.engine.start();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.PREPARING);
		stepped.runTasks();
		assertThat(start).isCompleted();
		assertThat(this.calls.subList(0, 5)).containsExactlyInAnyOrder("a?", "b?", "c?", "x?", "z?")
			.containsSubsequence("a?", "b?", "c?");
		assertThat(this.calls.subList(5, 11)).containsExactlyInAnyOrder("+a", "+b", "+c", "+x", "+y", "+z")
			.containsSubsequence("+a", "+b", "+c")
			.containsSubsequence("+y", "+z");
	}

	@Test
	void startWhenServicesWerePreparedDoesNotPrepareThemAgain() {
		SteppedEngine stepped = new SteppedEngine(preparing("a").build());
		stepped.engine.start();
		stepped.runTasks();
		stepped.engine.stop();
		stepped.runTasks();
		stepped.engine.start();
		stepped.runTasks();
		assertThat(this.calls).containsExactly("a?", "+a", "-a", "+a");
	}

	@Test
	void stopTwiceWhilePrepareHangsLeavesLaterCallbacksAlone() {
		SteppedEngine stepped = new SteppedEngine(preparing("a").build());
		stepped.hangNext();
		stepped.engine.start();
		stepped.runTasks();
		stepped.engine.stop();
		stepped.pass(Duration.ofSeconds(5));
		stepped.engine.start();
		stepped.pass(Duration.ofSeconds(5));
		stepped.engine.stop();
		stepped.pass(Duration.ofSeconds(1));
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.returnHanging();
		stepped.hangNext();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STARTING);
		stepped.pass(Duration.ofSeconds(20));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STARTING);
		stepped.returnHanging();
		stepped.runTasks();
		assertThat(start).isCompleted();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(this.calls).doesNotContain("-a");
	}

	@Test
	void startWhenPrepareFailsNamesItAndStartsNoDependent() {
		IllegalStateException failure = new IllegalStateException("no such directory");
		SteppedEngine stepped = new SteppedEngine(service("a").prepare((context) -> {
			this.calls.add("a?");
			throw failure;
		}).build(), preparing("b").dependsOn("a").build(), service("c").dependsOn("b").build());
		assertStartFails(stepped, failure);
		assertThat(this.calls).containsExactly("a?");
		assertThat(stepped.engine.blockers("c")).extracting("name").containsExactly("b", "a");
	}

	@Test
	void startWhenPrepareFailsStartsNoIndependentService() {
		IllegalStateException failure = new IllegalStateException("no such directory");
		SteppedEngine stepped = new SteppedEngine(service("a").prepare((context) -> {
			throw failure;
		}).build(), service("x").build());
		assertStartFails(stepped, failure);
		assertThat(this.calls).isEmpty();
	}

	@Test
	void startWhenPrepareFailsAndStartIsToContinueStartsIndependentServices() {
		EngineSettings settings = new EngineSettings(Duration.ofMinutes(1), EngineSettings.OnFailure.CONTINUE,
				Duration.ofSeconds(20));
		SteppedEngine stepped = new SteppedEngine(0, settings, List.of(service("a").prepare((context) -> {
			throw new IllegalStateException("no such directory");
		}).build(), service("b").dependsOn("a").build(), service("x").build()));
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThat(start).isCompleted();
		assertThat(this.calls).containsExactly("+x");
		assertThat(stepped.engine.isReady()).isFalse();
	}

	@Test
	void startWhenServiceIsOnDemandPreparesItToo() {
		SteppedEngine stepped = new SteppedEngine(service("a").build(),
				preparing("search").dependsOn("a").activation(Activation.ON_DEMAND).build(),
				preparing("off").activation(Activation.DISABLED).build(),
				preparing("below").dependsOn("off").activation(Activation.ON_DEMAND).build());
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThat(start).isCompleted();
		assertThat(this.calls).containsExactly("search?", "+a");
		assertThat(stepped.engine.snapshot("search").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.snapshot("below").state()).isEqualTo(ServiceState.NEW);
		stepped.engine.perform(ServiceAction.ENABLE, "search");
		stepped.runTasks();
		assertThat(this.calls).containsExactly("search?", "+a", "+search");
	}

	@Test
	void startWhenPrepareOnDemandFailsGoesOnAndPreparesAgainWhenItIsNeeded() {
		SteppedEngine stepped = new SteppedEngine(service("a").build(), service("search").prepare((context) -> {
			this.calls.add("search?");
			if (this.calls.size() == 1) {
				throw new IllegalStateException("not yet");
			}
		}).activation(Activation.ON_DEMAND).build());
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThat(start).isCompleted();
		assertThat(stepped.engine.snapshot("search").state()).isEqualTo(ServiceState.FAILED);
		stepped.engine.perform(ServiceAction.ENABLE, "search");
		stepped.runTasks();
		assertThat(this.calls).containsExactly("search?", "+a", "search?", "+search");
	}

	@Test
	void prepareCallsPrepareOfAllAndStartsNothing() {
		SteppedEngine stepped = new SteppedEngine(preparing("a").build(),
				preparing("b").dependsOn("a").activation(Activation.ON_DEMAND).build(), service("c").build());
		CompletableFuture<Void> prepare = stepped.engine.prepare();
		assertThat(prepare).isNotDone();
		stepped.runTasks();
		assertThat(prepare).isCompleted();
		assertThat(this.calls).containsExactly("a?", "b?");
		CompletableFuture<ServiceSnapshot> running = stepped.engine.whenRunning("a");
		stepped.runTasks();
		assertThat(running).isCompletedExceptionally();
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThat(start).isCompleted();
		assertThat(this.calls).containsExactly("a?", "b?", "+a", "+c");
	}

	@Test
	void prepareWhenSeveralFailNamesAllOfThem() {
		SteppedEngine stepped = new SteppedEngine(failing("a").build(), failing("b").build(), preparing("c").build());
		CompletableFuture<Void> prepare = stepped.engine.prepare();
		stepped.runTasks();
		assertThat(prepare).isCompletedExceptionally();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(prepare::join)
			.withMessageContainingAll("'a'", "no a", "'b'", "no b");
		assertThat(this.calls).containsExactly("c?");
		CompletableFuture<Void> stop = stepped.engine.stop();
		stepped.runTasks();
		assertThat(stop).isCompleted();
	}

	@Test
	void exitWhenServicesStartFailsTheStartAndStartsNoOther() {
		SteppedEngine stepped = new SteppedEngine(service("a").prepare((context) -> context.exit(0)).build(),
				service("b").build());
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThat(start).isCompletedExceptionally();
		assertThat(this.calls).isEmpty();
		assertThat(stepped.events(LifecycleEvent.ExitRequested.class)).singleElement()
			.satisfies((requested) -> assertThat(requested.code()).isZero());
	}

	@Test
	void exitWhenCodeIsOutOfRangeIsRefused() {
		List<Throwable> refused = new ArrayList<>();
		SteppedEngine stepped = new SteppedEngine(
				service("a").start((context) -> refused.add(catchThrowable(() -> context.exit(256)))).build());
		stepped.engine.start();
		stepped.runTasks();
		assertThat(refused).singleElement()
			.satisfies((failure) -> assertThat(failure).isInstanceOf(IllegalArgumentException.class)
				.hasMessageContainingAll("'a'", "0 to 255", "256"));
	}

	private TestService failing(String name) {
		return service(name).prepare((context) -> {
			throw new IllegalStateException("no " + name);
		});
	}

	@Test
	void startWhenPrepareFailedOnceAndIsCommandedAgainPreparesAgain() {
		SteppedEngine stepped = new SteppedEngine(service("a").prepare((context) -> {
			this.calls.add("a?");
			if (this.calls.size() == 1) {
				throw new IllegalStateException("not yet");
			}
		}).build());
		assertThat(stepped.engine.start()).isNotDone();
		stepped.pass(Duration.ofHours(1));
		assertThat(this.calls).containsExactly("a?");
		stepped.engine.stop();
		stepped.runTasks();
		CompletableFuture<Void> again = stepped.engine.start();
		stepped.runTasks();
		assertThat(again).isCompleted();
		assertThat(this.calls).containsExactly("a?", "a?", "+a");
	}

	@Test
	void startWhenServiceFailsWhileOthersArePreparedStartsItOnceTheyAre() {
		EngineSettings settings = new EngineSettings(Duration.ofHours(1), EngineSettings.OnFailure.CONTINUE,
				Duration.ofHours(1));
		List<ServiceContext> contexts = new ArrayList<>();
		SteppedEngine stepped = new SteppedEngine(0, settings, List.of(service("a").prepare((context) -> {
			throw new IllegalStateException("no such directory");
		}).prepareTimeout(Duration.ofMinutes(1)).build(), TestService.named("x").start(contexts::add).build(),
				service("y").dependsOn("x").stopTimeout(Duration.ofSeconds(1)).build()));
		stepped.engine.start();
		stepped.runTasks();
		stepped.hangNext();
		stepped.engine.stop();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("y").state()).isEqualTo(ServiceState.STOPPING);
		stepped.hangNext();
		stepped.engine.start();
		stepped.pass(Duration.ofSeconds(2));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.PREPARING);
		assertThat(stepped.engine.snapshot("x").state()).isEqualTo(ServiceState.RUNNING);
		contexts.get(0).fail(new IllegalStateException("lost"));
		stepped.pass(Duration.ofSeconds(57));
		assertThat(stepped.engine.snapshot("x").state()).isEqualTo(ServiceState.BACKOFF);
		stepped.pass(Duration.ofSeconds(1));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("x").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(contexts).hasSize(2);
	}

	@Test
	void startWhenPrepareHangsPastItsTimeoutFailsAndTellsWhereItHangs() {
		ServiceEngine engine = engine(
				service("a").prepare((context) -> hang()).prepareTimeout(Duration.ofMillis(50)).build(),
				preparing("b").dependsOn("a").build());
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> engine.start().get(10, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(ServiceException.class)
			.withMessageContaining("The prepare of service 'a' did not return within PT0.05S: "
					+ "managed-services.services.a.prepare-timeout")
			.havingCause()
			.isInstanceOf(TimeoutException.class);
		assertThat(engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.events).filteredOn(LifecycleEvent.Hanging.class::isInstance)
				.singleElement()
				.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).method()).isEqualTo("prepare"))
				.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).stack()).extracting("methodName")
					.contains("hang")));
		Awaitility.await().untilAsserted(() -> assertThat(this.calls).containsExactly("interrupted"));
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void stopWhenPrepareIsUnderWayInterruptsItAndStartsNothing() {
		ServiceEngine engine = engine(service("a").prepare((context) -> hang()).build(), service("x").build());
		CompletableFuture<Void> start = engine.start();
		Awaitility.await().until(() -> engine.snapshot("a").state() == ServiceState.PREPARING);
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
		assertThat(start).failsWithin(Duration.ofSeconds(10));
		assertThat(this.calls).isSubsetOf("interrupted");
		assertThat(engine.snapshot("x").state()).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenCancelledPrepareHangsTellsWhereItHangs() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		ServiceEngine engine = engine(service("a").prepare((context) -> {
			inside.countDown();
			hangStubbornly();
		}).stopTimeout(Duration.ofMillis(50)).build());
		engine.start();
		assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.events).filteredOn(LifecycleEvent.Hanging.class::isInstance)
				.singleElement()
				.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).method()).isEqualTo("prepare"))
				.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).property())
					.isEqualTo("managed-services.services.a.stop-timeout"))
				.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).stack()).extracting("methodName")
					.contains("hangStubbornly")));
	}

	@Test
	void startAndStopWhenServicesAreIndependentRunInParallel() throws Exception {
		CountDownLatch preparing = new CountDownLatch(2);
		CountDownLatch starting = new CountDownLatch(2);
		CountDownLatch stopping = new CountDownLatch(2);
		ServiceDefinition[] definitions = new ServiceDefinition[2];
		for (int index = 0; index < definitions.length; index++) {
			definitions[index] = TestService.named("service-" + index)
				.prepare((context) -> meet("prepare", preparing))
				.start((context) -> meet("start", starting))
				.stop((context) -> meet("stop", stopping))
				.build();
		}
		ServiceEngine engine = engine(definitions);
		engine.start().get(20, TimeUnit.SECONDS);
		engine.stop().get(20, TimeUnit.SECONDS);
		assertThat(this.calls).containsExactly("prepare met", "prepare met", "start met", "start met", "stop met",
				"stop met");
	}

	private void meet(String what, CountDownLatch all) throws InterruptedException {
		all.countDown();
		this.calls.add(what + (all.await(5, TimeUnit.SECONDS) ? " met" : " alone"));
	}

	private void hang() throws InterruptedException {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			this.calls.add("interrupted");
			throw ex;
		}
	}

	private void hangStubbornly() {
		while (this.release.getCount() > 0) {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				// As a careless service does.
			}
		}
	}

	private static void assertStartFails(SteppedEngine stepped, Throwable failure) {
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> start.get(0, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(ServiceException.class)
			.withMessageContaining("'a'")
			.withMessageContaining(failure.getMessage())
			.havingCause()
			.isSameAs(failure);
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("a").failure()).isSameAs(failure);
	}

	private ServiceEngine engine(ServiceDefinition... definitions) {
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(definitions)), EngineSettings.DEFAULTS,
				ThreadBackend.platform());
		engine.addListener(this.events::add);
		return engine;
	}

	private TestService preparing(String name) {
		return service(name).prepare((context) -> log(context, context.name() + "?"));
	}

	private TestService service(String name) {
		return TestService.named(name)
			.start((context) -> log(context, "+" + name))
			.stop((context) -> log(context, "-" + name));
	}

	private void log(ServiceContext context, String line) {
		assertThat(line).contains(context.name());
		this.calls.add(line);
	}

}
