// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.Restart.Policy;
import io.managedservices.ServiceContext;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceCallbacks.Callback;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent.StateChanged;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what an operator does through the façade, in virtual time.
 */
class ServiceOperationsTests {

	private static final RetrySettings RETRY = new RetrySettings(2, Duration.ofSeconds(10), 1, Duration.ofSeconds(10),
			Duration.ZERO, List.of());

	private static final Callback NOTHING = (context) -> {
	};

	private boolean broken;

	private @Nullable ServiceContext job;

	@Test
	void performStopWhenServiceHasDependentsStopsThemFirstAndHolds() {
		SteppedEngine stepped = started(chain());
		CompletableFuture<Void> stopped = perform(stepped, ServiceAction.STOP, "b");
		assertThat(stopped).isCompleted();
		assertThat(entered(stepped, ServiceState.STOPPING)).containsExactly("c", "b");
		assertThat(states(stepped, "a", "b", "c")).containsExactly(ServiceState.RUNNING, ServiceState.STOPPED,
				ServiceState.WAITING);
		assertThat(stepped.engine.snapshot("b").stopReason()).isEqualTo(StopReason.OPERATOR);
		assertThat(stepped.engine.snapshot("c").stopReason()).isEqualTo(StopReason.DEPENDENCY);
	}

	@Test
	void performStopWhenDependencyFailsAndRestartsHolds() {
		SteppedEngine stepped = started(chain());
		perform(stepped, ServiceAction.STOP, "b");
		stepped.engine.fail("a", new IllegalStateException("lost"));
		stepped.pass(Duration.ofMinutes(5));
		assertThat(states(stepped, "a", "b", "c")).containsExactly(ServiceState.RUNNING, ServiceState.STOPPED,
				ServiceState.WAITING);
	}

	@Test
	void performStopWhenItFailedBeforeHoldsAgainstItsRestart() {
		SteppedEngine stepped = started(chain());
		stepped.engine.fail("b", new IllegalStateException("lost"));
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("b").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(perform(stepped, ServiceAction.STOP, "b")).isCompleted();
		stepped.pass(Duration.ofMinutes(5));
		assertThat(stepped.engine.snapshot("b").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.snapshot("b").stopReason()).isEqualTo(StopReason.OPERATOR);
	}

	@Test
	void performStopWhenDependentIsStartedHolds() {
		SteppedEngine stepped = started(chain());
		perform(stepped, ServiceAction.STOP, "b");
		CompletableFuture<Void> dependent = perform(stepped, ServiceAction.START, "c");
		assertThat(dependent).isCompletedExceptionally();
		assertThat(failure(dependent)).isExactlyInstanceOf(ServiceException.class)
			.hasMessageContaining("'c' does not run")
			.hasMessageContaining("'b'");
		assertThat(stepped.engine.snapshot("b").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(perform(stepped, ServiceAction.START, "b")).isCompleted();
		assertThat(states(stepped, "a", "b", "c")).containsOnly(ServiceState.RUNNING);
	}

	@Test
	void performStopWhenAllAreStoppedHoldsForNextStart() {
		SteppedEngine stepped = new SteppedEngine(chain());
		assertThat(perform(stepped, ServiceAction.STOP, "b")).isCompleted();
		assertThat(stepped.engine.snapshot("b").stopReason()).isEqualTo(StopReason.OPERATOR);
		stepped.engine.start();
		stepped.runTasks();
		assertThat(states(stepped, "a", "b", "c")).containsExactly(ServiceState.RUNNING, ServiceState.STOPPED,
				ServiceState.WAITING);
		stepped.engine.stop();
		stepped.runTasks();
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("b").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.snapshot("b").stopReason()).isEqualTo(StopReason.OPERATOR);
		assertThat(perform(stepped, ServiceAction.START, "b")).isCompleted();
		assertThat(states(stepped, "b", "c")).containsOnly(ServiceState.RUNNING);
		assertThat(stepped.engine.snapshot("b").stopReason()).isNull();
	}

