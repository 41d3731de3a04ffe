// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.WorkSnapshot.WorkerState;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.RestartNow;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Failures in work that runs inside other work, on its thread: each is told once.
 */
class NestedFailureTests {

	private static final MicroTask SCORE = MicroTask.high("score");

	private final AtomicReference<ServiceContext> context = new AtomicReference<>();

	private final IllegalStateException failure = new IllegalStateException("no votes");

	private SteppedWork stepped = new SteppedWork();

	@BeforeEach
	void start() {
		this.stepped = new SteppedWork(SteppedWork.service("polls", this.context::set)).start();
	}

	private ServiceWork work() {
		return this.context.get().work();
	}

	private Object fail() throws Exception {
		throw this.failure;
	}

	private void assertToldOnce(WorkKind kind) {
		assertToldOnce(kind, this.failure);
	}

	private void assertToldOnce(WorkKind kind, Throwable cause) {
		assertThat(this.stepped.events(LifecycleEvent.WorkFailed.class)).singleElement()
			.extracting(LifecycleEvent.WorkFailed::failure)
			.satisfies((told) -> {
				assertThat(told.kind()).isEqualTo(kind);
				assertThat(told.cause()).isSameAs(cause);
			});
		assertThat(this.stepped.engine.work("polls").allFailures().count()).isOne();
	}

	@Test
	void taskWhenItsMicroTaskThrowsHasFailedAndIsNotTold() {
		work().task("count", () -> work().run(SCORE, this::fail)).queue();
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK);
		assertThat(this.stepped.engine.work("polls").tasks().get(0).lastFailure()).isSameAs(this.failure);
		assertThat(this.stepped.engine.work("polls").microTasks().failed()).isOne();
	}

	@Test
	void microTaskWhenItThrowsRestartNowOutsideOfAnyWorkIsTold() {
		RestartNow restart = new RestartNow("another configuration");
		assertThatExceptionOfType(RestartNow.class).isThrownBy(() -> work().run(SCORE, () -> {
			throw restart;
		}));
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK, restart);
		assertThat(this.stepped.engine.work("polls").microTasks().failed()).isOne();
	}

	@Test
	void taskWhenItsMicroTaskThrowsRestartNowIsNotTold() {
		RestartNow restart = new RestartNow("another configuration");
		work().task("count", () -> work().run(SCORE, () -> {
			throw restart;
		})).queue();
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK, restart);
	}

	@Test
	void workerWhenAMicroTaskInItsMicroTaskThrowsRestartNowIsRestarted() {
		AtomicInteger attempts = new AtomicInteger();
		CompletableFuture<Void> future = work().worker("poller", (worker) -> {
			if (attempts.incrementAndGet() == 1) {
				work().run(SCORE, () -> work().run(SCORE, () -> {
					throw new RestartNow("another configuration");
				}));
			}
		}).restartOnFailure().start();
		this.stepped.run();
		assertThat(future).isCompleted();
		assertThat(attempts).hasValue(2);
		assertThat(this.stepped.engine.work("polls").allFailures().count()).isZero();
		assertThat(this.stepped.engine.work("polls").microTasks().failed()).isZero();
	}

	@Test
	void taskWhenItWrapsWhatItsMicroTaskThrowsIsNotTold() {
		work().task("count", () -> {
			try {
				work().run(SCORE, this::fail);
			}
			catch (Exception ex) {
				throw new IllegalArgumentException("not counted", ex);
			}
		}).queue();
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK);
	}

	@Test
	void taskWhenItThrowsSomethingElseIsTold() {
		work().task("count", () -> {
			try {
				work().run(SCORE, this::fail);
			}
			catch (Exception ex) {
				throw new IllegalArgumentException("not counted");
			}
		}).queue();
		this.stepped.run();
		assertThat(this.stepped.events(LifecycleEvent.WorkFailed.class)).extracting(LifecycleEvent.WorkFailed::failure)
			.extracting(ServiceFailure::kind)
			.containsExactly(WorkKind.MICRO_TASK, WorkKind.TASK);
	}

	@Test
	void taskWhenItThrowsTheSameOnceMoreLaterIsTold() {
		work().task("micro", () -> work().run(SCORE, this::fail)).queue();
		this.stepped.run();
		work().task("plain", () -> {
			throw this.failure;
		}).queue();
		this.stepped.run();
		assertThat(this.stepped.engine.work("polls").allFailures().count()).isEqualTo(2);
	}

	@Test
	void microTaskWhenItsMicroTaskThrowsIsToldOnce() {
		work().start(SCORE, () -> work().run(SCORE, () -> work().run(SCORE, this::fail)));
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK);
		assertThat(this.stepped.engine.work("polls").microTasks().failed()).isEqualTo(3);
	}

	@Test
	void tickerWhenItsMicroTaskThrowsIsNotTold() {
		work().every(Duration.ofSeconds(1), () -> work().run(SCORE, this::fail));
		this.stepped.pass(Duration.ofSeconds(1));
		assertToldOnce(WorkKind.MICRO_TASK);
	}

	@Test
	void hookWhenItsMicroTaskThrowsIsNotTold() {
		this.context.get().events().on(String.class, (event) -> work().run(SCORE, this::fail));
		this.context.get().events().emit("closed");
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK);
	}

	@Test
	void workerWhenItsMicroTaskThrowsIsRestartedAndNotTold() {
		work().worker("listener", (worker) -> work().run(SCORE, this::fail)).restartOnFailure().start();
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK);
		assertThat(this.stepped.engine.work("polls").workers().get(0).state()).isEqualTo(WorkerState.BACKOFF);
	}

	@Test
	void workerWhenItGivesUpBecauseOfItsMicroTaskFailsTheService() {
		work().worker("listener", (worker) -> work().run(SCORE, this::fail))
			.restartOnFailure()
			.maxRestarts(0, Duration.ofMinutes(1))
			.start();
		this.stepped.run();
		assertToldOnce(WorkKind.MICRO_TASK);
		assertThat(this.stepped.state("polls")).isNotEqualTo(ServiceState.RUNNING);
	}

	@Test
	void taskWhenTheWorkerThatItRunsThrowsIsNotTold() {
		work().task("count", () -> work().worker("counter", (worker) -> fail()).run()).queue();
		this.stepped.run();
		assertToldOnce(WorkKind.WORKER);
		assertThat(this.stepped.engine.work("polls").tasks().get(0).lastFailure()).isSameAs(this.failure);
	}

	@Test
	void taskWhenTheWorkerThatItRunsIsInterruptedIsTold() {
		InterruptedException interrupt = new InterruptedException("by itself");
		work().task("count", () -> work().worker("counter", (worker) -> {
			throw interrupt;
		}).run()).queue();
		this.stepped.run();
		ServiceFailure told = Objects.requireNonNull(this.stepped.engine.work("polls").failures().get(0));
		assertThat(told.kind()).isEqualTo(WorkKind.TASK);
		assertThat(told.cause()).isSameAs(interrupt);
	}

}
