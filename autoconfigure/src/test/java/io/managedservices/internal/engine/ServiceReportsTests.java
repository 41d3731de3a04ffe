// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.Conditions;
import io.managedservices.ServiceComponent;
import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleEvent.ConditionChanged;
import io.managedservices.monitor.LifecycleEvent.VitalsChanged;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Component;
import io.managedservices.monitor.ServiceSnapshot.ReportedError;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for what services report of themselves: conditions, errors and components.
 */
class ServiceReportsTests {

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private @Nullable ServiceContext context;

	private final TestService service = TestService.named("a").start((context) -> this.context = context);

	private @Nullable Exception unhealthy;

	@Test
	void raiseWhenIdIsRaisedTwiceIsOneCondition() {
		SteppedEngine stepped = started(this.service);
		context().conditions().hint("disk", "Disk fills", "30 % are left");
		Condition first = stepped.engine.snapshot("a").reports().conditions().get(0);
		stepped.pass(Duration.ofMinutes(1));
		context().conditions().warning("disk", "Disk nearly full", "4 % are left");
		stepped.runTasks();
		Condition second = new Condition("disk", Severity.WARNING, "Disk nearly full", "4 % are left", first.since());
		assertThat(stepped.engine.snapshot("a").reports().conditions()).containsExactly(second);
		assertThat(stepped.events(ConditionChanged.class)).extracting(ConditionChanged::previous)
			.containsExactly(null, first);
		assertThat(stepped.events(ConditionChanged.class)).extracting(ConditionChanged::current)
			.containsExactly(first, second);
	}

