// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for values that services provide to others.
 */
class ProvidedValuesTests {

	private int number;

	private @Nullable ServiceContext latest;

	private final TestService provider = TestService.named("a").start((context) -> {
		this.latest = context;
		context.provide("client " + ++this.number);
	});

	@Test
	void providedWhenServiceRunsIsItsValue() {
		SteppedEngine stepped = started(this.provider);
		assertThat(stepped.engine.provided("a", String.class)).isEqualTo("client 1");
		assertThat(stepped.engine.provided("a", CharSequence.class)).isEqualTo("client 1");
	}

	@Test
	void providedWhenServiceIsStillStartingIsNotReachable() {
		List<ServiceException> failures = new ArrayList<>();
		SteppedEngine[] stepped = new SteppedEngine[1];
		stepped[0] = stepped(TestService.named("a").start((context) -> {
			context.provide("client");
			failures.add(failure(() -> stepped[0].engine.provided("a", String.class)));
		}));
		stepped[0].engine.start();
		stepped[0].runTasks();
		assertThat(failures).singleElement()
			.extracting(Throwable::getMessage)
			.isEqualTo("Service 'a' provides nothing while it does not run: it is STARTING");
		assertThat(stepped[0].engine.provided("a", String.class)).isEqualTo("client");
	}

	@Test
	void providedWhenRunningIsSeenWithRunning() {
		SteppedEngine stepped = stepped(this.provider);
		List<String> seen = new ArrayList<>();
		stepped.engine.whenRunning("a").thenAccept((service) -> seen.add(stepped.engine.provided("a", String.class)));
		stepped.engine.start();
		stepped.runTasks();
		assertThat(seen).containsExactly("client 1");
	}

	@Test
	void provideWhenServiceRunsReplacesTheValueAtOnce() {
		SteppedEngine stepped = started(this.provider);
		context().provide("another");
		assertThat(stepped.engine.provided("a", String.class)).isEqualTo("another");
	}

	@Test
	void providedWhenServiceIsDownIsNotReachableAndNewAfterwards() {
		List<String> inStop = new ArrayList<>();
		SteppedEngine[] engine = new SteppedEngine[1];
		engine[0] = started(this.provider
			.stop((context) -> inStop.add(failure(() -> engine[0].engine.provided("a", String.class)).getMessage())));
		SteppedEngine stepped = engine[0];
		ServiceContext old = context();
		old.fail(new IllegalStateException("expected in this test"));
		assertThat(failure(() -> stepped.engine.provided("a", String.class))).hasMessageContaining("STOPPING");
		stepped.runTasks();
		assertThat(inStop).containsExactly(
				"Service 'a' provides nothing while it does not run: it is STOPPING: java.lang.IllegalStateException: expected in this test");
		assertThat(failure(() -> stepped.engine.provided("a", String.class))).hasMessageContaining("BACKOFF");
		old.provide("late");
		stepped.pass(Duration.ofMinutes(1));
		assertThat(stepped.engine.provided("a", String.class)).isEqualTo("client 2");
		old.provide("late");
		assertThat(stepped.engine.provided("a", String.class)).isEqualTo("client 2");
	}