	@Test
	void performStopWhenStopFailsTellsSo() {
		SteppedEngine stepped = started(TestService.named("a").stop((context) -> {
			throw new IllegalStateException("still locked");
		}).retry(RetrySettings.NONE).build());
		CompletableFuture<Void> stopped = perform(stepped, ServiceAction.STOP, "a");
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stopped).isCompletedExceptionally();
		assertThat(failure(stopped)).isExactlyInstanceOf(ServiceException.class)
			.hasMessageContaining("'a' could not be stopped")
			.hasMessageContaining("still locked");
		assertThat(failure(perform(stepped, ServiceAction.RETRY, "a"))).isInstanceOf(OperationRefusedException.class)
			.hasMessageContaining("start it");
		assertThat(perform(stepped, ServiceAction.START, "a")).isCompleted();
	}

	@Test
	void startOfAllWhenServiceHadEndedByItselfStartsItAgain() {
		SteppedEngine stepped = new SteppedEngine(service("a").build(),
				TestService.named("job").dependsOn("a").start(this::keep).build(),
				service("report").dependsOn("job").build());
		stepped.engine.start();
		stepped.runTasks();
		Objects.requireNonNull(this.job).complete();
		stepped.runTasks();
		assertThat(states(stepped, "a", "job", "report")).containsExactly(ServiceState.RUNNING, ServiceState.STOPPED,
				ServiceState.WAITING);
		assertThat(stepped.engine.snapshot("job").stopReason()).isEqualTo(StopReason.COMPLETED);
		stepped.engine.stop();
		stepped.runTasks();
		stepped.engine.start();
		stepped.runTasks();
		assertThat(states(stepped, "a", "job", "report")).containsOnly(ServiceState.RUNNING);
	}

	@Test
	void startOfAllWhenOperatorStoppedWhatHadEndedLeavesItStopped() {
		SteppedEngine stepped = started(TestService.named("job").start(this::keep).build());
		Objects.requireNonNull(this.job).complete();
		stepped.runTasks();
		perform(stepped, ServiceAction.STOP, "job");
		stepped.engine.stop();
		stepped.runTasks();
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("job").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.snapshot("job").stopReason()).isEqualTo(StopReason.OPERATOR);
	}

	@Test
	void performRestartOfDiamondRestartsEachOnce() {
		SteppedEngine stepped = started(diamond());
		ServicePlan plan = stepped.engine.plan(ServiceAction.RESTART, "base");
		CompletableFuture<Void> restarted = perform(stepped, ServiceAction.RESTART, "base");
		assertThat(restarted).isCompleted();
		assertThat(entered(stepped, ServiceState.STOPPING)).containsExactlyInAnyOrder("top", "left", "right", "base")
			.startsWith("top")
			.endsWith("base");
		assertThat(entered(stepped, ServiceState.RUNNING)).containsExactlyInAnyOrder("base", "left", "right", "top")
			.startsWith("base")
			.endsWith("top");
		assertThat(plan.stop()).startsWith("top").endsWith("base").hasSize(4);
		assertThat(plan.start()).startsWith("base").endsWith("top").hasSize(4);
		assertThat(stepped.engine.snapshot("other").state()).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void planTellsApartWhatHappensBecauseOfIt() {
		this.broken = true;
		SteppedEngine stepped = started(service("base").build(), service("user").dependsOn("base").build(), fragile(),
				service("both").dependsOn("base", "fragile").build());
		ServicePlan restart = stepped.engine.plan(ServiceAction.RESTART, "base");
		assertThat(restart.restarting()).containsExactly("base", "user");
		assertThat(restart.stopping()).isEmpty();
		assertThat(restart.starting()).isEmpty();
		assertThat(restart.startAnyway()).containsExactly("both");
		ServicePlan stop = stepped.engine.plan(ServiceAction.STOP, "base");
		assertThat(stop.stopping()).containsExactly("user", "base");
		assertThat(stop.restarting()).isEmpty();
		stepped.pass(Duration.ofMinutes(1));
		assertThat(stepped.engine.snapshot("fragile").state()).isEqualTo(ServiceState.FAILED);
		ServicePlan retry = stepped.engine.plan(ServiceAction.RETRY, "fragile");
		assertThat(retry.starting()).containsExactly("fragile", "both");
		assertThat(retry.startAnyway()).isEmpty();
	}

	@Test
	void performRestartOfSeveralRestartsEachOnce() {
		SteppedEngine stepped = started(diamond());
		assertThat(perform(stepped, ServiceAction.RESTART, "top", "base", "left")).isCompleted();
		assertThat(entered(stepped, ServiceState.RUNNING)).containsExactlyInAnyOrder("base", "left", "right", "top");
	}

	@Test
	void performRetryWhenBackingOffStartsAtOnce() {
		this.broken = true;
		SteppedEngine stepped = started(fragile(), dependent());
		assertThat(states(stepped, "fragile", "dependent")).containsExactly(ServiceState.BACKOFF, ServiceState.WAITING);
		this.broken = false;
		assertThat(stepped.engine.plan(ServiceAction.RETRY, "fragile")).isEqualTo(new ServicePlan(List.of(),
				List.of("fragile", "dependent"), List.of(), List.of("fragile", "dependent")));
		assertThat(perform(stepped, ServiceAction.RETRY, "fragile")).isCompleted();
		assertThat(states(stepped, "fragile", "dependent")).containsOnly(ServiceState.RUNNING);
	}

	@Test
	void performRetryWhenFailedStartsWithAllAttempts() {
		this.broken = true;
		SteppedEngine stepped = started(fragile(), dependent());
		stepped.pass(Duration.ofMinutes(1));
		assertThat(stepped.engine.snapshot("fragile").state()).isEqualTo(ServiceState.FAILED);
		CompletableFuture<Void> retried = perform(stepped, ServiceAction.RETRY, "fragile");
		assertThat(retried).isNotDone();
		assertThat(stepped.engine.snapshot("fragile").attempt().number()).isOne();
		stepped.pass(Duration.ofSeconds(10));
		assertThat(stepped.engine.snapshot("fragile").attempt().number()).isEqualTo(2);
		stepped.pass(Duration.ofSeconds(10));
		assertThat(failure(retried)).isInstanceOf(ServiceException.class).hasMessageContaining("refused");
		this.broken = false;
		assertThat(perform(stepped, ServiceAction.RETRY, "fragile")).isCompleted();
		assertThat(states(stepped, "fragile", "dependent")).containsOnly(ServiceState.RUNNING);
	}

	@Test
	void performDisableStopsDependentsAndWhatIsNotNeeded() {
		SteppedEngine stepped = started(service("pool").activation(Activation.ON_DEMAND).build(),
				service("base").build(), service("user").dependsOn("base", "pool").build(),
				service("top").dependsOn("user").build(), service("other").dependsOn("base").build());
		ServicePlan plan = stepped.engine.plan(ServiceAction.DISABLE, "user");
		assertThat(perform(stepped, ServiceAction.DISABLE, "user")).isCompleted();
		assertThat(plan).isEqualTo(new ServicePlan(List.of("top", "user", "pool"), List.of()));
		assertThat(entered(stepped, ServiceState.STOPPING)).containsExactlyElementsOf(plan.stop());
		assertThat(stepped.engine.snapshot("user").activation()).isEqualTo(Activation.DISABLED);
		assertThat(stepped.engine.snapshot("pool").stopReason()).isEqualTo(StopReason.NOT_NEEDED);
		assertThat(states(stepped, "pool", "base", "user", "top", "other")).containsExactly(ServiceState.STOPPED,
				ServiceState.RUNNING, ServiceState.STOPPED, ServiceState.WAITING, ServiceState.RUNNING);
		assertThat(failure(perform(stepped, ServiceAction.START, "user"))).isInstanceOf(OperationRefusedException.class)
			.hasMessageContaining("enable it first");
		ServicePlan back = stepped.engine.plan(ServiceAction.ENABLE, "user");
		assertThat(back).isEqualTo(new ServicePlan(List.of(), List.of("pool", "user", "top")));
		assertThat(perform(stepped, ServiceAction.ENABLE, "user")).isCompleted();
		assertThat(entered(stepped, ServiceState.RUNNING)).containsExactlyElementsOf(back.start());
	}

	@Test
	void performOnDemandStopsServiceUntilItIsNeeded() {
		SteppedEngine stepped = started(service("pool").build(),
				service("user").dependsOn("pool").activation(Activation.DISABLED).build());
		assertThat(stepped.engine.snapshot("pool").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(perform(stepped, ServiceAction.ON_DEMAND, "pool")).isCompleted();
		assertThat(stepped.engine.snapshot("pool").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(failure(perform(stepped, ServiceAction.START, "pool"))).isInstanceOf(OperationRefusedException.class)
			.hasMessageContaining("enable it");
		assertThat(perform(stepped, ServiceAction.ENABLE, "user")).isCompleted();
		assertThat(states(stepped, "pool", "user")).containsOnly(ServiceState.RUNNING);
	}

	@Test
	void activateWhenOperationIsUnderWayNamesWhatCameInBetween() {
		SteppedEngine stepped = started(service("one").build(), service("two").build());
		CompletableFuture<Void> first = stepped.engine.perform(ServiceAction.RESTART, "one");
		CompletableFuture<Void> second = stepped.engine.perform(ServiceAction.RESTART, "two");
		stepped.engine.activate(Map.of("one", Activation.DISABLED, "two", Activation.ON_DEMAND));
		stepped.runTasks();
		assertThat(failure(first)).hasMessage("The operation 'disable' on service 'one' came in between");
		assertThat(failure(second)).hasMessage("The operation 'on-demand' on service 'two' came in between");
	}

	@ParameterizedTest
	@EnumSource(names = { "START", "STOP", "RESTART", "DISABLE" })
	void performWhenTheSameIsUnderWayWaitsWithIt(ServiceAction action) {
		SteppedEngine stepped = started(service("one").build(), service("two").build());
		if (action == ServiceAction.START) {
			perform(stepped, ServiceAction.STOP, "one");
		}
		CompletableFuture<Void> first = stepped.engine.perform(action, "one");
		CompletableFuture<Void> second = stepped.engine.perform(action, "one");
		CompletableFuture<Void> third = stepped.engine.perform(action, "one", "two");
		assertThat(List.of(first, second, third)).noneMatch(CompletableFuture::isDone);
		stepped.runTasks();
		assertThat(List.of(first, second, third)).allSatisfy((each) -> assertThat(each).isCompleted());
	}

	@Test
	void performWhenTheSameIsUnderWayAndAnotherComesInBetweenCancelsBoth() {
		SteppedEngine stepped = started(service("one").build());
		CompletableFuture<Void> first = stepped.engine.perform(ServiceAction.RESTART, "one");
		CompletableFuture<Void> second = stepped.engine.perform(ServiceAction.RESTART, "one");
		CompletableFuture<Void> stop = stepped.engine.perform(ServiceAction.STOP, "one");
		stepped.runTasks();
		assertThat(failure(first)).hasMessage("The operation 'stop' on service 'one' came in between");
		assertThat(failure(second)).hasMessage("The operation 'stop' on service 'one' came in between");
		assertThat(stop).isCompleted();
	}

	@Test
	void activateWhenNeedMovesToAnotherDoesNotTouchWhatStays() {
		SteppedEngine stepped = started(service("pool").activation(Activation.ON_DEMAND).build(),
				service("one").dependsOn("pool").build(),
				service("two").dependsOn("pool").activation(Activation.DISABLED).build());
		stepped.engine.activate(Map.of("one", Activation.DISABLED, "two", Activation.ENABLED));
		stepped.runTasks();
		assertThat(states(stepped, "pool", "one", "two")).containsExactly(ServiceState.RUNNING, ServiceState.STOPPED,
				ServiceState.RUNNING);
		assertThat(entered(stepped, ServiceState.STOPPING)).containsExactly("one");
	}

	@ParameterizedTest
	@EnumSource(names = { "DISABLED", "ON_DEMAND" })
	void activateWhenNeedMovesToAnotherReleasesNobodyWhoWaits(Activation before) {
		this.broken = true;
		SteppedEngine stepped = started(
				TestService.named("pool").activation(Activation.ON_DEMAND).start(this::start).retry(RETRY).build(),
				service("one").dependsOn("pool").build(), service("two").dependsOn("pool").activation(before).build());
		CompletableFuture<ServiceSnapshot> running = stepped.engine.whenRunning("pool");
		stepped.engine.activate(new TreeMap<>(Map.of("one", Activation.DISABLED, "two", Activation.ENABLED)));
		stepped.runTasks();
		assertThat(running).isNotDone();
		this.broken = false;
		stepped.pass(Duration.ofSeconds(10));
		assertThat(running).isCompleted();
	}

	@Test
	void activateWhenNeedMovesToAnotherKeepsFailedServiceFailed() {
		this.broken = true;
		SteppedEngine stepped = started(
				TestService.named("pool").activation(Activation.ON_DEMAND).start(this::start).retry(RETRY).build(),
				service("one").dependsOn("pool").build(),
				service("two").dependsOn("pool").activation(Activation.DISABLED).build());
		stepped.pass(Duration.ofMinutes(1));
		stepped.engine.activate(new TreeMap<>(Map.of("one", Activation.DISABLED, "two", Activation.ENABLED)));
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("pool").state()).isEqualTo(ServiceState.FAILED);
		assertThat(entered(stepped, ServiceState.WAITING)).doesNotContain("pool");
	}

	@Test
	void activateWhenNeedMovesToAnotherThroughAThirdKeepsFailedServiceFailed() {
		this.broken = true;
		SteppedEngine stepped = started(
				TestService.named("pool").activation(Activation.ON_DEMAND).start(this::start).retry(RETRY).build(),
				service("third").dependsOn("pool").activation(Activation.ON_DEMAND).build(),
				service("one").dependsOn("pool").build(),
				service("two").dependsOn("third").activation(Activation.DISABLED).build());
		stepped.pass(Duration.ofMinutes(1));
		stepped.engine.activate(new TreeMap<>(Map.of("one", Activation.DISABLED, "two", Activation.ENABLED)));
		stepped.runTasks();
		assertThat(states(stepped, "pool", "third", "one", "two")).containsExactly(ServiceState.FAILED,
				ServiceState.WAITING, ServiceState.STOPPED, ServiceState.WAITING);
		assertThat(entered(stepped, ServiceState.WAITING)).doesNotContain("pool");
	}

	@Test
	void activateWhenPredecessorComesBackWithItsFollowerKeepsTheirOrder() {
		SteppedEngine stepped = started(service("a").activation(Activation.DISABLED).build(),
				service("b").dependsOn("a").build(), service("c").after("b").activation(Activation.DISABLED).build());
		Map<String, Activation> activations = new LinkedHashMap<>();
		activations.put("c", Activation.ENABLED);
		activations.put("a", Activation.ENABLED);
		stepped.engine.activate(activations);
		stepped.runTasks();
		assertThat(entered(stepped, ServiceState.RUNNING)).containsExactly("a", "b", "c");
	}

	@Test
	void performRetryOfFailedPredecessorWithItsFollowerKeepsTheirOrder() {
		this.broken = true;
		SteppedEngine stepped = started(fragile(), service("between").dependsOn("fragile").build(),
				TestService.named("follower").after("between").start(this::start).retry(RETRY).build());
		stepped.pass(Duration.ofMinutes(1));
		assertThat(states(stepped, "fragile", "follower")).containsOnly(ServiceState.FAILED);
		this.broken = false;
		assertThat(perform(stepped, ServiceAction.RETRY, "follower", "fragile")).isCompleted();
		assertThat(entered(stepped, ServiceState.RUNNING)).containsExactly("fragile", "between", "follower");
	}

	@Test
	void performStopOfPredecessorAndFollowerStopsFollowerFirst() {
		SteppedEngine stepped = started(service("b").build(), service("c").after("b").build());
		perform(stepped, ServiceAction.STOP, "b", "c");
		assertThat(entered(stepped, ServiceState.STOPPING)).containsExactly("c", "b");
	}

	@Test
	void performWhenAnotherChangeIsUnderWayMerges() {
		SteppedEngine stepped = started(chain());
		CompletableFuture<Void> disabled = stepped.engine.perform(ServiceAction.DISABLE, "a");
		CompletableFuture<Void> enabled = stepped.engine.perform(ServiceAction.ENABLE, "a");
		stepped.runTasks();
		assertThat(enabled).isCompleted();
		assertThat(failure(disabled)).isInstanceOf(CancellationException.class)
			.hasMessageContaining("'enable' on service 'a'");
		assertThat(states(stepped, "a", "b", "c")).containsOnly(ServiceState.RUNNING);
		assertThat(entered(stepped, ServiceState.STOPPING)).as("what had not begun to stop").doesNotContain("a", "b");
	}

	@Test
	void performWhenAllAreStoppedIsCancelled() {
		this.broken = true;
		SteppedEngine stepped = started(fragile());
		CompletableFuture<Void> started = perform(stepped, ServiceAction.START, "fragile");
		stepped.engine.stop();
		stepped.runTasks();
		assertThat(failure(started)).isInstanceOf(CancellationException.class)
			.hasMessage("All services are being stopped");
	}

	@Test
	void performStartWhenNeedGoesAwayIsCancelled() {
		this.broken = true;
		SteppedEngine stepped = started(
				TestService.named("pool").activation(Activation.ON_DEMAND).start(this::start).retry(RETRY).build(),
				service("user").dependsOn("pool").build());
		CompletableFuture<Void> started = perform(stepped, ServiceAction.START, "pool");
		assertThat(started).isNotDone();
		perform(stepped, ServiceAction.DISABLE, "user");
		assertThat(failure(started)).isInstanceOf(CancellationException.class)
			.hasMessageContaining("'pool' is not to run any more");
	}

	@Test
	void performWhenNotPossibleIsRefusedOnReturnAndDoesNothing() {
		SteppedEngine stepped = started(chain());
		CompletableFuture<Void> retried = stepped.engine.perform(ServiceAction.RETRY, "a");
		assertThat(retried).isCompletedExceptionally();
		assertThat(failure(retried)).isInstanceOf(OperationRefusedException.class)
			.hasMessage("Service 'a' is RUNNING: only one that is FAILED or in BACKOFF can be tried again.");
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> stepped.engine.plan(ServiceAction.RETRY, "a"));
		perform(stepped, ServiceAction.STOP, "c");
		assertThat(failure(stepped.engine.perform(ServiceAction.RESTART, "a", "c"))).isInstanceOfSatisfying(
				OperationRefusedException.class, (ex) -> assertThat(ex.getService()).isEqualTo("c"));
		assertThat(failure(stepped.engine.perform(ServiceAction.FAIL, "a", "c")))
			.isInstanceOf(OperationRefusedException.class)
			.hasMessageContaining("only one that is RUNNING");
		assertThat(failure(stepped.engine.fail("c", new IllegalStateException("no"))))
			.isInstanceOf(OperationRefusedException.class);
		stepped.runTasks();
		assertThat(states(stepped, "a", "b", "c")).containsExactly(ServiceState.RUNNING, ServiceState.RUNNING,
				ServiceState.STOPPED);
	}

	@Test
	void performRestartWhenServiceIsNotToRunSaysWhy() {
		SteppedEngine stepped = started(service("stopped").build(),
				service("disabled").activation(Activation.DISABLED).build(),
				service("idle").activation(Activation.ON_DEMAND).build());
		perform(stepped, ServiceAction.STOP, "stopped");
		assertThat(failure(perform(stepped, ServiceAction.RESTART, "stopped")))
			.hasMessageStartingWith("Service 'stopped' is not to run (stopped): there is nothing to restart.");
		assertThat(failure(perform(stepped, ServiceAction.RESTART, "disabled")))
			.hasMessageStartingWith("Service 'disabled' is not to run (disabled): there is nothing to restart.");
		assertThat(failure(perform(stepped, ServiceAction.RESTART, "idle")))
			.hasMessageStartingWith("Service 'idle' is not to run (not needed): there is nothing to restart.");
	}

	@Test
	void performRetryWhenDisabledServiceCouldNotBeStoppedSaysToEnableIt() {
		SteppedEngine stepped = started(TestService.named("a").stop((context) -> {
			throw new IllegalStateException("still locked");
		}).retry(RetrySettings.NONE).build());
		perform(stepped, ServiceAction.DISABLE, "a");
		assertThat(failure(perform(stepped, ServiceAction.RETRY, "a")))
			.hasMessage("Service 'a' is not to run (DISABLED): enable it.");
	}

	@Test
	void performWhenAllAreDownRefusesToStartOne() {
		SteppedEngine stepped = new SteppedEngine(chain());
		for (ServiceAction action : List.of(ServiceAction.START, ServiceAction.RESTART)) {
			assertThat(failure(stepped.engine.perform(action, "a"))).isInstanceOf(OperationRefusedException.class)
				.hasMessageContaining("start all first");
		}
		perform(stepped, ServiceAction.DISABLE, "a");
		assertThat(stepped.engine.plan(ServiceAction.ENABLE, "a")).as("nothing starts while all are down")
			.isEqualTo(new ServicePlan(List.of(), List.of()));
	}

	@Test
	void performWhenServiceIsUnknownThrows() {
		SteppedEngine stepped = started(diamond());
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> stepped.engine.perform(ServiceAction.STOP, "righ"))
			.withMessage("There is no service 'righ'. Did you mean 'right'?");
	}

	@Test
	void performFailTakesDownAndBringsBack() {
		SteppedEngine stepped = started(chain());
		ServicePlan plan = stepped.engine.plan(ServiceAction.FAIL, "a", "b");
		assertThat(perform(stepped, ServiceAction.FAIL, "a", "b")).isCompleted();
		stepped.pass(Duration.ofMinutes(5));
		assertThat(plan).isEqualTo(new ServicePlan(List.of("c", "b", "a"), List.of("a", "b", "c")));
		assertThat(entered(stepped, ServiceState.STOPPING)).containsExactlyElementsOf(plan.stop());
		assertThat(entered(stepped, ServiceState.RUNNING)).containsExactlyElementsOf(plan.start());
	}

	@Test
	void planWhenServiceIsNeverRestartedStartsNothing() {
		RestartSettings defaults = RestartSettings.DEFAULTS;
		SteppedEngine stepped = started(service("a")
			.restart(new RestartSettings(Policy.NEVER, defaults.maxRestarts(), defaults.window(), defaults.backoff(),
					defaults.onGiveUp()))
			.build(), service("b").dependsOn("a").build());
		ServicePlan plan = stepped.engine.plan(ServiceAction.FAIL, "a");
		perform(stepped, ServiceAction.FAIL, "a");
		stepped.pass(Duration.ofMinutes(5));
		assertThat(plan).isEqualTo(new ServicePlan(List.of("b", "a"), List.of()));
		assertThat(states(stepped, "a", "b")).containsExactly(ServiceState.FAILED, ServiceState.WAITING);
	}

	@Test
	void planForEachActionEqualsWhatHappens() {
		for (ServiceAction action : List.of(ServiceAction.STOP, ServiceAction.RESTART, ServiceAction.FAIL,
				ServiceAction.DISABLE, ServiceAction.ON_DEMAND, ServiceAction.START, ServiceAction.ENABLE)) {
			SteppedEngine stepped = started(chain());
			ServicePlan plan = stepped.engine.plan(action, "b");
			perform(stepped, action, "b");
			stepped.pass(Duration.ofMinutes(1));
			assertThat(entered(stepped, ServiceState.STOPPING)).as("stopped by " + action)
				.containsExactlyElementsOf(plan.stop());
			assertThat(entered(stepped, ServiceState.RUNNING)).as("started by " + action)
				.containsExactlyElementsOf(plan.start());
		}
	}

	@Test
	void neededByNamesEnabledServicesOnly() {
		SteppedEngine stepped = started(service("base").activation(Activation.ON_DEMAND).build(),
				service("middle").dependsOn("base").activation(Activation.ON_DEMAND).build(),
				service("one").dependsOn("middle").build(),
				service("two").dependsOn("base").activation(Activation.DISABLED).build(),
				service("three").dependsOn("base").build());
		assertThat(stepped.engine.neededBy("base")).containsExactlyInAnyOrder("one", "three");
		assertThat(stepped.engine.neededBy("one")).containsExactly("one");
		assertThat(stepped.engine.neededBy("two")).isEmpty();
		perform(stepped, ServiceAction.STOP, "three");
		assertThat(stepped.engine.neededBy("base")).containsExactly("one");
	}

	private static CompletableFuture<Void> perform(SteppedEngine stepped, ServiceAction action, String... names) {
		stepped.forgetEvents();
		CompletableFuture<Void> future = stepped.engine.perform(action, names);
		stepped.runTasks();
		return future;
	}

	private static Throwable failure(CompletableFuture<?> future) {
		assertThat(future).isCompletedExceptionally();
		return future.handle((result, failure) -> failure).join();
	}

	private static List<String> entered(SteppedEngine stepped, ServiceState state) {
		return stepped.events(StateChanged.class)
			.stream()
			.map(StateChanged::service)
			.filter((service) -> service.state() == state)
			.map(ServiceSnapshot::name)
			.toList();
	}

	private static List<ServiceState> states(SteppedEngine stepped, String... names) {
		return List.of(names).stream().map((name) -> stepped.engine.snapshot(name).state()).toList();
	}

	private static SteppedEngine started(ServiceDefinition... definitions) {
		SteppedEngine stepped = new SteppedEngine(definitions);
		stepped.engine.start();
		stepped.runTasks();
		stepped.forgetEvents();
		return stepped;
	}

	private static TestService service(String name) {
		return TestService.named(name).start(NOTHING).stop(NOTHING);
	}

	private static ServiceDefinition[] chain() {
		return new ServiceDefinition[] { service("a").build(), service("b").dependsOn("a").build(),
				service("c").dependsOn("b").build() };
	}

	private static ServiceDefinition[] diamond() {
		return new ServiceDefinition[] { service("base").build(), service("left").dependsOn("base").build(),
				service("right").dependsOn("base").build(), service("top").dependsOn("left", "right").build(),
				service("other").build() };
	}

	private void start(ServiceContext context) {
		if (this.broken) {
			throw new IllegalStateException("refused");
		}
	}

	private void keep(ServiceContext context) {
		this.job = context;
	}

	private ServiceDefinition fragile() {
		return TestService.named("fragile").start(this::start).retry(RETRY).build();
	}

	private static ServiceDefinition dependent() {
		return service("dependent").dependsOn("fragile").build();
	}

}
