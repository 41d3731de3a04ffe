// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.managedservices.event.EventPolicy;
import io.managedservices.internal.call.Command;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkCounts.Levels;
import io.managedservices.monitor.Workload.Waits;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is counted of the work of a service, as a reader sees it who waits for nothing.
 */
@Timeout(60)
class WorkCountsTests {

	private final EventServices services = new EventServices();

	private final List<Long> delivered = new ArrayList<>();

	private final SteppedWork work = new SteppedWork(this.services.service("idle"), this.services.service("source"),
			this.services.service("target",
					EventServices.hook("source", String.class, EventPolicy.DROP, (event) -> took())));

	private void took() {
		this.delivered.add(this.work.engine.workCounts("target").events().delivered());
	}

	@Test
	void countsWhenThereIsNoWorkAreNone() {
		this.work.start();
		assertThat(this.work.engine.workCounts("idle")).isEqualTo(WorkCounts.NONE);
	}

	@Test
	void countsTellMicroTasksAndEvents() throws Exception {
		this.work.start();
		this.services.events("source").emit("a");
		this.services.events("source").emit("b");
		this.work.run();
		assertThat(this.work.engine.workCounts("source")).isEqualTo(new WorkCounts(0, 0, 2, 0, 0));
		assertThat(this.work.engine.workCounts("target").events().delivered()).isEqualTo(2);
		// Each as soon as its hook has returned, not when all of them have.
		assertThat(this.delivered).containsExactly(0L, 1L);
		for (int run = 0; run < 3; run++) {
			this.services.context("source").work().run(MicroTask.high("score"), () -> "scored");
		}
		CompletableFuture<?> failing = this.services.context("source").work().start(MicroTask.high("fail"), () -> {
			throw new IllegalStateException("refused");
		});
		this.work.run();
		assertThat(failing).isCompletedExceptionally();
		assertThat(this.work.engine.workCounts("source")).isEqualTo(new WorkCounts(4, 1, 2, 0, 0));
	}

	@Test
	void workloadTellsMicroTasksOfAllServicesAndIncarnations() throws Exception {
		this.work.start();
		this.services.context("source").work().run(MicroTask.high("score"), () -> "scored");
		this.services.context("idle").work().run(MicroTask.medium("score"), () -> "scored");
		this.work.engine.perform(ServiceAction.RESTART, "source");
		this.work.run();
		this.services.context("source").work().run(MicroTask.high("score"), () -> "scored");
		this.services.context("idle").work().run(MicroTask.high("score"), () -> "scored");
		assertThat(this.work.engine.workload().lines().highWaits().begun()).isEqualTo(3);
		assertThat(this.work.engine.workload().lines().mediumWaits().begun()).isOne();
		assertThat(this.work.engine.workload().lines().lowWaits()).isEqualTo(Waits.NONE);
	}

	@Test
	void countsWhenEventsAreDroppedTellThem() {
		this.work.start();
		this.work.engine.perform(ServiceAction.STOP, "target");
		this.work.run();
		this.services.events("source").emit("a");
		this.work.run();
		assertThat(this.work.engine.workCounts("target")).isEqualTo(new WorkCounts(0, 0, 0, 0, 1));
	}

	@Test
	void levelsFollowWorkersTasksAndTickers() {
		this.work.start();
		ServiceWork idle = this.services.context("idle").work();
		idle.worker("steady", (worker) -> {
		}).start();
		idle.worker("broken", (worker) -> {
			throw new IllegalStateException("no listener");
		}).restartOnFailure(Duration.ofSeconds(1)).start();
		this.work.hold((unit) -> unit.kind() == WorkKind.TASK || unit.name().equals("steady"));
		for (int task = 0; task < WorkSettings.DEFAULTS.taskSlots() + 2; task++) {
			idle.task("task" + task, () -> {
			}).queue();
		}
		idle.every(Duration.ofSeconds(1), () -> {
		});
		this.work.run();
		assertThat(levels()).isEqualTo(new Levels(1, 1, 2, WorkSettings.DEFAULTS.taskSlots(), 0, false));
		this.work.pass(Duration.ofSeconds(1));
		assertThat(counts().workersRestarted()).isOne();
		assertThat(counts().ticks()).isOne();
		this.work.engine.perform(ServiceAction.SLEEP, "idle");
		assertThat(levels().asleep()).isTrue();
		this.work.engine.perform(ServiceAction.STOP, "idle");
		this.work.run();
		while (!this.work.held().isEmpty()) {
			this.work.finish();
		}
		assertThat(levels()).isEqualTo(new Levels(0, 0, 0, 0, 0, true));
		assertThat(counts().taskRuns()).isEqualTo(WorkSettings.DEFAULTS.taskSlots());
	}

	@Test
	void levelsTellEventsThatAreHeld() {
		SteppedWork buffering = new SteppedWork(this.services.service("source"), this.services.service("target",
				EventServices.hook("source", String.class, EventPolicy.BUFFER, (event) -> took())));
		buffering.start();
		buffering.engine.perform(ServiceAction.STOP, "target");
		buffering.run();
		this.services.events("source").emit("a");
		this.services.events("source").emit("b");
		buffering.run();
		assertThat(buffering.engine.workCounts("target").levels().eventsHeld()).isEqualTo(2);
	}

	private WorkCounts counts() {
		return this.work.engine.workCounts("idle");
	}

	private Levels levels() {
		return counts().levels();
	}

	@Test
	void waitingWhenOneIsCancelledThatNeverWaitedIsNought() {
		this.work.start();
		CompletableFuture<String> started = this.services.context("source")
			.work()
			.start(MicroTask.low("score"), () -> "scored");
		started.cancel(true);
		this.work.run();
		assertThat(this.work.engine.workload().lines().lowWaiting()).isZero();
	}

	@Test
	void countsWhenCoordinatorIsBusyDoNotWait() throws Exception {
		this.work.start();
		this.services.events("source").emit("a");
		this.work.run();
		CountDownLatch began = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Thread busy = new Thread(() -> WorkAccess.coordination(this.work.work).submit(Command.of(() -> {
			began.countDown();
			OwnThread.await(release);
		})));
		busy.start();
		began.await();
		try {
			CompletableFuture<WorkCounts> counts = OwnThread.supply(() -> this.work.engine.workCounts("target"));
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(counts::isDone);
			assertThat(counts.join()).isEqualTo(new WorkCounts(0, 0, 0, 1, 0));
		}
		finally {
			release.countDown();
			busy.join();
		}
	}

}