	@Test
	void providedWhenDependentsAreStillStoppingIsNotReachableFromOutside() {
		List<String> seen = new ArrayList<>();
		SteppedEngine[] engine = new SteppedEngine[1];
		engine[0] = started(this.provider, TestService.named("b").dependsOn("a").stop((context) -> {
			seen.add(context.dependency("a", String.class));
			seen.add(failure(() -> engine[0].engine.provided("a", String.class)).getMessage());
		}));
		engine[0].engine.perform(ServiceAction.STOP, "a");
		engine[0].runTasks();
		assertThat(seen).containsExactly("client 1", "Service 'a' is about to stop, and provides nothing any more");
		assertThat(engine[0].engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void dependencyWhenItProvidesIsItsValueOrItself() {
		List<Object> seen = new ArrayList<>();
		started(this.provider, TestService.named("b").dependsOn("a").start((context) -> {
			seen.add(context.dependency("a", String.class));
			seen.add(context.dependency("a", TestService.class));
			seen.add(failure(() -> context.dependency("a", Integer.class)).getMessage());
		}));
		assertThat(seen).containsExactly("client 1", this.provider,
				"Service 'a' provides a value of another type: expected 'java.lang.Integer', found 'java.lang.String'.");
	}

	@Test
	void dependencyWhenProviderIsReinitialisedIsTheNewValue() {
		List<String> seen = new ArrayList<>();
		SteppedEngine stepped = started(this.provider,
				TestService.named("b")
					.dependsOn("a")
					.start((context) -> seen.add("start " + context.dependency("a", String.class)))
					.stop((context) -> seen.add("stop " + context.dependency("a", String.class))));
		context().fail(new IllegalStateException("expected in this test"));
		stepped.pass(Duration.ofMinutes(1));
		assertThat(seen).containsExactly("start client 1", "stop client 1", "start client 2");
	}

	@Test
	void dependencyWhenDeclaredAndNotProvidedSaysSo() {
		List<String> seen = new ArrayList<>();
		started(TestService.named("a").provides(String.class),
				TestService.named("b")
					.dependsOn("a")
					.start((context) -> seen.add(failure(() -> context.dependency("a", String.class)).getMessage())));
		assertThat(seen).containsExactly(
				"Service 'a' runs and has provided nothing yet: expected a call of ServiceContext.provide in its start");
	}

	@Test
	void startWhenDeclaredAndNotProvidedWarnsUntilItIs() {
		SteppedEngine stepped = started(
				TestService.named("a").provides(String.class).start((context) -> this.latest = context));
		assertThat(stepped.engine.snapshot("a").reports().conditions()).singleElement().satisfies((condition) -> {
			assertThat(condition.severity()).isEqualTo(Condition.Severity.WARNING);
			assertThat(condition.title()).isEqualTo("Nothing provided");
			assertThat(condition.message()).isEqualTo(
					"It runs, is declared to provide a 'java.lang.String', and has not called ServiceContext.provide: who waits for that waits until it does. Call provide in its start, or remove provides from 'a'");
		});
		assertThat(stepped.engine.snapshot("a").healthy()).isTrue();
		context().conditions().resolveAll();
		assertThat(stepped.engine.snapshot("a").reports().conditions()).hasSize(1);
		context().provide("client");
		assertThat(stepped.engine.snapshot("a").reports().conditions()).isEmpty();
		stepped.runTasks();
		assertThat(stepped.events(LifecycleEvent.ConditionChanged.class)).hasSize(2);
	}

	@Test
	void startWhenDeclaredAndProvidedOrNotDeclaredDoesNotWarn() {
		SteppedEngine stepped = started(this.provider.provides(String.class), TestService.named("b"));
		stepped.engine.perform(ServiceAction.RESTART, "a");
		stepped.runTasks();
		assertThat(this.number).isEqualTo(2);
		assertThat(stepped.events(LifecycleEvent.ConditionChanged.class)).isEmpty();
	}

	@Test
	void startWhenOnlyTheIncarnationBeforeProvidedWarns() {
		SteppedEngine stepped = started(TestService.named("a").provides(String.class).start((context) -> {
			if (++this.number == 1) {
				context.provide("client");
			}
		}));
		assertThat(stepped.engine.snapshot("a").reports().conditions()).isEmpty();
		stepped.engine.perform(ServiceAction.RESTART, "a");
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").reports().conditions()).hasSize(1);
	}

	@Test
	void providedWhenNeverProvidedOrUnknownOrOfAnotherTypeSaysSo() {
		SteppedEngine stepped = started(this.provider, TestService.named("silent"));
		assertThat(failure(() -> stepped.engine.provided("silent", String.class))).hasMessage(
				"Service 'silent' runs and has provided nothing yet: expected a call of ServiceContext.provide in its start");
		assertThat(failure(() -> stepped.engine.provided("silant", String.class)))
			.hasMessage("There is no service 'silant'. Did you mean 'silent'?");
		assertThat(failure(() -> stepped.engine.provided("a", Integer.class))).hasMessage(
				"Service 'a' provides a value of another type: expected 'java.lang.Integer', found 'java.lang.String'.");
		assertThat(stepped.engine.whenProvided("a", Integer.class)).satisfies((future) -> {
			stepped.runTasks();
			assertThat(future).isCompletedExceptionally();
		});
	}

	@Test
	void provideWhenTypeIsNotTheDeclaredOneIsRefused() {
		started(this.provider.provides(String.class));
		assertThatIllegalArgumentException().isThrownBy(() -> context().provide(7))
			.withMessage(
					"Service 'a' provides a value of another type than it is declared to: expected 'java.lang.String', found 'java.lang.Integer'. Correct provides of 'a'.");
		assertThatNullPointerException().isThrownBy(() -> context().provide(null));
	}

	@Test
	void provideWhenInPrepareFailsIt() {
		SteppedEngine stepped = started(TestService.named("a").prepare((context) -> context.provide("early")));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("a").failure()).hasMessage(
				"Service 'a' provides a value in its prepare: expected in its start, or later. Move it to its start.");
	}

	@Test
	void whenProvidedWhenValueComesIsCompletedWithoutPolling() {
		SteppedEngine stepped = stepped(this.provider);
		CompletableFuture<String> waiting = stepped.engine.whenProvided("a", String.class);
		assertThat(stepped.backend.hasTasks()).isFalse();
		assertThat(stepped.backend.alarmAt()).isEqualTo(TimerQueue.NEVER);
		stepped.engine.start();
		stepped.runTasks();
		assertThat(waiting).isCompletedWithValue("client 1");
		CompletableFuture<String> later = stepped.engine.whenProvided("a", String.class);
		stepped.runTasks();
		assertThat(later).isCompletedWithValue("client 1");
	}

	@Test
	void whenProvidedWhenValueComesAfterRunningIsCompletedThen() {
		SteppedEngine stepped = started(TestService.named("a").start((context) -> this.latest = context));
		CompletableFuture<String> waiting = stepped.engine.whenProvided("a", String.class);
		stepped.runTasks();
		assertThat(waiting).isNotDone();
		context().provide("client");
		stepped.runTasks();
		assertThat(waiting).isCompletedWithValue("client");
	}

	@Test
	void whenProvidedWhenServiceGivesUpOrIsStoppedFails() {
		SteppedEngine stepped = stepped(TestService.named("a").prepare((context) -> {
			throw new IllegalStateException("expected in this test");
		}), TestService.named("b"));
		CompletableFuture<String> failing = stepped.engine.whenProvided("a", String.class);
		CompletableFuture<String> stopping = stepped.engine.whenProvided("b", String.class);
		stepped.engine.start();
		stepped.runTasks();
		assertThat(failing).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withMessageContaining("Service 'a' does not run: it failed: java.lang.IllegalStateException");
		assertThat(stopping).isNotDone();
		CompletableFuture<String> late = stepped.engine.whenProvided("a", String.class);
		stepped.engine.stop();
		stepped.runTasks();
		assertThat(late).isCompletedExceptionally();
		assertThat(stopping).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withMessageContaining("all services are being stopped");
	}

	@Test
	void awaitProvidedWhenItTakesTooLongNamesWhatItWaitsFor() throws Exception {
		SteppedEngine stepped = started(TestService.named("a").start((context) -> {
			throw new IllegalStateException("refused");
		}), TestService.named("b").dependsOn("a"));
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> stepped.engine.awaitProvided("b", String.class, Duration.ZERO))
			.withMessage(
					"Service 'b' has provided nothing within PT0S: WAITING for 'a' (BACKOFF: java.lang.IllegalStateException: refused)");
	}

