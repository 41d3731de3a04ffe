// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What begins on real threads while all slots are taken by bodies that wait, of which
 * there are more than processors.
 */
@Timeout(60)
class BusyThreadsTests {

	private static final int SLOTS = Runtime.getRuntime().availableProcessors() + 2;

	private static final Duration MAX_DELAY = Duration.ofMillis(20);

	private final AtomicReference<@Nullable ServiceWork> service = new AtomicReference<>();

	private final CountDownLatch released = new CountDownLatch(1);

	private final List<CompletableFuture<Boolean>> busy = new ArrayList<>();

	private WorkEngine work;

	private ServiceEngine engine;

	@BeforeEach
	void start() throws Exception {
		WorkSettings settings = new WorkSettings(SLOTS, Duration.ofMinutes(1), SLOTS, MAX_DELAY, MAX_DELAY, SLOTS + 2,
				20);
		ThreadBackend backend = ThreadBackend.platform();
		this.work = new WorkEngine(settings, backend, null);
		this.engine = new ServiceEngine(
				ServiceGraph.of(List.of(SteppedWork.service("db", (context) -> this.service.set(context.work())))),
				EngineSettings.DEFAULTS, backend, this.work);
		this.engine.start().get();
	}

	@AfterEach
	void stop() throws Exception {
		assertThat(this.busy).as("those that have the slots").noneMatch(CompletableFuture::isDone);
		this.released.countDown();
		for (CompletableFuture<Boolean> each : this.busy) {
			assertThat(each.get(30, TimeUnit.SECONDS)).isTrue();
		}
		this.engine.stop().get();
	}

	private ServiceWork service() {
		return this.service.get();
	}

	private boolean awaitRelease(CountDownLatch begun) throws InterruptedException {
		begun.countDown();
		return this.released.await(30, TimeUnit.SECONDS);
	}

	private void takeSlotsOfMicroTasks() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(SLOTS);
		for (int number = 0; number < SLOTS; number++) {
			this.busy.add(service().start(MicroTask.medium("busy"), () -> awaitRelease(begun)));
		}
		assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(WorkAccess.microTasks(this.work).load().taken()).isEqualTo(SLOTS);
	}

	private void takeSlotsOfTasks() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(SLOTS);
		for (int number = 0; number < SLOTS; number++) {
			CompletableFuture<Boolean> ended = new CompletableFuture<>();
			this.busy.add(ended);
			service().task("busy" + number, () -> ended.complete(awaitRelease(begun))).queue();
		}
		assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(WorkAccess.tasks(this.work).running()).isEqualTo(SLOTS);
	}

	@Test
	void highWhenAllSlotsAreBusyBegins() throws Exception {
		takeSlotsOfMicroTasks();
		assertThat(service().start(MicroTask.high("h"), () -> "begun").get(30, TimeUnit.SECONDS)).isEqualTo("begun");
		assertThat(service().run(MicroTask.high("h"), Thread::currentThread)).isSameAs(Thread.currentThread());
		service().signal(MicroTask.high("h")).close();
		assertThat(WorkAccess.microTasks(this.work).waits(MicroTask.Priority.HIGH).longest()).isZero();
	}

	@Test
	void mediumWhenAllSlotsAreBusyBeginsAfterItsMaxDelay() throws Exception {
		takeSlotsOfMicroTasks();
		assertThat(service().start(MicroTask.medium("m"), () -> "begun").get(30, TimeUnit.SECONDS)).isEqualTo("begun");
		assertThat(this.work.workload().lines().mediumWaits().longest()).isGreaterThanOrEqualTo(MAX_DELAY);
	}

	@Test
	void lowWhenAllSlotsAreBusyBeginsAfterItsMaxDelay() throws Exception {
		takeSlotsOfMicroTasks();
		assertThat(service().start(MicroTask.low("l"), () -> "begun").get(30, TimeUnit.SECONDS)).isEqualTo("begun");
		assertThat(this.work.workload().lines().lowWaits().longest()).isGreaterThanOrEqualTo(MAX_DELAY);
	}

	@Test
	void ownMaxDelayWhenAllSlotsAreBusyLetsItBegin() throws Exception {
		takeSlotsOfMicroTasks();
		MicroTask soon = MicroTask.low("own").withMaxDelay(Duration.ofMillis(2));
		assertThat(service().start(soon, () -> "begun").get(30, TimeUnit.SECONDS)).isEqualTo("begun");
	}

	@Test
	void runAndSignalWhenAllSlotsAreBusyGoOnAfterTheirMaxDelay() throws Exception {
		takeSlotsOfMicroTasks();
		assertThat(service().run(MicroTask.medium("m"), Thread::currentThread)).isSameAs(Thread.currentThread());
		try (MicroTaskSlot slot = service().signal(MicroTask.low("l"))) {
			assertThat(slot).isNotNull();
			assertThat(WorkAccess.microTasks(this.work).load().taken()).isEqualTo(SLOTS + 1);
		}
		assertThat(WorkAccess.microTasks(this.work).load().taken()).isEqualTo(SLOTS);
	}

	@Test
	void taskWhenAllSlotsAreBusyRunsAfterItsMaxDelay() throws Exception {
		takeSlotsOfTasks();
		CompletableFuture<Integer> running = new CompletableFuture<>();
		ServiceTask without = service().task("without", () -> running.complete(-1)).queuePrioritized();
		service().task("urgent", () -> running.complete(WorkAccess.tasks(this.work).running()))
			.maxDelay(MAX_DELAY)
			.queue();
		assertThat(running.get(30, TimeUnit.SECONDS)).isEqualTo(SLOTS + 1);
		without.cancel();
	}

	@Test
	void highAndOverdueTaskWhenSlotsOfBothKindsAreBusyBegin() throws Exception {
		takeSlotsOfMicroTasks();
		takeSlotsOfTasks();
		CompletableFuture<Boolean> ran = new CompletableFuture<>();
		service().task("urgent", () -> ran.complete(service().start(MicroTask.high("h"), () -> true).get()))
			.maxDelay(MAX_DELAY)
			.queue();
		assertThat(ran.get(30, TimeUnit.SECONDS)).isTrue();
		Awaitility.await().until(() -> WorkAccess.tasks(this.work).running() == SLOTS);
	}

}