	@Test
	void raiseFromOutsideStaysWhateverBecomesOfService() {
		SteppedEngine stepped = new SteppedEngine(this.service.build());
		Conditions outside = stepped.engine.conditions("a");
		outside.warning("disk", "Disk nearly full", "4 % are left");
		assertThat(ids(stepped)).containsExactly("disk");
		assertThat(stepped.engine.isHealthy()).isTrue();
		stepped.engine.start();
		stepped.runTasks();
		context().conditions().hint("disk", "Own", "of the service itself");
		assertThat(ids(stepped)).containsExactly("disk", "disk");
		context().conditions().resolveAll();
		assertThat(stepped.engine.snapshot("a").reports().conditions()).extracting(Condition::title)
			.containsExactly("Disk nearly full");
		Condition first = stepped.engine.snapshot("a").reports().conditions().get(0);
		stepped.pass(Duration.ofMinutes(1));
		outside.error("disk", "Disk full", new IllegalStateException("0 % are left"));
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.engine.snapshot("a").reports().conditions()).singleElement()
			.satisfies((condition) -> assertThat(condition.since()).isEqualTo(first.since()));
		stepped.engine.stop("a");
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(ids(stepped)).containsExactly("disk");
		assertThat(stepped.engine.snapshot("a").healthy()).isFalse();
		assertThat(stepped.engine.health().failures()).containsKey("a");
		outside.resolve("disk");
		assertThat(ids(stepped)).isEmpty();
		assertThat(stepped.engine.isHealthy()).isTrue();
		outside.hint("x", "X", "of x");
		outside.hint("y", "Y", "of y");
		outside.resolveAll();
		assertThat(ids(stepped)).isEmpty();
		stepped.runTasks();
		assertThat(stepped.events(ConditionChanged.class)).filteredOn((event) -> event.current() == null)
			.extracting((event) -> event.previous().title())
			.containsExactly("Own", "Disk full", "X", "Y");
	}

	@Test
	void raiseWhenWarningsAreTooManyKeepsTheFirstAndSaysSo() {
		SteppedEngine stepped = started(this.service);
		for (int number = 0; number < 5000; number++) {
			context().conditions().warning("c" + number, "T", "m");
		}
		stepped.runTasks();
		assertThat(ids(stepped)).hasSize(101).startsWith("c0", "c1").endsWith("c99", "too-many-conditions");
		assertThat(stepped.events(ConditionChanged.class)).hasSize(101);
		context().conditions().warning("c0", "Other", "m");
		context().conditions().resolve("c1");
		context().conditions().warning("late", "T", "m");
		assertThat(ids(stepped)).hasSize(101).startsWith("c0", "c2").endsWith("late", "too-many-conditions");
		context().conditions().resolveAll();
		assertThat(ids(stepped)).isEmpty();
	}

	@Test
	void raiseWhenErrorsAreTooManyLosesNoneOfThem() {
		SteppedEngine stepped = started(this.service);
		Conditions outside = stepped.engine.conditions("a");
		for (int number = 0; number < 150; number++) {
			outside.warning("w" + number, "T", "m");
			outside.error("e" + number, "T", "m");
		}
		outside.warning("e0", "T", "m");
		assertThat(ids(stepped)).hasSize(101).startsWith("e1", "e2").endsWith("e100", "too-many-conditions");
		for (int number = 1; number < 149; number++) {
			outside.resolve("e" + number);
		}
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(ids(stepped)).hasSize(101).startsWith("e149", "w0").endsWith("w98", "too-many-conditions");
		outside.resolve("e149");
		assertThat(stepped.engine.isHealthy()).isTrue();
		stepped.engine.stop("a");
		stepped.runTasks();
		assertThat(ids(stepped)).hasSize(101);
		outside.resolveAll();
		assertThat(ids(stepped)).isEmpty();
	}

	@Test
	void stopWhenConditionsAreTooManyTellsThatAllVanish() {
		SteppedEngine stepped = started(this.service);
		for (int number = 0; number < 150; number++) {
			context().conditions().error("c" + number, "T", "m");
		}
		stepped.engine.stop("a");
		stepped.runTasks();
		assertThat(ids(stepped)).isEmpty();
		assertThat(stepped.events(ConditionChanged.class)).filteredOn((event) -> event.current() == null).hasSize(151);
	}

	@Test
	void raiseFromOutsideWhenServiceIsUnknownIsRefused() {
		SteppedEngine stepped = started(this.service);
		Conditions outside = stepped.engine.conditions("a");
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> stepped.engine.conditions("b"))
			.withMessageContaining("There is no service 'b'");
		stepped.engine.unregister("a");
		stepped.runTasks();
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> outside.hint("disk", "Disk", "full"))
			.withMessageContaining("There is no service 'a'");
		assertThatExceptionOfType(ServiceException.class).isThrownBy(outside::resolveAll);
	}

	@Test
	void raiseWhenNothingIsNewTellsNothing() {
		SteppedEngine stepped = started(this.service);
		context().conditions().hint("disk", "Disk fills", "30 % are left");
		ServiceSnapshot before = stepped.engine.snapshot("a");
		context().conditions().hint("disk", "Disk fills", "30 % are left");
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a")).isSameAs(before);
		assertThat(stepped.events(ConditionChanged.class)).hasSize(1);
	}

	@Test
	void raiseWhenIdsDifferStandsSideBySideInOrder() {
		SteppedEngine stepped = started(this.service);
		context().conditions().error("b", "B", "of b");
		context().conditions().hint("a", "A", "of a");
		context().conditions().warning("c", "C", "of c");
		assertThat(ids(stepped)).containsExactly("b", "a", "c");
		context().conditions().resolve("a");
		context().conditions().resolve("unknown");
		assertThat(ids(stepped)).containsExactly("b", "c");
		context().conditions().resolveAll();
		assertThat(ids(stepped)).isEmpty();
		stepped.runTasks();
		assertThat(stepped.events(ConditionChanged.class)).hasSize(6);
	}

	@Test
	void raiseWhenErrorMakesServiceUnhealthyUntilResolved() {
		SteppedEngine stepped = started(this.service);
		context().conditions().warning("disk", "Disk nearly full", "4 % are left");
		assertThat(stepped.engine.isHealthy()).isTrue();
		context().conditions().error("disk", "Disk full", "add space");
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.engine.snapshot("a").healthy()).isFalse();
		assertThat(stepped.engine.health().failures()).containsEntry("a", "RUNNING: Disk full: add space");
		context().conditions().resolve("disk");
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.engine.snapshot("a").reports()).isEqualTo(Reports.NONE);
		stepped.runTasks();
		assertThat(stepped.events(VitalsChanged.class)).extracting((event) -> event.service().healthy())
			.containsExactly(false, true);
	}

	@Test
	void raiseWhenErrorIsResolvedAndCheckFailsStaysUnhealthy() {
		SteppedEngine stepped = started(checked());
		context().conditions().error("disk", "Disk full", "add space");
		this.unhealthy = new IllegalStateException("broken");
		stepped.pass(INTERVAL);
		context().conditions().resolve("disk");
		assertThat(stepped.engine.isHealthy()).isFalse();
		this.unhealthy = null;
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void raiseWhenErrorAndCheckPassesStaysUnhealthyAndIsToldOnce() {
		SteppedEngine stepped = started(checked());
		int before = stepped.events(VitalsChanged.class).size();
		context().conditions().error("disk", "Disk full", "add space");
		stepped.pass(INTERVAL.multipliedBy(5));
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.events(VitalsChanged.class)).hasSize(before + 1);
	}

	@Test
	void stopWhenConditionsStandMakesThemVanish() {
		SteppedEngine stepped = started(this.service);
		context().conditions().error("disk", "Disk full", "add space");
		context().conditions().hint("cache", "Cache cold", "wait");
		ServiceContext old = context();
		stepped.engine.perform(ServiceAction.STOP, "a");
		stepped.runTasks();
		ServiceSnapshot stopped = stepped.engine.snapshot("a");
		assertThat(stopped.reports().conditions()).isEmpty();
		assertThat(stopped.healthy()).isTrue();
		assertThat(stepped.events(ConditionChanged.class)).filteredOn((event) -> event.current() == null)
			.hasSize(2)
			.allSatisfy((event) -> assertThat(event.service().reports().conditions()).isEmpty());
		old.conditions().error("late", "Late", "too late");
		stepped.engine.perform(ServiceAction.START, "a");
		stepped.runTasks();
		old.conditions().error("late", "Late", "too late");
		assertThat(ids(stepped)).isEmpty();
	}

	@Test
	void raiseWhenInPrepareStaysUntilServiceHasStopped() {
		SteppedEngine stepped = started(
				this.service.prepare((context) -> context.conditions().warning("url", "No TLS", "use https")));
		assertThat(ids(stepped)).containsExactly("url");
		stepped.engine.perform(ServiceAction.RESTART, "a");
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(ids(stepped)).isEmpty();
	}

	@Test
	void raiseWhenAttemptFailsVanishes() {
		SteppedEngine stepped = started(TestService.named("a").start((context) -> {
			context.conditions().error("port", "Port in use", "free it");
			throw new IllegalStateException("expected in this test");
		}));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(ids(stepped)).isEmpty();
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void reportErrorWhenBufferIsFullDropsAndCountsTheOldest() {
		SteppedEngine stepped = started(this.service.errorBuffer(3));
		List<Exception> errors = new ArrayList<>();
		for (int number = 0; number < 5; number++) {
			errors.add(new IllegalStateException("number " + number));
			context().reportError(errors.get(number));
		}
		Reports reports = stepped.engine.snapshot("a").reports();
		assertThat(reports.errors()).extracting(ReportedError::cause).containsExactlyElementsOf(errors.subList(2, 5));
		assertThat(reports.droppedErrors()).isEqualTo(2);
		assertThat(stepped.engine.health().failures()).containsEntry("a",
				"RUNNING: reported 5 errors, last java.lang.IllegalStateException: number 4");
		stepped.runTasks();
		assertThat(stepped.events(LifecycleEvent.ErrorReported.class)).hasSize(5);
	}

	@Test
	void reportErrorWhenNothingIsConfiguredKeepsFifty() {
		SteppedEngine stepped = started(this.service);
		for (int number = 0; number < 60; number++) {
			context().reportError(new IllegalStateException("number " + number));
		}
		assertThat(stepped.engine.snapshot("a").reports().errors()).hasSize(50);
		assertThat(stepped.engine.snapshot("a").reports().droppedErrors()).isEqualTo(10);
	}

	@Test
	void reportErrorWhenReadOrTimePassesIsKeptUntilOperatorClearsIt() {
		this.unhealthy = new IllegalStateException("broken");
		SteppedEngine stepped = started(checked());
		context().reportError(new IllegalStateException("item 7"));
		assertThat(stepped.engine.isHealthy()).isFalse();
		stepped.engine.health();
		stepped.engine.snapshots();
		stepped.pass(INTERVAL.multipliedBy(100));
		assertThat(stepped.engine.snapshot("a").reports().errors()).hasSize(1);
		CompletableFuture<Void> cleared = stepped.engine.perform(ServiceAction.CLEAR_ERRORS, "a");
		stepped.runTasks();
		assertThat(cleared).isCompleted();
		assertThat(stepped.engine.snapshot("a").reports()).isEqualTo(Reports.NONE);
	}

	@Test
	void reportErrorWhenServiceHasNoChecksIsClearedByNextRound() {
		SteppedEngine stepped = started(this.service.health(INTERVAL, Duration.ofSeconds(1)));
		context().reportError(new IllegalStateException("item 7"));
		stepped.pass(INTERVAL.minusSeconds(1));
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.engine.isReady()).isTrue();
		stepped.pass(Duration.ofSeconds(1));
		assertThat(stepped.engine.snapshot("a").reports()).isEqualTo(Reports.NONE);
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.events(VitalsChanged.class)).extracting((event) -> event.service().healthy())
			.containsExactly(false, true);
		context().reportError(new IllegalStateException("item 8"));
		assertThat(stepped.engine.isHealthy()).isFalse();
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void reportErrorWhenServiceHasNoChecksMakesNoRoundsAfterwards() {
		SteppedEngine stepped = started(this.service.health(INTERVAL, Duration.ofSeconds(1)));
		context().reportError(new IllegalStateException("item 7"));
		stepped.pass(INTERVAL.multipliedBy(4));
		assertThat(stepped.backend.alarmAt()).isGreaterThan(stepped.backend.nanoTime() + INTERVAL.toNanos());
	}

	@Test
	void reportErrorWhenInStartOfServiceWithoutChecksIsClearedByFirstRound() {
		SteppedEngine stepped = started(
				this.service.start((context) -> context.reportError(new IllegalStateException("cache is cold")))
					.health(INTERVAL, Duration.ofSeconds(1)));
		assertThat(stepped.engine.isHealthy()).isFalse();
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void clearErrorsWhenServiceAsksForgetsErrorsAndLeavesConditions() {
		SteppedEngine stepped = started(this.service);
		context().conditions().warning("disk", "Disk nearly full", "4 % are left");
		context().reportError(new IllegalStateException("item 7"));
		context().reportError(new IllegalStateException("item 8"));
		context().clearErrors();
		assertThat(stepped.engine.snapshot("a").reports().errors()).isEmpty();
		assertThat(stepped.engine.snapshot("a").reports().droppedErrors()).isZero();
		assertThat(ids(stepped)).containsExactly("disk");
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void clearErrorsWhenIncarnationIsOverDoesNothing() {
		SteppedEngine stepped = started(checked());
		ServiceContext old = context();
		stepped.engine.perform(ServiceAction.RESTART, "a");
		stepped.runTasks();
		context().reportError(new IllegalStateException("item 7"));
		old.clearErrors();
		assertThat(stepped.engine.snapshot("a").reports().errors()).hasSize(1);
	}

	@Test
	void clearErrorsWhenOtherOperationIsUnderWayLeavesItAlone() {
		SteppedEngine stepped = started(this.service);
		CompletableFuture<Void> restart = stepped.engine.perform(ServiceAction.RESTART, "a");
		CompletableFuture<Void> cleared = stepped.engine.perform(ServiceAction.CLEAR_ERRORS, "a");
		stepped.runTasks();
		assertThat(cleared).isCompleted();
		assertThat(restart).isCompleted();
	}

	@Test
	void reportErrorWhenLaterHealthCheckPassesIsCleared() {
		SteppedEngine stepped = started(checked());
		this.unhealthy = new IllegalStateException("broken");
		context().reportError(new IllegalStateException("item 7"));
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.snapshot("a").reports().errors()).hasSize(1);
		this.unhealthy = null;
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.snapshot("a").reports().errors()).isEmpty();
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void reportErrorWhenHealthCheckBeganEarlierIsKept() {
		SteppedEngine stepped = started(
				checked().checkHealth(() -> context().reportError(new IllegalStateException("in between"))));
		assertThat(stepped.engine.snapshot("a").reports().errors()).hasSize(1);
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.snapshot("a").reports().errors()).hasSize(1);
		assertThat(stepped.engine.snapshot("a").reports().droppedErrors()).isZero();
	}

	@Test
	void reportErrorWhenOnlyReadinessIsCheckedIsClearedByNextRound() {
		SteppedEngine stepped = started(this.service.checkReady(() -> {
		}).health(INTERVAL, Duration.ofSeconds(1)));
		context().reportError(new IllegalStateException("item 7"));
		assertThat(stepped.engine.isHealthy()).isFalse();
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void reportErrorWhenServiceFailsIsKeptThroughItsRestart() {
		SteppedEngine stepped = started(this.service);
		context().reportError(new IllegalStateException("item 7"));
		context().fail(new IllegalStateException("expected in this test"));
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(stepped.engine.isHealthy()).isTrue();
		stepped.pass(Duration.ofSeconds(5));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(stepped.engine.snapshot("a").reports().errors()).hasSize(1);
		assertThat(stepped.engine.isHealthy()).isFalse();
		stepped.engine.stop();
		stepped.runTasks();
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void reportErrorWhenIncarnationIsOverIsOnlyTold() {
		SteppedEngine stepped = started(this.service);
		ServiceContext old = context();
		stepped.engine.perform(ServiceAction.RESTART, "a");
		stepped.runTasks();
		old.reportError(new IllegalStateException("late"));
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").reports()).isSameAs(Reports.NONE);
		assertThat(stepped.events(LifecycleEvent.ErrorReported.class)).hasSize(1);
	}

	@Test
	void componentWhenServiceHasNoChecksIsChecked() {
		TestComponent pool = new TestComponent();
		SteppedEngine stepped = new SteppedEngine(
				this.service.start((context) -> context.component("pool", pool)).health(INTERVAL, INTERVAL).build());
		stepped.engine.start();
		assertThat(stepped.engine.isReady()).isFalse();
		stepped.runTasks();
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(components(stepped)).containsExactly(new Component("pool", true, true, null));
		assertThat(pool.calls).containsExactly("ready", "healthy");
		pool.notReady = new IllegalStateException("exhausted");
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isReady()).isFalse();
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.engine.snapshot("a").failure()).isInstanceOf(ServiceException.class)
			.hasMessage("Component 'a.pool' is not ready: java.lang.IllegalStateException: exhausted")
			.hasCause(pool.notReady);
		assertThat(components(stepped)).containsExactly(new Component("pool", false, true, pool.notReady));
		pool.notReady = null;
		pool.notHealthy = new IllegalStateException("corrupt");
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(components(stepped)).containsExactly(new Component("pool", true, false, pool.notHealthy));
		pool.notHealthy = null;
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.engine.snapshot("a").failure()).isNull();
	}

	@Test
	void componentWhenAddedWhileRunningIsCheckedAtOnce() {
		SteppedEngine stepped = started(this.service.health(INTERVAL, INTERVAL));
		TestComponent pool = new TestComponent();
		context().component("pool", pool);
		assertThat(components(stepped)).containsExactly(new Component("pool", false, true, null));
		assertThat(stepped.engine.isReady()).isTrue();
		stepped.runTasks();
		assertThat(components(stepped)).containsExactly(new Component("pool", true, true, null));
		assertThat(stepped.events(VitalsChanged.class)).isEmpty();
		stepped.pass(INTERVAL);
		assertThat(pool.calls).hasSize(4);
	}

	@Test
	void componentWhenAddedInACheckIsCheckedInTheNext() {
		AtomicBoolean added = new AtomicBoolean();
		SteppedEngine stepped = started(checked().checkReady(() -> {
			if (added.compareAndSet(false, true)) {
				context().component("pool", new TestComponent());
			}
		}));
		assertThat(components(stepped)).containsExactly(new Component("pool", true, true, null));
	}

	@Test
	void componentWhenHealthCheckFailsOftenEnoughFailsTheService() {
		TestComponent pool = new TestComponent();
		SteppedEngine stepped = started(this.service.start((context) -> context.component("pool", pool))
			.health(INTERVAL, INTERVAL)
			.failureThreshold(2));
		pool.notHealthy = new IllegalStateException("corrupt");
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
	}

	@Test
	void componentWhenItHasHealthCheckClearsErrors() {
		SteppedEngine stepped = started(this.service.start((context) -> {
			this.context = context;
			context.component("pool", new TestComponent());
		}).health(INTERVAL, INTERVAL));
		context().reportError(new IllegalStateException("item 7"));
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void componentWhenItHasNoHealthCheckClearsErrorsAsWell() {
		SteppedEngine stepped = started(this.service.start((context) -> {
			this.context = context;
			context.component("pool", new UncheckedComponent());
		}).health(INTERVAL, INTERVAL));
		context().reportError(new IllegalStateException("item 7"));
		stepped.pass(INTERVAL);
		assertThat(stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void componentWhenServiceStopsVanishesAndCanBeAddedAgain() {
		SteppedEngine stepped = started(
				this.service.start((context) -> context.component("pool", new TestComponent())));
		stepped.engine.perform(ServiceAction.STOP, "a");
		stepped.runTasks();
		assertThat(components(stepped)).isEmpty();
		stepped.engine.perform(ServiceAction.START, "a");
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(components(stepped)).hasSize(1);
	}

	@Test
	void componentWhenNameIsTakenNamesBoth() {
		SteppedEngine stepped = started(this.service);
		context().component("pool", new TestComponent());
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> context().component("pool", new UncheckedComponent()))
			.withMessage(
					"The name 'a.pool' is taken: it is a component of service 'a' of type '%s', and a component 'pool' of service 'a' of type '%s' was to be added. Give one of them another name.",
					TestComponent.class.getName(), UncheckedComponent.class.getName());
		assertThat(components(stepped)).hasSize(1);
	}

	@Test
	void componentWhenServiceHasThatNameNamesBoth() {
		started(this.service, TestService.named("a.pool"));
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> context().component("pool", new TestComponent()))
			.withMessageStartingWith("The name 'a.pool' is taken: it is a service of type '%s', and a component 'pool'",
					TestService.class.getName());
	}

	@Test
	void componentWhenOtherServiceHasOneOfThatFullNameNamesBoth() {
		started(this.service, TestService.named("a.b").start((context) -> context.component("c", new TestComponent())));
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> context().component("b.c", new TestComponent()))
			.withMessageStartingWith("The name 'a.b.c' is taken: it is a component of service 'a.b' of type");
	}

	@Test
	void componentWhenIncarnationIsOverIsRefused() {
		SteppedEngine stepped = started(this.service);
		stepped.engine.stop();
		stepped.runTasks();
		assertThatIllegalStateException().isThrownBy(() -> context().component("pool", new TestComponent()))
			.withMessageStartingWith("Component 'pool' cannot be added to service 'a'");
	}

	@Test
	void componentWhenNameIsBlankIsRefused() {
		started(this.service);
		assertThatIllegalArgumentException().isThrownBy(() -> context().component(" ", new TestComponent()))
			.withMessageContaining("service 'a' has a blank name");
	}

	@Test
	void componentWhenItsCheckHangsIsShownAndOthersKeepTheirs() throws Exception {
		CountDownLatch interrupted = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(this.service.start((context) -> {
			context.component("fine", new TestComponent());
			context.component("hangs", new ServiceComponent() {

				@Override
				public void checkReady() throws Exception {
					try {
						never.await();
					}
					catch (InterruptedException ex) {
						interrupted.countDown();
						throw ex;
					}
				}

			});
		}).health(Duration.ofMillis(20), Duration.ofMillis(50)).build())), EngineSettings.DEFAULTS,
				ThreadBackend.platform());
		engine.start().get(10, TimeUnit.SECONDS);
		try {
			assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
			Awaitility.await().untilAsserted(() -> {
				Map<String, Component> components = new HashMap<>();
				engine.snapshot("a").reports().components().forEach((each) -> components.put(each.name(), each));
				assertThat(components.get("fine")).isEqualTo(new Component("fine", true, true, null));
				assertThat(components.get("hangs").ready()).isFalse();
				assertThat(components.get("hangs").failure()).hasMessageContaining("did not return within PT0.05S");
			});
			assertThat(engine.isReady()).isFalse();
		}
		finally {
			assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
		}
	}

	@Test
	void reportWhenManyThreadsReportLosesNothing() throws Exception {
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(this.service.errorBuffer(10_000).build())),
				EngineSettings.DEFAULTS, ThreadBackend.platform());
		engine.start().get(10, TimeUnit.SECONDS);
		List<CompletableFuture<Void>> reporters = new CopyOnWriteArrayList<>();
		for (int number = 0; number < 8; number++) {
			String id = "thread " + number;
			reporters.add(OwnThread.run(() -> {
				for (int count = 0; count < 500; count++) {
					context().conditions().warning(id, "Number " + count, "of " + id);
					context().reportError(new IllegalStateException(id));
				}
			}));
		}
		CompletableFuture.allOf(reporters.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
		Awaitility.await().untilAsserted(() -> assertThat(engine.snapshot("a").reports().errors()).hasSize(4000));
		assertThat(engine.snapshot("a").reports().conditions()).hasSize(8)
			.allMatch((condition) -> condition.title().equals("Number 499"));
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
	}

	private TestService checked() {
		return this.service.checkHealth(() -> {
			if (this.unhealthy != null) {
				throw this.unhealthy;
			}
		}).health(INTERVAL, Duration.ofSeconds(5));
	}

	private ServiceContext context() {
		return Objects.requireNonNull(this.context);
	}

	private static SteppedEngine started(TestService... services) {
		SteppedEngine stepped = new SteppedEngine(0, EngineSettings.DEFAULTS,
				List.of(services).stream().map(TestService::build).toList());
		stepped.engine.start();
		stepped.runTasks();
		return stepped;
	}

	private static List<String> ids(SteppedEngine stepped) {
		return stepped.engine.snapshot("a").reports().conditions().stream().map(Condition::id).toList();
	}

	private static List<Component> components(SteppedEngine stepped) {
		return stepped.engine.snapshot("a").reports().components();
	}

	/**
	 * A component without checks.
	 */
	private static final class UncheckedComponent implements ServiceComponent {

	}

	/**
	 * A component whose checks pass unless they are told otherwise.
	 */
	private static final class TestComponent implements ServiceComponent {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		private @Nullable Exception notReady;

		private @Nullable Exception notHealthy;

		@Override
		public void checkReady() throws Exception {
			this.calls.add("ready");
			if (this.notReady != null) {
				throw this.notReady;
			}
		}

		@Override
		public void checkHealth() throws Exception {
			this.calls.add("healthy");
			if (this.notHealthy != null) {
				throw this.notHealthy;
			}
		}

	}

}
