// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.Restart;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.engine.lease.LeaseSettings;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.lease.MemoryLeaseStore;
import io.managedservices.internal.work.core.ScopeAccess;
import io.managedservices.internal.work.core.Unit;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.WorkerBody;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the stop of services that have work inside, in virtual time.
 */
class WorkStopTests {

	private static final Duration TICK = Duration.ofNanos(1);

	private static final Duration HALF = Duration.ofSeconds(10);

	private static final ServiceSettings SETTINGS = ServiceSettings.DEFAULTS
		.withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), HALF.multipliedBy(2))
		.withRetry(new RetrySettings(0, Duration.ofMillis(10), 1, Duration.ofMillis(10), Duration.ZERO, List.of()));

	private final Listening db = new Listening();

	private SteppedWork work = new SteppedWork(definition("db", this.db));

	@Test
	void stopWhenWorkIsInsideIsCalledWhenItHasEnded() {
		startHeld();
		CompletableFuture<Void> stopped = stop();
		this.work.pass(HALF.minus(TICK));
		assertThat(this.db.stops).isZero();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		assertThat(stopped).isNotDone();
		this.work.finish();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
		assertThat(stopped).isCompleted();
		assertThat(this.work.events(LifecycleEvent.StopFailed.class)).isEmpty();
	}

	@Test
	void stopWhenSeveralAreInsideIsCalledWhenTheLastHasEnded() {
		this.db.workers = 3;
		startHeld();
		stop();
		this.work.finish();
		this.work.finish();
		assertThat(this.db.stops).isZero();
		this.work.finish();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenNothingIsInsideIsCalledAtOnce() {
		this.work.start();
		stop();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenHalfOfTheTimeHasPassedIsCalledAnyway() {
		startHeld();
		CompletableFuture<Void> stopped = stop();
		this.work.pass(HALF.minus(TICK));
		assertThat(this.db.stops).isZero();
		this.work.pass(TICK);
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		this.work.pass(HALF.minus(TICK));
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		this.work.finish();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
		assertThat(stopped).isCompleted();
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).isEmpty();
	}

	@Test
	void stopWhenTheAlarmIsLateForAllOfTheTimeIsStillCalled() {
		startHeld();
		CompletableFuture<Void> stopped = stop();
		this.work.backend.advanceTo(this.work.backend.nanoTime() + HALF.multipliedBy(2).toNanos());
		this.work.run();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.FAILED);
		assertThat(stopped).isDone();
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).extracting(LifecycleEvent.Hanging::method)
			.contains("worker 'listener'");
	}

	@Test
	void stopWhenServiceHasNoStopWaitsForWork() {
		List<ServiceContext> contexts = new ArrayList<>();
		this.work = new SteppedWork(
				new ServiceDefinition(new ServiceDescriptor("db", true, Activation.ENABLED, List.of()), this.db,
						new ServiceCallbacks(null, contexts::add, null, null, null, null, null), SETTINGS));
		this.work.hold((unit) -> true);
		this.work.start();
		contexts.get(0).work().worker("listener", this.db.body).start();
		this.work.run();
		stop();
		this.work.pass(HALF);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		this.work.finish();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenWorkIgnoresItsInterruptFailsAndNamesIt() {
		ServiceDefinition above = definition("web", new Listening(0), "db");
		ServiceDefinition below = definition("disk", new Listening(0));
		this.work = new SteppedWork(below, definition("db", this.db, "disk"), above);
		startHeld();
		CompletableFuture<Void> stopped = stop();
		assertThat(this.work.state("web")).isEqualTo(ServiceState.STOPPED);
		this.work.pass(HALF.multipliedBy(2).minus(TICK));
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).isEmpty();
		assertThat(this.work.state("disk")).isEqualTo(ServiceState.RUNNING);
		this.work.pass(TICK);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.FAILED);
		assertThat(this.work.state("disk")).isEqualTo(ServiceState.STOPPED);
		assertThat(stopped).isDone();
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).singleElement().satisfies((hanging) -> {
			assertThat(hanging.service().name()).isEqualTo("db");
			assertThat(hanging.method()).isEqualTo("worker 'listener'");
			assertThat(hanging.timeout()).isEqualTo(HALF.multipliedBy(2));
		});
		assertThat(this.work.events(LifecycleEvent.StopFailed.class)).singleElement()
			.extracting(LifecycleEvent.StopFailed::cause)
			.satisfies((cause) -> assertThat(cause).isInstanceOf(TimeoutException.class)
				.hasMessage("Work of service 'db' did not end within PT20S: worker 'listener':"
						+ " managed-services.services.db.stop-timeout"));
		assertThat(this.db.stops).isOne();
	}

	@Test
	void startWhenWorkOfTheLastIncarnationIsInsideWaitsForIt() {
		startHeld();
		this.work.engine.perform(ServiceAction.STOP, "db");
		this.work.pass(HALF.multipliedBy(2));
		assertThat(this.work.state("db")).isEqualTo(ServiceState.FAILED);
		this.work.engine.perform(ServiceAction.START, "db");
		this.work.pass(Duration.ofMinutes(1));
		assertThat(this.db.starts).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.WAITING);
		this.work.finish();
		assertThat(this.db.starts).isEqualTo(2);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.work.held()).hasSize(1);
	}

	@Test
	void startWhenItFailsAfterItBeganWorkEndsThatBeforeTheNextAttempt() {
		this.db.failingStarts = 1;
		this.work = new SteppedWork(definition("db", this.db, SETTINGS.withRetry(
				new RetrySettings(3, Duration.ofMillis(10), 1, Duration.ofMillis(10), Duration.ZERO, List.of()))));
		this.db.work = this.work;
		startHeld();
		assertThat(this.work.held()).hasSize(1);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		assertThat(this.work.held().element().isInterrupted()).isTrue();
		this.work.pass(Duration.ofSeconds(1));
		assertThat(this.db.starts).isOne();
		assertThat(this.db.stops).isZero();
		this.work.finish();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
		this.work.pass(Duration.ofMillis(10));
		assertThat(this.db.starts).isEqualTo(2);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.work.held()).hasSize(1);
		assertThat(this.work.held().element().isInterrupted()).isFalse();
	}

	@Test
	void startWhenItFailsAndItsWorkIgnoresTheInterruptWaitsForIt() {
		this.db.failingStarts = 1;
		this.work = new SteppedWork(definition("db", this.db, SETTINGS.withRetry(
				new RetrySettings(3, Duration.ofMillis(10), 1, Duration.ofMillis(10), Duration.ZERO, List.of()))));
		this.db.work = this.work;
		startHeld();
		this.work.pass(Duration.ofMinutes(1));
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).hasSize(1);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
		assertThat(this.db.starts).isOne();
		this.work.finish();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.db.starts).isEqualTo(2);
	}

	@Test
	void workWhenBegunAfterTheEndNeverRuns() {
		this.work.start();
		ServiceContext ended = this.db.context();
		ServiceWorker prepared = ended.work().worker("prepared", this.db.body);
		this.work.engine.perform(ServiceAction.RESTART, "db");
		this.work.run();
		assertThat(this.db.starts).isEqualTo(2);
		int runs = this.db.runs;
		CompletableFuture<Void> first = prepared.start();
		CompletableFuture<Void> second = ended.work().worker("late", this.db.body).start();
		this.work.run();
		assertThat(first).isCancelled();
		assertThat(second).isCancelled();
		assertThat(this.db.runs).isEqualTo(runs);
	}

	@Test
	void workWhenFirstAskedForAfterTheEndNeverRuns() {
		this.db.workers = 0;
		this.work.start();
		ServiceContext ended = this.db.context();
		this.work.engine.stop();
		this.work.run();
		CompletableFuture<Void> late = ended.work().worker("late", this.db.body).start();
		this.work.run();
		assertThat(late).isCancelled();
		assertThat(this.db.runs).isZero();
	}

	@Test
	void workWhenQueuedAtTheStopIsWithdrawn() {
		this.work.start();
		int runs = this.db.runs;
		CompletableFuture<Void> queued = this.db.context().work().worker("queued", this.db.body).start();
		CompletableFuture<Void> stopped = this.work.engine.stop();
		assertThat(this.work.engine.work("db").workers()).isEmpty();
		this.work.run();
		assertThat(queued).isCancelled();
		assertThat(stopped).isCompleted();
		assertThat(this.db.runs).isEqualTo(runs);
	}

	@Test
	void stopWhenTaskIsToFinishWaitsForItsEnd() {
		ServiceTask task = startTask();
		task.finishOnStop().queue();
		this.work.run();
		task.queue();
		CompletableFuture<Void> stopped = stop();
		assertThat(this.work.engine.work("db").tasks()).singleElement()
			.extracting(TaskStatus::name, TaskStatus::state)
			.containsExactly("count", TaskState.RUNNING);
		assertThat(this.work.held().element().isInterrupted()).isFalse();
		this.work.pass(HALF.minus(TICK));
		assertThat(this.work.held().element().isInterrupted()).isFalse();
		assertThat(this.db.stops).isZero();
		this.work.finish();
		assertThat(this.work.held()).isEmpty();
		assertThat(this.work.engine.work("db").tasks()).isEmpty();
		assertThat(this.db.runs).isOne();
		assertThat(this.db.stops).isOne();
		assertThat(stopped).isCompleted();
	}

	@Test
	void stopWhenTaskIsToFinishAndHalfOfTheTimeHasPassedInterruptsIt() {
		startTask().finishOnStop().queue();
		this.work.run();
		stop();
		this.work.pass(HALF);
		assertThat(this.work.held().element().isInterrupted()).isTrue();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		this.work.finish();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenTaskIsToFinishAndHasNotBegunNeverLetsItBegin() {
		startTask().finishOnStop().queue();
		CompletableFuture<Void> stopped = this.work.engine.stop();
		assertThat(this.work.engine.workload().tasksRunning()).isZero();
		this.work.run();
		assertThat(this.db.runs).isZero();
		assertThat(stopped).isCompleted();
	}

	@Test
	void cancelWhenTaskIsToFinishInterruptsItAnyway() {
		ServiceTask task = startTask().finishOnStop().queue();
		this.work.run();
		task.cancel();
		assertThat(this.work.held().element().isInterrupted()).isTrue();
		this.work.finish();
	}

	@Test
	void stopWhenACheckHangsInterruptsWorkThatIsToFinishAtHalfTime() {
		Unit task = startTaskWhileACheckHangs();
		stop();
		this.work.pass(HALF.minus(TICK));
		assertThat(task.isInterrupted()).isFalse();
		this.work.pass(TICK);
		assertThat(task.isInterrupted()).isTrue();
		assertThat(this.db.stops).isZero();
		this.work.finish();
		this.work.returnFromMethod();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenACheckHangsAndTheAlarmIsLateForAllOfTheTimeInterruptsWorkThatIsToFinish() {
		Unit task = startTaskWhileACheckHangs();
		stop();
		this.work.backend.advanceTo(this.work.backend.nanoTime() + HALF.multipliedBy(2).toNanos());
		this.work.run();
		assertThat(task.isInterrupted()).isTrue();
	}

	@Test
	void stopWhenACheckHangsAndShutdownTimesOutInterruptsWorkThatIsToFinish() {
		this.work = new SteppedWork(definition("db", this.db,
				SETTINGS.withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMinutes(2))));
		Unit task = startTaskWhileACheckHangs();
		CompletableFuture<Void> stopped = stop();
		this.work.pass(Duration.ofSeconds(25));
		assertThat(stopped).isDone();
		assertThat(task.isInterrupted()).isTrue();
	}

	private Unit startTaskWhileACheckHangs() {
		startTask().finishOnStop().queue();
		this.work.hangNextMethod();
		this.work.pass(Duration.ofMinutes(1));
		assertThat(this.work.held()).hasSize(1);
		return this.work.held().element();
	}

	@Test
	void stopWhenWorkerKnowsLeavesItInPeaceUntilHalfTime() {
		startHeld();
		this.work.held().forEach((unit) -> HeldCall.look(unit, false));
		stop();
		Unit worker = this.work.held().element();
		HeldCall.look(worker, true);
		this.work.pass(HALF.minus(TICK));
		assertThat(worker.isInterrupted()).isFalse();
		this.work.pass(TICK);
		assertThat(worker.isInterrupted()).isTrue();
		this.work.finish();
	}

	@Test
	void stopWhenWorkerHasLookedButDoesNotLookAgainInterruptsItAfterTheGrace() {
		startHeld();
		Unit worker = this.work.held().element();
		HeldCall.look(worker, false);
		stop();
		this.work.pass(ScopeAccess.GRACE.minus(TICK));
		assertThat(worker.isInterrupted()).isFalse();
		this.work.pass(TICK);
		assertThat(worker.isInterrupted()).isTrue();
		this.work.finish();
	}

	@Test
	void stopWhenWorkerNeverLookedInterruptsItAtOnce() {
		startHeld();
		stop();
		assertThat(this.work.held().element().isInterrupted()).isTrue();
		this.work.finish();
	}

	@Test
	void stopWhenWorkerIsToFinishInterruptsItAtHalfTime() {
		this.db.workers = 0;
		startHeld();
		this.db.context().work().worker("patient", this.db.body).finishOnStop().start();
		this.work.run();
		Unit worker = this.work.held().element();
		stop();
		this.work.pass(HALF.minus(TICK));
		assertThat(worker.isInterrupted()).isFalse();
		this.work.pass(TICK);
		assertThat(worker.isInterrupted()).isTrue();
		this.work.finish();
	}

	@Test
	void stopWhenATaskLeavesWithItsInterruptTellsThatItWasCutOff() {
		this.db.workers = 0;
		startHeld();
		this.db.context().work().task("count", () -> {
			throw new InterruptedException("simulated");
		}).queue();
		this.work.run();
		stop();
		this.work.finish();
		assertThat(this.work.events(LifecycleEvent.WorkCutOff.class)).singleElement().satisfies((cutOff) -> {
			assertThat(cutOff.service().name()).isEqualTo("db");
			assertThat(cutOff.work()).isEqualTo("task 'count'");
			assertThat(cutOff.late()).isFalse();
		});
		assertThat(this.work.events(LifecycleEvent.WorkFailed.class)).isEmpty();
	}

	@Test
	void stopWhenWorkHangsUntilHalfTimeTellsWhatLimitsIt() {
		this.db.thrown = new InterruptedException("simulated");
		startHeld();
		stop();
		this.work.pass(HALF);
		this.work.finish();
		assertThat(this.work.events(LifecycleEvent.WorkCutOff.class)).singleElement().satisfies((cutOff) -> {
			assertThat(cutOff.after()).isEqualTo(HALF);
			assertThat(cutOff.limit()).isEqualTo("half of managed-services.services.db.stop-timeout");
		});
	}

	@Test
	void stopWhenWorkHangsUntilShutdownTimeoutTellsWhatLimitsIt() {
		this.work = new SteppedWork(0,
				new EngineSettings(Duration.ofMinutes(5), EngineSettings.OnFailure.FAIL, Duration.ofMillis(83)),
				WorkSettings.DEFAULTS, null, List.of(definition("db", this.db)));
		this.db.thrown = new InterruptedException("simulated");
		startHeld();
		CompletableFuture<Void> stopped = stop();
		this.work.pass(Duration.ofMillis(83));
		assertThat(stopped).isDone();
		this.work.finish();
		assertThat(this.work.events(LifecycleEvent.WorkCutOff.class)).singleElement().satisfies((cutOff) -> {
			assertThat(cutOff.after()).isEqualTo(Duration.ofMillis(83));
			assertThat(cutOff.limit()).isEqualTo("managed-services.shutdown.timeout");
		});
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).extracting(LifecycleEvent.Hanging::method)
			.contains("worker 'listener'");
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).allSatisfy((hanging) -> {
			assertThat(hanging.timeout()).isEqualTo(Duration.ofMillis(83));
			assertThat(hanging.property()).isEqualTo("managed-services.shutdown.timeout");
		});
	}

	@Test
	void stopWhenTheLeaseIsLostTellsThatItLimitsTheTime() {
		this.work = new SteppedWork(SteppedWork.service("db", "db", (context) -> context.work().task("write", () -> {
			throw new InterruptedException("simulated");
		}).finishOnStop().queue()));
		MemoryLeaseStore store = new MemoryLeaseStore(this.work.backend::monotonicTime, this.work.backend::instant);
		this.work.engine.keepLeases(() -> store, LeaseSettings.DEFAULTS);
		startHeld();
		store.free("db");
		store.acquire("db", "other", Duration.ofHours(1));
		this.work.pass(LeaseSettings.DEFAULTS.times().duration());
		this.work.finish();
		assertThat(this.work.events(LifecycleEvent.WorkCutOff.class)).singleElement()
			.satisfies((cutOff) -> assertThat(cutOff.limit()).isEqualTo("managed-services.lease.duration"));
	}

	@Test
	void stopWhenItFailsForGoodWhileWorkHangsTellsThatNoTimeHasPassed() {
		this.db.stopFailure = new IllegalStateException("expected in this test");
		startHeld();
		stop();
		this.work.pass(HALF);
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).singleElement().satisfies((hanging) -> {
			assertThat(hanging.method()).isEqualTo("worker 'listener'");
			assertThat(hanging.timeout()).isEqualTo(HALF);
			assertThat(hanging.property()).isNull();
		});
		this.work.finish();
	}

	@Test
	void stopWhenWorkReturnsTellsNothing() {
		startHeld();
		stop();
		this.work.finish();
		assertThat(this.work.events(LifecycleEvent.WorkCutOff.class)).isEmpty();
	}

	private ServiceTask startTask() {
		this.db.workers = 0;
		startHeld();
		return this.db.context().work().task("count", () -> this.db.runs++);
	}

	@Test
	void stopWhenRestartIsPendingDoesNotWaitForIt() {
		this.work.start();
		this.db.thrown = new IllegalStateException("down");
		CompletableFuture<Void> restarted = this.db.context()
			.work()
			.worker("restarted", this.db.body)
			.restartOnFailure()
			.start();
		this.work.run();
		int runs = this.db.runs;
		CompletableFuture<Void> stopped = stop();
		assertThat(stopped).isCompleted();
		assertThat(restarted).isCancelled();
		this.work.pass(Duration.ofHours(1));
		assertThat(this.db.runs).isEqualTo(runs);
		assertThat(this.work.engine.work("db").workers()).isEmpty();
	}

	@Test
	void failWhenAWorkerReportsItEndsWorkAndTheNextIncarnationBeginsItsOwn() {
		startHeld();
		Unit first = this.work.held().element();
		this.db.context().fail(new IllegalStateException("broken"));
		this.work.run();
		assertThat(first.isInterrupted()).isTrue();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		this.work.finish();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
		this.work.pass(Duration.ofSeconds(1));
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.work.held()).singleElement().isNotSameAs(first);
		assertThat(this.work.held().element().isInterrupted()).isFalse();
	}

	@Test
	void failWhenCalledInsideAWorkerInterruptsThatWorker() {
		this.work.start();
		List<Boolean> told = new ArrayList<>();
		this.db.context().work().worker("judge", (worker) -> {
			this.db.context().fail(new IllegalStateException("broken"));
			told.add(Thread.currentThread().isInterrupted() && worker.isStopping());
		}).start();
		this.work.run();
		assertThat(told).containsExactly(true);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
		assertThat(this.work.events(LifecycleEvent.WorkFailed.class)).isEmpty();
	}

	@Test
	void failWhenGivenUpEndsWork() {
		this.work = new SteppedWork(definition("db", this.db,
				SETTINGS.withRestart(new RestartSettings(Restart.Policy.NEVER, 0, Duration.ofMinutes(1),
						new RestartSettings.Backoff(Duration.ofSeconds(1), 1, Duration.ofSeconds(1)),
						Restart.OnGiveUp.DEGRADE))));
		startHeld();
		this.db.context().fail(new IllegalStateException("broken"));
		this.work.run();
		this.work.finish();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.FAILED);
		assertThat(this.work.engine.work("db").workers()).isEmpty();
	}

	@Test
	void stopWhenADependentIsStillStoppingLeavesWorkAlone() {
		Listening web = new Listening();
		this.work = new SteppedWork(definition("db", this.db), definition("web", web, "db"));
		startHeld();
		stop();
		assertThat(this.work.state("web")).isEqualTo(ServiceState.STOPPING);
		assertThat(this.work.held()).hasSize(2)
			.allMatch((unit) -> unit.isInterrupted() == unit.scope().serviceName().equals("web"));
	}

	@Test
	void workWhenItFailsAtTheStopIsKeptWithItsService() {
		startHeld();
		stop();
		this.db.thrown = new IllegalStateException("while ending");
		this.work.finish();
		assertThat(this.work.engine.work("db").failures()).extracting(ServiceFailure::cause)
			.containsExactly(this.db.thrown);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenStopItselfFailsAtHalfNamesWorkAndStillWaitsForIt() {
		this.db.stopFailure = new IllegalStateException("cannot close");
		startHeld();
		stop();
		this.work.pass(HALF);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.FAILED);
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).extracting(LifecycleEvent.Hanging::method)
			.containsExactly("worker 'listener'");
		this.work.engine.start();
		this.work.run();
		assertThat(this.db.starts).isOne();
		this.work.finish();
		assertThat(this.db.starts).isEqualTo(2);
	}

	@Test
	void stopWhenShutdownTimeoutPassesBeforeHalfIsStillCalled() {
		ServiceSettings patient = SETTINGS.withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30),
				Duration.ofMinutes(2));
		this.work = new SteppedWork(definition("db", this.db, patient));
		startHeld();
		CompletableFuture<Void> stopped = stop();
		this.work.pass(Duration.ofSeconds(25).minus(TICK));
		assertThat(this.db.stops).isZero();
		this.work.pass(TICK);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.FAILED);
		assertThat(stopped).isDone();
		assertThat(this.db.stops).isOne();
		assertThat(this.work.events(LifecycleEvent.Hanging.class)).extracting(LifecycleEvent.Hanging::method)
			.contains("worker 'listener'");
		this.work.finish();
		assertThat(this.db.stops).isOne();
	}

	private void startHeld() {
		this.work.hold((unit) -> true);
		this.work.start();
	}

	private CompletableFuture<Void> stop() {
		CompletableFuture<Void> stopped = this.work.engine.stop();
		this.work.run();
		return stopped;
	}

	private static ServiceDefinition definition(String name, ServiceLifecycle service, String... dependencies) {
		return ServiceDefinition.of(name, service, SETTINGS,
				List.of(dependencies)
					.stream()
					.map((dependency) -> new ServiceDependency(dependency, ServiceDependency.Kind.REQUIRED, "test"))
					.toList());
	}

	private static ServiceDefinition definition(String name, ServiceLifecycle service, ServiceSettings settings) {
		return ServiceDefinition.of(name, service, settings, List.of());
	}

	/**
	 * A service that begins workers in its start.
	 */
	private static final class Listening implements ServiceLifecycle {

		private int workers = 1;

		private int starts;

		private int stops;

		private int runs;

		private int failingStarts;

		private @Nullable Exception thrown;

		private @Nullable Exception stopFailure;

		private @Nullable SteppedWork work;

		private final List<ServiceContext> contexts = new ArrayList<>();

		private final WorkerBody body = (worker) -> {
			this.runs++;
			if (this.thrown != null) {
				throw this.thrown;
			}
		};

		Listening() {
		}

		Listening(int workers) {
			this.workers = workers;
		}

		ServiceContext context() {
			return this.contexts.get(this.contexts.size() - 1);
		}

		@Override
		public void start(ServiceContext context) {
			this.contexts.add(context);
			this.starts++;
			for (int worker = 0; worker < this.workers; worker++) {
				context.work().worker("listener", this.body).start();
			}
			if (this.work != null) {
				this.work.run();
			}
			if (this.starts <= this.failingStarts) {
				throw new IllegalStateException("start failed");
			}
		}

		@Override
		public void checkHealth() {
		}

		@Override
		public void stop(ServiceContext context) throws Exception {
			this.stops++;
			if (this.stopFailure != null) {
				throw this.stopFailure;
			}
		}

	}

}
