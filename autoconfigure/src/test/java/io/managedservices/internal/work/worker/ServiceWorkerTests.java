// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.net.ServerSocket;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot.WorkerState;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.RestartNow;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for workers, in virtual time.
 */
class ServiceWorkerTests {

	private static final Duration TICK = Duration.ofNanos(1);

	private final List<Integer> attempts = new ArrayList<>();

	private @Nullable Exception thrown = new IllegalStateException("no listener");

	private @Nullable CompletableFuture<Void> future;

	private @Nullable ServiceContext context;

	private boolean held;

	private final WorkerBody body = (worker) -> {
		this.attempts.add(worker.attempt());
		if (this.thrown != null) {
			throw this.thrown;
		}
	};

	private SteppedWork work = new SteppedWork();

	@Test
	void startWhenBodyReturnsCompletesFuture() {
		this.thrown = null;
		start(ServiceWorker::restartOnFailure);
		assertThat(this.future).isCompleted();
		assertThat(this.attempts).containsExactly(1);
		assertThat(workers()).isEmpty();
		assertThat(failures()).isEmpty();
		this.work.pass(Duration.ofHours(1));
		assertThat(this.attempts).hasSize(1);
	}

	@Test
	void startWhenServiceStartsBeginsBeforeItRuns() {
		List<ServiceState> states = new ArrayList<>();
		this.work = new SteppedWork(SteppedWork.service("db", (started) -> {
			started.work().worker("early", (worker) -> states.add(this.work.state("db"))).start();
			this.work.run();
		}));
		this.work.start();
		assertThat(states).containsExactly(ServiceState.STARTING);
	}

	@Test
	void stopClosesResourcesBeforeItTellsStages() {
		List<String> order = new ArrayList<>();
		this.work = new SteppedWork(SteppedWork.service("db", (started) -> started.work().worker("late", (worker) -> {
			worker.stopping().thenRun(() -> order.add("told"));
			worker.closeOnStop(() -> order.add("closed"));
			this.work.engine.perform(ServiceAction.STOP, "db");
			this.work.run();
			order.add("left");
		}).start()));
		this.work.start();
		assertThat(order).containsExactly("closed", "told", "left");
	}