	@Test
	void awaitProvidedWhenProviderRestartsAcrossThreadsSeesTheNewValue() throws Exception {
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(this.provider.build())),
				EngineSettings.DEFAULTS, ThreadBackend.platform());
		CompletableFuture<Void> started = engine.start();
		assertThat(engine.awaitProvided("a", String.class, Duration.ofSeconds(10))).isEqualTo("client 1");
		started.get(10, TimeUnit.SECONDS);
		for (int round = 2; round < 50; round++) {
			engine.perform(ServiceAction.RESTART, "a").get(10, TimeUnit.SECONDS);
			assertThat(engine.awaitProvided("a", String.class, Duration.ofSeconds(10))).isEqualTo("client " + round);
		}
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
		assertThat(failure(() -> engine.provided("a", String.class))).hasMessageContaining("STOPPED");
	}

	private ServiceContext context() {
		return Objects.requireNonNull(this.latest);
	}

	private static ServiceException failure(Runnable action) {
		try {
			action.run();
		}
		catch (ServiceException ex) {
			return ex;
		}
		throw new AssertionError("Expected a failure");
	}

	private static SteppedEngine stepped(TestService... services) {
		return new SteppedEngine(0, EngineSettings.DEFAULTS,
				List.of(services).stream().map(TestService::build).toList());
	}

	private static SteppedEngine started(TestService... services) {
		SteppedEngine stepped = stepped(services);
		stepped.engine.start();
		stepped.runTasks();
		return stepped;
	}

}
