// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for tasks of services that are put to sleep.
 */
class SleepTests {

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	private final List<String> ran = new ArrayList<>();

	private final SteppedWork stepped = new SteppedWork(1, WorkSettings.DEFAULTS, null,
			List.of(SteppedWork.service("polls", (context) -> this.work.set(context.work()))))
		.start();

	private ServiceTask task(String name) {
		return this.work.get().task(name, () -> this.ran.add(name));
	}

	private Instant in(int seconds) {
		return this.stepped.backend.instant().plusSeconds(seconds);
	}

	@Test
	void sleepWhenTasksAreScheduledKeepsThemUntilWokenAndRunsThemOnce() {
		task("scheduled").schedule(in(5));
		task("repeated").repeat(Duration.ofSeconds(5));
		task("cron").cron("0 * * * * *");
		task("later").schedule(in(500));
		this.stepped.engine.sleep("polls");
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).isEmpty();
		assertThat(this.stepped.engine.work("polls").asleep()).isTrue();
		assertThat(this.stepped.engine.work("polls").tasks()).filteredOn((each) -> each.state() == TaskState.QUEUED)
			.hasSize(3);
		assertThat(this.stepped.work.workload().tasksQueued()).isZero();
		this.stepped.engine.wake("polls");
		this.stepped.run();
		assertThat(this.ran).containsExactlyInAnyOrder("scheduled", "repeated", "cron");
		this.stepped.pass(Duration.ofSeconds(4));
		assertThat(this.ran).hasSize(3);
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(this.ran).hasSize(4).endsWith("repeated");
	}

	@Test
	void sleepWhenTaskIsQueuedExplicitlyRunsIt() {
		this.stepped.engine.sleep("polls");
		ServiceTask task = task("asked").schedule(in(5));
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.ran).isEmpty();
		task.queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("asked");
		this.stepped.engine.wake("polls");
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).containsExactly("asked");
	}

	@Test
	void sleepWhenScheduledTaskWaitsForASlotHoldsItBack() {
		int slots = WorkSettings.DEFAULTS.taskSlots();
		this.stepped.hold((unit) -> unit.name().startsWith("holder"));
		for (int number = 0; number < slots; number++) {
			task("holder" + number).queue();
		}
		task("due").maxDelay(Duration.ofSeconds(30)).schedule(Instant.EPOCH);
		task("asked").queue();
		this.stepped.run();
		this.stepped.engine.sleep("polls");
		this.stepped.finish();
		assertThat(this.ran).contains("asked").doesNotContain("due");
		this.stepped.pass(Duration.ofSeconds(40));
		assertThat(this.ran).doesNotContain("due");
		this.stepped.engine.wake("polls");
		this.stepped.run();
		assertThat(this.ran).contains("due");
	}

	@Test
	void sleepWhenOverdueOfASleepingServiceHoldsItBack() {
		WorkAccess.tasks(this.stepped.work).yieldTo(() -> true);
		task("due").maxDelay(Duration.ofSeconds(5)).schedule(Instant.EPOCH);
		this.stepped.engine.sleep("polls");
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.ran).isEmpty();
		this.stepped.engine.wake("polls");
		this.stepped.pass(Duration.ofSeconds(5).minusNanos(1));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("due");
	}

	@Test
	void sleepWhenServiceIsRestartedHoldsUntilWoken() {
		this.stepped.engine.sleep("polls");
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		this.stepped.engine.perform(ServiceAction.START, "polls");
		this.stepped.run();
		task("due").schedule(in(1));
		this.work.get().every(Duration.ofSeconds(1), () -> this.ran.add("tick"));
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).isEmpty();
		this.stepped.engine.wake("polls");
		this.stepped.pass(Duration.ZERO);
		assertThat(this.ran).containsExactlyInAnyOrder("due", "tick");
	}

	@Test
	void sleepWhenServiceHasNoWorkYetHoldsForWhatComesLater() {
		SteppedWork fresh = new SteppedWork(SteppedWork.service("polls", (context) -> {
		}), SteppedWork.service("late", (context) -> {
			context.work().task("due", () -> this.ran.add("due")).schedule(Instant.EPOCH);
			context.work().task("asked", () -> this.ran.add("asked")).queue();
		}));
		fresh.engine.sleep();
		fresh.start();
		fresh.pass(Duration.ofMinutes(1));
		assertThat(this.ran).containsExactly("asked");
		fresh.engine.wake("late");
		fresh.run();
		assertThat(this.ran).containsExactly("asked", "due");
	}

}