	@Test
	void startWhenNotRestartedAndFailsTellsErrorAndServiceGoesOn() {
		start(UnaryOperator.identity());
		assertThat(this.future).isCompletedExceptionally();
		assertThat(this.future.handle((result, ex) -> ex).join()).isSameAs(this.thrown);
		assertThat(failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.service()).isEqualTo("db");
			assertThat(failure.kind()).isEqualTo(WorkKind.WORKER);
			assertThat(failure.name()).isEqualTo("listener");
			assertThat(failure.cause()).isSameAs(this.thrown);
			assertThat(failure.severity()).isEqualTo(Severity.ERROR);
			assertThat(failure.stack()).containsExactly(this.thrown.getStackTrace());
		});
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
		assertThat(workers()).isEmpty();
	}

	@Test
	void restartWhenItFailsAgainWaitsTwoSecondsTimesFailedAttempts() {
		start(ServiceWorker::restartOnFailure);
		for (int failed = 1; failed <= 5; failed++) {
			assertThat(workers()).containsExactly(new WorkerStatus("listener", WorkerState.BACKOFF, failed, failed,
					this.work.backend.instant().plusSeconds(2L * failed)));
			this.work.pass(Duration.ofSeconds(2L * failed).minus(TICK));
			assertThat(this.attempts).hasSize(failed);
			this.work.pass(TICK);
			assertThat(this.attempts).hasSize(failed + 1);
		}
		assertThat(this.attempts).containsExactly(1, 2, 3, 4, 5, 6);
		assertThat(failures()).hasSize(6)
			.allMatch((failure) -> failure.severity() == Severity.WARNING && failure.cause() == this.thrown);
		assertThat(this.future).isNotDone();
	}

	@Test
	void restartWhenDelayIsSetWaitsThatTimesFailedAttempts() {
		start((worker) -> worker.restartOnFailure(Duration.ofMillis(30)));
		this.work.pass(Duration.ofMillis(30));
		assertThat(this.attempts).hasSize(2);
		this.work.pass(Duration.ofMillis(60).minus(TICK));
		assertThat(this.attempts).hasSize(2);
		this.work.pass(TICK);
		assertThat(this.attempts).hasSize(3);
	}

	@Test
	void startWhenItWouldBeRestartedForEverWithoutAPauseFails() {
		ServiceWorker worker = started().work().worker("hot", (running) -> {
		}).restartOnFailure(Duration.ofNanos(999_999));
		assertThatIllegalArgumentException().isThrownBy(worker::start)
			.withMessageStartingWith("Worker 'hot' of service 'db': expected a delay of 1 ms or more, or a limit");
	}

	@Test
	void startWhenItWouldBeRestartedVeryOftenWithoutAPauseFails() {
		ServiceWorker worker = started().work().worker("hot", (running) -> {
		}).restartOnFailure(Duration.ZERO).maxRestarts(1001, Duration.ofMinutes(1));
		assertThatIllegalArgumentException().isThrownBy(worker::start)
			.withMessageEndingWith("or a limit by maxRestarts(…) of 1000 or less, since it would be restarted without"
					+ " a pause, found 'PT0S'");
	}

	@Test
	void startWhenItIsRestartedWithoutAPauseAndHasALimitGivesUp() {
		start((worker) -> worker.restartOnFailure(Duration.ZERO).maxRestarts(3, Duration.ofMinutes(1)));
		assertThat(this.attempts).hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void restartWhenDelayIsHugeStaysInBackoff() {
		start((worker) -> worker.restartOnFailure(Duration.ofSeconds(Long.MAX_VALUE)));
		this.work.pass(Duration.ofDays(1000));
		assertThat(this.attempts).hasSize(1);
		assertThat(workers()).singleElement().extracting(WorkerStatus::state).isEqualTo(WorkerState.BACKOFF);
	}

	@Test
	void restartWhenItReturnsAfterFailureEndsIt() {
		start(ServiceWorker::restartOnFailure);
		this.thrown = null;
		this.work.pass(Duration.ofSeconds(2));
		assertThat(this.future).isCompleted();
		assertThat(workers()).isEmpty();
	}

	@Test
	void restartWhenItRanFiveMinutesForgetsFailedAttempts() {
		start(ServiceWorker::restartOnFailure);
		this.work.pass(Duration.ofSeconds(2));
		hold();
		this.work.pass(Duration.ofSeconds(4));
		this.work.pass(Duration.ofMinutes(5).minus(TICK));
		assertThat(workers()).containsExactly(new WorkerStatus("listener", WorkerState.RUNNING, 3, 2, null));
		this.work.pass(TICK);
		assertThat(workers()).containsExactly(new WorkerStatus("listener", WorkerState.RUNNING, 3, 0, null));
		this.work.finish();
		assertThat(workers()).containsExactly(
				new WorkerStatus("listener", WorkerState.BACKOFF, 3, 1, this.work.backend.instant().plusSeconds(2)));
	}

	@Test
	void restartWhenItRanAlmostFiveMinutesCountsOn() {
		start(ServiceWorker::restartOnFailure);
		hold();
		this.work.pass(Duration.ofSeconds(2));
		this.work.pass(Duration.ofMinutes(5).minus(TICK));
		this.work.finish();
		assertThat(workers()).singleElement().extracting(WorkerStatus::failedAttempts).isEqualTo(2);
		this.work.pass(Duration.ofSeconds(4).minus(TICK));
		assertThat(this.work.held()).isEmpty();
		this.work.pass(TICK);
		assertThat(this.work.held()).hasSize(1);
	}

	@Test
	void restartWhenTheDelayIsLongerThanFiveMinutesStillCountsOn() {
		start((worker) -> worker.restartOnFailure(Duration.ofMinutes(10)));
		this.work.pass(Duration.ofMinutes(10));
		assertThat(this.attempts).hasSize(2);
		this.work.pass(Duration.ofMinutes(20).minus(TICK));
		assertThat(this.attempts).hasSize(2);
		this.work.pass(TICK);
		assertThat(this.attempts).hasSize(3);
	}

	@Test
	void restartNowBeginsAtOnceAndCountsNothing() {
		this.thrown = null;
		start((worker) -> worker.maxRestarts(0, Duration.ofMinutes(1)), (worker) -> {
			this.attempts.add(worker.attempt());
			if (this.attempts.size() < 10) {
				throw new RestartNow("another configuration");
			}
		});
		assertThat(this.attempts).hasSize(10).endsWith(10);
		assertThat(failures()).isEmpty();
		assertThat(this.future).isCompleted();
	}

	@Test
	void restartNowWhenThrownInMicroTaskThatItRunsIsNoFailure() {
		start(ServiceWorker::restartOnFailure, (worker) -> {
			this.attempts.add(worker.attempt());
			if (worker.attempt() == 1) {
				restartInMicroTask();
			}
		});
		assertThat(this.attempts).containsExactly(1, 2);
		assertThat(failures()).isEmpty();
		assertThat(this.work.engine.work("db").microTasks().failed()).isZero();
		assertThat(this.future).isCompleted();
	}

	@Test
	void restartNowWhenThrownInMicroTaskOfWorkerThatIsNotRestartedIsAFailure() {
		start(UnaryOperator.identity(), (worker) -> restartInMicroTask());
		assertThat(failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.kind()).isEqualTo(WorkKind.MICRO_TASK);
			assertThat(failure.cause()).isInstanceOf(RestartNow.class);
		});
	}

	private void restartInMicroTask() throws Exception {
		assertThat(this.context).isNotNull();
		this.context.work().run(MicroTask.high("inner"), () -> {
			throw new RestartNow("another configuration");
		});
	}

	@Test
	void restartNowKeepsFailedAttempts() {
		start(ServiceWorker::restartOnFailure);
		this.thrown = new RestartNow("again");
		hold();
		this.work.pass(Duration.ofSeconds(2));
		this.work.finish();
		assertThat(workers()).containsExactly(new WorkerStatus("listener", WorkerState.RUNNING, 3, 1, null));
	}

	@Test
	void restartNowWhenNotRestartedIsAFailure() {
		this.thrown = new RestartNow("again");
		start(UnaryOperator.identity());
		assertThat(this.attempts).hasSize(1);
		assertThat(failures()).singleElement().extracting(ServiceFailure::severity).isEqualTo(Severity.ERROR);
	}

	@Test
	void maxRestartsWhenReachedFailsTheService() {
		start((worker) -> worker.restartOnFailure(Duration.ofSeconds(1)).maxRestarts(2, Duration.ofMinutes(1)));
		this.work.pass(Duration.ofSeconds(3).minus(TICK));
		assertThat(this.attempts).hasSize(2);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
		this.work.pass(TICK);
		assertThat(this.attempts).hasSize(3);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
		assertThat(this.future).isCompletedExceptionally();
		assertThat(this.future.handle((result, ex) -> ex).join()).isSameAs(this.thrown);
		assertThat(failures()).extracting(ServiceFailure::severity)
			.containsExactly(Severity.WARNING, Severity.WARNING, Severity.ERROR);
		assertThat(this.work.events(LifecycleEvent.EpisodeOpened.class)).singleElement()
			.extracting(LifecycleEvent.EpisodeOpened::cause)
			.satisfies((cause) -> assertThat(cause).hasCause(this.thrown)
				.hasMessage("Worker 'listener' of service 'db' has failed again after 2 restarts within PT1M,"
						+ " which is its limit: java.lang.IllegalStateException: no listener"));
	}

	@Test
	void maxRestartsWhenNoneFailsTheServiceAtOnce() {
		start((worker) -> worker.maxRestarts(0, Duration.ofMinutes(1)));
		assertThat(this.attempts).hasSize(1);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
	}

	@Test
	void maxRestartsWhenWindowHasPassedCountsAnew() {
		start((worker) -> worker.restartOnFailure(Duration.ofMinutes(1)).maxRestarts(1, Duration.ofMinutes(1)));
		hold();
		this.work.pass(Duration.ofMinutes(1));
		this.work.pass(TICK);
		this.work.finish();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
		this.work.pass(Duration.ofMinutes(2));
		assertThat(this.work.held()).hasSize(1);
	}

	@Test
	void maxRestartsWhenWindowHasJustNotPassedGivesUp() {
		start((worker) -> worker.restartOnFailure(Duration.ofMinutes(1)).maxRestarts(1, Duration.ofMinutes(1)));
		this.work.pass(Duration.ofMinutes(1));
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
	}

	@Test
	void maxRestartsWhenServiceIsStillStartingFailsTheStart() {
		this.work = new SteppedWork(SteppedWork.service("db", (started) -> {
			started.work().worker("listener", this.body).maxRestarts(0, Duration.ofMinutes(1)).start();
			this.work.run();
		}));
		this.work.start();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
		assertThat(this.work.engine.snapshot("db").failure()).hasCause(this.thrown);
	}

	@Test
	void heartbeatWhenNoBeatInterruptsAndCountsAsFailed() {
		hold();
		start((worker) -> worker.restartOnFailure().heartbeat(Duration.ofSeconds(30)));
		this.work.pass(Duration.ofSeconds(30).minus(TICK));
		assertThat(failures()).isEmpty();
		WorkerRun run = run();
		this.work.pass(TICK);
		assertThat(run.isInterrupted()).isTrue();
		assertThat(run.context().isStopping()).isTrue();
		assertThat(run.context().stopping().toCompletableFuture()).isCompleted();
		assertThat(failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.severity()).isEqualTo(Severity.WARNING);
			assertThat(failure.cause()).isInstanceOf(TimeoutException.class)
				.hasMessage("Worker 'listener' of service 'db' gave no beat for PT30S");
		});
		this.thrown = new InterruptedException();
		this.work.finish();
		assertThat(failures()).hasSize(1);
		this.work.pass(Duration.ofSeconds(2).minus(TICK));
		assertThat(this.work.held()).isEmpty();
		this.work.pass(TICK);
		assertThat(run().context().attempt()).isEqualTo(2);
		assertThat(run().context().isStopping()).isFalse();
	}

	@Test
	void heartbeatWhenWorkerEndsTheApplicationIsNotExpected() {
		this.work = new SteppedWork(SteppedWork.service("db", (started) -> started.work().worker("last", (worker) -> {
			this.work.work.releaseCaller();
			this.work.pass(Duration.ofMinutes(1));
			this.attempts.add(worker.attempt());
		}).heartbeat(Duration.ofSeconds(30)).start()));
		this.work.start();
		assertThat(this.attempts).containsExactly(1);
		assertThat(failures()).isEmpty();
		assertThat(workers()).isEmpty();
	}

	@Test
	void heartbeatWhenBeatsComeGoesOn() {
		hold();
		start((worker) -> worker.restartOnFailure().heartbeat(Duration.ofSeconds(30)));
		for (int beat = 0; beat < 5; beat++) {
			this.work.pass(Duration.ofSeconds(29));
			run().context().beat();
		}
		this.work.pass(Duration.ofSeconds(30).minus(TICK));
		assertThat(failures()).isEmpty();
		this.work.pass(TICK);
		assertThat(failures()).hasSize(1);
	}

	@Test
	void heartbeatWhenItIsBeyondAllTimeNeverComes() {
		hold();
		start((worker) -> worker.heartbeat(ChronoUnit.FOREVER.getDuration()));
		this.work.pass(Duration.ofDays(1000));
		assertThat(failures()).isEmpty();
		assertThat(WorkAccess.coordination(this.work.work).timers().next()).isGreaterThan(this.work.backend.nanoTime());
	}

	@Test
	void heartbeatWhenItJustFitsIntoNanosecondsNeverComes() {
		hold();
		start((worker) -> worker.heartbeat(Duration.ofNanos(Long.MAX_VALUE)));
		this.work.pass(Duration.ofDays(1000));
		run().context().beat();
		this.work.pass(Duration.ofDays(1000));
		assertThat(failures()).isEmpty();
		assertThat(WorkAccess.coordination(this.work.work).timers().next()).isGreaterThan(this.work.backend.nanoTime());
	}

	@Test
	void heartbeatWhenThreadComesLateCountsFromItsBegin() {
		hold();
		started().work().worker("late", this.body).heartbeat(Duration.ofSeconds(30)).start();
		this.work.backend.advanceTo(this.work.backend.nanoTime() + Duration.ofSeconds(29).toNanos());
		this.work.pass(Duration.ofSeconds(30).minus(TICK));
		assertThat(failures()).isEmpty();
		this.work.pass(TICK);
		assertThat(failures()).hasSize(1);
	}

	@Test
	void heartbeatWhenInterruptIsIgnoredRunsNoSecondOne() {
		hold();
		start((worker) -> worker.restartOnFailure().heartbeat(Duration.ofSeconds(30)));
		this.work.pass(Duration.ofSeconds(30));
		this.work.pass(Duration.ofMinutes(10));
		assertThat(this.work.held()).hasSize(1);
		assertThat(failures()).hasSize(1);
		this.thrown = null;
		this.work.finish();
		assertThat(run().context().attempt()).isEqualTo(2);
		assertThat(this.future).isNotDone();
	}

	@Test
	void heartbeatWhenItThrowsSomethingElseOnLeavingTellsThatToo() {
		hold();
		start((worker) -> worker.restartOnFailure().heartbeat(Duration.ofSeconds(30)));
		this.work.pass(Duration.ofSeconds(30));
		this.work.finish();
		assertThat(failures()).extracting(ServiceFailure::cause).hasSize(2).last().isSameAs(this.thrown);
		assertThat(workers()).singleElement().extracting(WorkerStatus::failedAttempts).isEqualTo(1);
	}

	@Test
	void heartbeatWhenNotRestartedFailsTheFutureAndStaysUntilItHasLeft() {
		hold();
		start((worker) -> worker.heartbeat(Duration.ofSeconds(30)));
		this.work.pass(Duration.ofSeconds(30));
		assertThat(this.future).isCompletedExceptionally();
		assertThat(failures()).singleElement().extracting(ServiceFailure::severity).isEqualTo(Severity.ERROR);
		assertThat(workers()).singleElement().extracting(WorkerStatus::state).isEqualTo(WorkerState.STOPPING);
		this.thrown = null;
		this.work.finish();
		assertThat(workers()).isEmpty();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void heartbeatWhenItGivesUpFailsTheServiceWhichWaitsForIt() {
		hold();
		start((worker) -> worker.maxRestarts(0, Duration.ofMinutes(1)).heartbeat(Duration.ofSeconds(30)));
		this.work.pass(Duration.ofSeconds(30));
		assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPING);
		this.thrown = new InterruptedException();
		this.work.finish();
		assertThat(this.work.state("db")).isEqualTo(ServiceState.BACKOFF);
	}

	@Test
	void futureWhenCancelledInterruptsTheWorker() {
		hold();
		start(ServiceWorker::restartOnFailure);
		WorkerRun run = run();
		this.future.cancel(true);
		assertThat(run.isInterrupted()).isTrue();
		assertThat(workers()).singleElement().extracting(WorkerStatus::state).isEqualTo(WorkerState.STOPPING);
		this.thrown = new InterruptedException();
		this.work.finish();
		assertThat(workers()).isEmpty();
		assertThat(failures()).isEmpty();
		this.work.pass(Duration.ofHours(1));
		assertThat(this.attempts).hasSize(1);
		assertThat(this.work.state("db")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void futureWhenCancelledInBackoffEndsTheWorker() {
		start(ServiceWorker::restartOnFailure);
		this.future.cancel(false);
		assertThat(workers()).isEmpty();
		this.work.pass(Duration.ofHours(1));
		assertThat(this.attempts).hasSize(1);
	}

	@Test
	void futureWhenCancelledBeforeItBeganWithdrawsIt() {
		start(UnaryOperator.identity());
		CompletableFuture<Void> second = this.context.work().worker("second", this.body).start();
		second.cancel(false);
		assertThat(workers()).isEmpty();
		this.work.run();
		assertThat(this.attempts).hasSize(1);
	}

	@Test
	void stopWhenWorkerEndsAsToldTellsNoFailure() {
		hold();
		start(ServiceWorker::restartOnFailure);
		this.work.engine.stop();
		this.work.run();
		assertThat(this.future).isCancelled();
		assertThat(workers()).singleElement().extracting(WorkerStatus::state).isEqualTo(WorkerState.STOPPING);
		this.thrown = new CancellationException();
		this.work.finish();
		assertThat(failures()).isEmpty();
		assertThat(workers()).isEmpty();
	}

	@Test
	void stopWhenWorkerThrowsSomethingElseTellsAnError() {
		hold();
		start(ServiceWorker::restartOnFailure);
		this.work.engine.stop();
		this.work.run();
		this.work.finish();
		assertThat(failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.severity()).isEqualTo(Severity.ERROR);
			assertThat(failure.cause()).isSameAs(this.thrown);
		});
		this.work.pass(Duration.ofHours(1));
		assertThat(this.attempts).hasSize(1);
	}

	@Test
	void closeOnStopWhenToldToEndClosesTheNewestFirst() {
		List<String> closed = new ArrayList<>();
		hold();
		start(UnaryOperator.identity());
		run().context().closeOnStop(() -> closed.add("first"));
		run().context().closeOnStop(() -> closed.add("second"));
		this.work.engine.stop();
		assertThat(closed).as("inside the coordinator").isEmpty();
		this.work.run();
		assertThat(closed).containsExactly("second", "first");
		run().context().closeOnStop(() -> closed.add("late"));
		assertThat(closed).endsWith("late");
		this.thrown = null;
		this.work.finish();
		assertThat(closed).hasSize(3);
	}

	@Test
	void closeOnStopWhenRunHasEndedClosesBeforeTheNext() {
		List<String> told = new ArrayList<>();
		start(ServiceWorker::restartOnFailure, (worker) -> {
			told.add("run");
			worker.closeOnStop(() -> told.add("closed"));
			throw new IllegalStateException("failed");
		});
		this.work.pass(Duration.ofSeconds(2));
		assertThat(told).containsExactly("run", "closed", "run", "closed");
	}

	@Test
	void closeOnStopWhenClosingFailsTellsThatAndClosesTheRest() {
		List<String> closed = new ArrayList<>();
		IllegalStateException failure = new IllegalStateException("not closed");
		start(UnaryOperator.identity(), (worker) -> {
			worker.closeOnStop(() -> closed.add("first"));
			worker.closeOnStop(() -> {
				throw failure;
			});
		});
		assertThat(closed).containsExactly("first");
		assertThat(failures()).singleElement().satisfies((told) -> {
			assertThat(told.cause()).isSameAs(failure);
			assertThat(told.severity()).isEqualTo(Severity.ERROR);
		});
		assertThat(this.future).isCompleted();
	}

	@Test
	void closeOnStopWhenWorkerFailsBecauseOfItTellsNoFailure() throws Exception {
		try (ServerSocket socket = new ServerSocket(0)) {
			hold();
			start(UnaryOperator.identity(), (worker) -> {
				worker.closeOnStop(socket);
				socket.accept();
			});
			this.work.engine.stop();
			this.work.run();
			this.work.finish();
			assertThat(failures()).isEmpty();
			assertThat(this.work.state("db")).isEqualTo(ServiceState.STOPPED);
		}
	}

	@Test
	void pauseWhenToldToEndReturnsAtOnce() throws InterruptedException {
		hold();
		start(UnaryOperator.identity());
		RunContext running = run().context();
		assertThat(running.name()).isEqualTo("listener");
		assertThat(running.pause(Duration.ofNanos(1))).isTrue();
		this.work.engine.stop();
		assertThat(running.pause(Duration.ofDays(100))).isFalse();
		Thread.currentThread().interrupt();
		assertThat(running.pause(Duration.ofDays(100))).isFalse();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void pauseWhenInterruptedOtherwiseThrows() {
		hold();
		start(UnaryOperator.identity());
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> run().context().pause(Duration.ofDays(100)));
	}

	@Test
	void runWhenBodyReturnsRunsItOnTheCallingThread() throws Exception {
		List<Thread> threads = new ArrayList<>();
		String before = Thread.currentThread().getName();
		started().work().worker("import", (worker) -> {
			threads.add(Thread.currentThread());
			assertThat(Thread.currentThread().getName()).isEqualTo("db/worker/import");
			assertThat(workers()).containsExactly(new WorkerStatus("import", WorkerState.RUNNING, 1, 0, null));
		}).run();
		assertThat(threads).containsExactly(Thread.currentThread());
		assertThat(Thread.currentThread().getName()).isEqualTo(before);
		assertThat(workers()).isEmpty();
	}

	@Test
	void runWhenBodyThrowsThrowsThatAndTellsIt() {
		ServiceWorker worker = started().work().worker("import", this.body);
		assertThatIllegalStateException().isThrownBy(worker::run).isSameAs(this.thrown);
		this.work.run();
		assertThat(failures()).singleElement().extracting(ServiceFailure::cause).isSameAs(this.thrown);
	}

	@Test
	void runWhenBodyThrowsCancellationThrowsThat() {
		this.thrown = new CancellationException("by another");
		ServiceWorker worker = started().work().worker("import", this.body);
		assertThatExceptionOfType(CancellationException.class).isThrownBy(worker::run).isSameAs(this.thrown);
	}

	@Test
	void runWhenRestartedRunsAgainOnTheCallingThread() throws Exception {
		started().work().worker("import", (worker) -> {
			this.attempts.add(worker.attempt());
			if (worker.attempt() < 3) {
				throw new RestartNow("again");
			}
		}).restartOnFailure().run();
		assertThat(this.attempts).containsExactly(1, 2, 3);
	}

	@Test
	void runWhenServiceStopsMeanwhileThrowsInterrupted() {
		ServiceWorker worker = started().work().worker("import", (running) -> {
			this.work.engine.stop();
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
			assertThat(running.isStopping()).isTrue();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThat(running.pause(Duration.ofDays(1))).isFalse();
		});
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(worker::run);
		assertThat(Thread.interrupted()).isFalse();
		this.work.run();
		assertThat(failures()).isEmpty();
	}

	@Test
	void runWhenCallerIsInterruptedThrowsInterruptedAndIsNotRestarted() {
		ServiceWorker worker = started().work().worker("import", (running) -> {
			this.attempts.add(running.attempt());
			Thread.currentThread().interrupt();
			running.pause(Duration.ofDays(1));
		}).restartOnFailure();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(worker::run);
		this.work.run();
		assertThat(this.attempts).hasSize(1);
		assertThat(failures()).isEmpty();
		assertThat(workers()).isEmpty();
	}

	@Test
	void runWhenCallerIsInterruptedBetweenRunsThrowsInterrupted() {
		ServiceWorker worker = started().work().worker("import", this.body).restartOnFailure();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(worker::run);
		assertThat(workers()).isEmpty();
	}

	@Test
	void runWhenServiceHasStoppedThrowsCancellation() {
		ServiceWorker worker = started().work().worker("import", this.body);
		this.work.engine.stop();
		this.work.run();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(worker::run)
			.withMessage(
					"Worker 'import' of service 'db' was not begun: this incarnation of the service is to end or has ended");
		assertThat(this.attempts).isEmpty();
	}

	@Test
	void startWhenServiceHasStoppedIsCancelled() {
		ServiceWorker worker = started().work().worker("late", this.body);
		this.work.engine.stop();
		this.work.run();
		CompletableFuture<Void> late = worker.start();
		this.work.run();
		assertThat(late).isCancelled();
		assertThat(this.attempts).isEmpty();
		assertThat(workers()).isEmpty();
	}

	@Test
	void configureWhenBegunFails() {
		ServiceWorker worker = started().work().worker("once", this.body);
		worker.start();
		String message = "Worker 'once' of service 'db' was begun already: make another one with work().worker(…)";
		assertThatIllegalStateException().isThrownBy(worker::restartOnFailure).withMessage(message);
		assertThatIllegalStateException().isThrownBy(() -> worker.maxRestarts(1, TICK)).withMessage(message);
		assertThatIllegalStateException().isThrownBy(() -> worker.heartbeat(TICK)).withMessage(message);
		assertThatIllegalStateException().isThrownBy(worker::start).withMessage(message);
		assertThatIllegalStateException().isThrownBy(worker::run).withMessage(message);
	}

	@Test
	void configureWhenValueIsWrongFails() {
		ServiceWorker worker = started().work().worker("wrong", this.body);
		assertThatIllegalArgumentException().isThrownBy(() -> worker.restartOnFailure(Duration.ofSeconds(-1)))
			.withMessage("Worker 'wrong' of service 'db': expected a delay of 0 or more, found 'PT-1S'");
		assertThatIllegalArgumentException().isThrownBy(() -> worker.maxRestarts(-1, TICK));
		assertThatIllegalArgumentException().isThrownBy(() -> worker.maxRestarts(1, Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> worker.heartbeat(Duration.ZERO));
	}

	private void start(UnaryOperator<ServiceWorker> configuration) {
		start(configuration, this.body);
	}

	private void start(UnaryOperator<ServiceWorker> configuration, WorkerBody worker) {
		this.future = configuration.apply(started().work().worker("listener", worker)).start();
		this.work.run();
	}

	private ServiceContext started() {
		this.work = new SteppedWork(SteppedWork.service("db", (started) -> this.context = started));
		this.work.hold((unit) -> this.held);
		this.work.start();
		return this.context;
	}

	private void hold() {
		this.held = true;
	}

	private WorkerRun run() {
		return (WorkerRun) this.work.held().element();
	}

	private List<WorkerStatus> workers() {
		return this.work.engine.work("db").workers();
	}

	private List<ServiceFailure> failures() {
		return this.work.events(LifecycleEvent.WorkFailed.class)
			.stream()
			.map(LifecycleEvent.WorkFailed::failure)
			.toList();
	}

}
