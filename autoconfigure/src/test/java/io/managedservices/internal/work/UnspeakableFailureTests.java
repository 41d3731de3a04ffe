// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.UnspeakableException;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures whose methods throw: they are told as any other, and break nothing.
 */
class UnspeakableFailureTests {

	private static final MicroTask SCORE = MicroTask.medium("score");

	private final AtomicReference<ServiceContext> context = new AtomicReference<>();

	private final UnspeakableException failure = new UnspeakableException();

	private SteppedWork stepped = new SteppedWork();

	@BeforeEach
	void start() {
		this.stepped = new SteppedWork(SteppedWork.service("polls", this.context::set)).start();
	}

	private ServiceWork work() {
		return this.context.get().work();
	}

	private Object fail() {
		throw this.failure;
	}

	private void assertTold(WorkKind kind) {
		assertThat(this.stepped.events(LifecycleEvent.WorkFailed.class)).singleElement().satisfies((told) -> {
			assertThat(told.failure().kind()).isEqualTo(kind);
			assertThat(told.failure().cause() == this.failure).isTrue();
			assertThat(told.failure().stack()).isEmpty();
		});
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		assertThat(this.stepped.state("polls")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void workerWhenItFailsIsTold() {
		work().worker("listener", (worker) -> fail()).start();
		this.stepped.run();
		assertTold(WorkKind.WORKER);
	}

	@Test
	void workerWhenItGivesUpFailsTheService() {
		work().worker("listener", (worker) -> fail()).maxRestarts(0, Duration.ofMinutes(1)).start();
		this.stepped.run();
		assertThat(this.stepped.state("polls")).isEqualTo(ServiceState.BACKOFF);
		assertThat(this.stepped.events(LifecycleEvent.EpisodeOpened.class)).singleElement()
			.extracting((opened) -> opened.cause().getMessage())
			.asString()
			.endsWith("which is its limit: " + UnspeakableException.class.getName());
	}

	@Test
	void taskWhenItFailsIsTold() {
		work().task("recount", () -> {
			work().run(MicroTask.high("inner"), () -> 1);
			fail();
		}).queue();
		this.stepped.run();
		assertTold(WorkKind.TASK);
	}

	@Test
	void tickerWhenItFailsIsTold() {
		work().every(Duration.ofSeconds(1), this::fail);
		this.stepped.pass(Duration.ofSeconds(1));
		assertTold(WorkKind.TICKER);
	}

	@Test
	void microTaskWhenItFailsGivesItsSlotBack() {
		List<Object> told = new ArrayList<>();
		CompletableFuture<Object> result = work().start(SCORE, this::fail);
		CompletableFuture<Void> unused = result.thenAccept(told::add);
		this.stepped.run();
		assertThat(result).isCompletedExceptionally();
		assertThat(this.stepped.engine.workload().microTasksRunning()).isZero();
		assertTold(WorkKind.MICRO_TASK);
		assertThat(unused).isNotNull();
	}

	@Test
	void workWhenItFailsWhileToldToEndEnds() {
		this.stepped.hold((unit) -> true);
		work().worker("listener", (worker) -> fail()).start();
		work().task("recount", () -> work().run(SCORE, this::fail)).queue();
		this.stepped.run();
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		this.stepped.finish();
		this.stepped.finish();
		assertThat(this.stepped.state("polls")).isEqualTo(ServiceState.STOPPED);
	}

}
