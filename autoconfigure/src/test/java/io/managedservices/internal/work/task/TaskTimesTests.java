// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.work.SteppedWork;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.state.ServiceException;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for when a {@link ServiceTask} is due, and by which name it is found.
 */
class TaskTimesTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration TICK = Duration.ofNanos(1);

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	private final List<Instant> ran = new ArrayList<>();

	private SteppedWork stepped = new SteppedWork();

	@BeforeEach
	void start() {
		this.stepped = new SteppedWork(SteppedWork.service("polls", (context) -> this.work.set(context.work())))
			.start();
	}

	private ServiceTask task() {
		return this.work.get().task("count", () -> this.ran.add(now()));
	}

	private Instant now() {
		return this.stepped.backend.instant();
	}

	private List<TaskStatus> statuses() {
		return this.stepped.engine.work("polls").tasks();
	}

	@Test
	void fixedDelayCountsFromTheEndOfARun() {
		Instant begin = now();
		this.stepped.hold((unit) -> true);
		task().fixedDelay(MINUTE);
		this.stepped.pass(MINUTE);
		this.stepped.pass(Duration.ofMinutes(5));
		this.stepped.finish();
		this.stepped.pass(MINUTE.minus(TICK));
		assertThat(this.stepped.held()).isEmpty();
		assertThat(statuses().get(0).next()).isEqualTo(begin.plus(Duration.ofMinutes(7)));
		this.stepped.pass(TICK);
		assertThat(this.stepped.held()).hasSize(1);
		assertThat(this.ran).containsExactly(begin.plus(Duration.ofMinutes(6)));
	}

	@Test
	void fixedDelayWhenTaskIsQueuedMeanwhileCountsFromThatRun() {
		Instant begin = now();
		ServiceTask task = task().fixedDelay(MINUTE);
		this.stepped.pass(Duration.ofSeconds(40));
		task.queue();
		this.stepped.pass(Duration.ofMinutes(2));
		assertThat(this.ran).containsExactly(begin.plusSeconds(40), begin.plusSeconds(100), begin.plusSeconds(160));
	}

	@Test
	void fixedDelayWhenTaskFailsGoesOn() {
		this.work.get().task("fails", () -> {
			this.ran.add(now());
			throw new IllegalStateException("no votes");
		}).fixedDelay(MINUTE);
		this.stepped.pass(MINUTE.multipliedBy(3));
		assertThat(this.ran).hasSize(3);
	}

	@Test
	void initialDelayWhenZeroRunsAtOnceInWhicheverOrderItIsSet() {
		Instant begin = now();
		task().initialDelay(Duration.ZERO).repeat(MINUTE);
		this.work.get().task("late", () -> this.ran.add(now())).fixedDelay(MINUTE).initialDelay(Duration.ofSeconds(5));
		this.stepped.pass(Duration.ofSeconds(70));
		assertThat(this.ran).containsExactly(begin, begin.plusSeconds(5), begin.plusSeconds(60), begin.plusSeconds(65));
	}

	@Test
	void initialDelayWhenTaskHasRunChangesNothing() {
		Instant begin = now();
		ServiceTask task = task().repeat(MINUTE);
		this.stepped.pass(MINUTE);
		task.initialDelay(Duration.ofSeconds(1));
		this.stepped.pass(MINUTE);
		assertThat(this.ran).containsExactly(begin.plus(MINUTE), begin.plus(MINUTE).plus(MINUTE));
	}

	@Test
	void jitterComesLaterAndNeverEarlier() {
		Instant begin = now();
		task().repeat(MINUTE).jitter(Duration.ofSeconds(10));
		this.stepped.pass(MINUTE.multipliedBy(200));
		assertThat(this.ran).hasSizeBetween(171, 200);
		Instant before = begin;
		for (Instant each : this.ran) {
			assertThat(Duration.between(before, each)).isBetween(MINUTE, MINUTE.plusSeconds(10));
			before = each;
		}
		assertThat(before).isNotEqualTo(begin.plus(MINUTE.multipliedBy(this.ran.size())));
	}

	@Test
	void jitterWhenRepeatedByCronComesAfterEachTime() {
		task().cron("0 * * * * *").jitter(Duration.ofSeconds(30));
		this.stepped.pass(Duration.ofHours(1));
		assertThat(this.ran).hasSizeBetween(59, 60);
		assertThat(this.ran).allMatch((each) -> each.getEpochSecond() % 60 < 30);
		assertThat(this.ran).anyMatch((each) -> each.getNano() != 0);
	}

	@Test
	void unscheduleTakesBackAllTimes() {
		ServiceTask task = task().schedule(now().plusSeconds(5)).repeat(MINUTE).unschedule();
		this.stepped.pass(MINUTE.multipliedBy(2));
		assertThat(this.ran).isEmpty();
		task.queue();
		this.stepped.run();
		assertThat(this.ran).hasSize(1);
		task.cron("0 * * * * *").unschedule();
		this.stepped.pass(MINUTE.multipliedBy(2));
		assertThat(this.ran).hasSize(1);
	}

	@Test
	void unscheduleWhenTaskWaitsInQueueLetsItRun() {
		this.stepped.hold((unit) -> true);
		ServiceTask task = task().schedule(now().plusSeconds(5));
		this.stepped.pass(Duration.ofSeconds(5));
		task.queue().unschedule();
		this.stepped.finish();
		this.stepped.finish();
		assertThat(this.ran).hasSize(2);
	}

	@Test
	void queueWhenTaskIsScheduledRunsOnce() {
		ServiceTask task = task().schedule(now().plusSeconds(5)).queue();
		this.stepped.pass(MINUTE);
		assertThat(this.ran).hasSize(1);
		task.schedule(now().plusSeconds(5));
		this.stepped.pass(MINUTE);
		assertThat(this.ran).hasSize(2);
	}

	@Test
	void timesWhenWrongAreRefused() {
		ServiceTask task = task();
		assertThatIllegalArgumentException().isThrownBy(() -> task.fixedDelay(Duration.ZERO))
			.withMessage("The fixed delay of task 'count' of service 'polls' has to be above zero: found 'PT0S'");
		assertThatIllegalArgumentException().isThrownBy(() -> task.initialDelay(Duration.ofSeconds(-1)))
			.withMessage("The initial delay of task 'count' of service 'polls' has to be zero or more: found 'PT-1S'");
		assertThatIllegalArgumentException().isThrownBy(() -> task.jitter(Duration.ofSeconds(-1)))
			.withMessage("The jitter of task 'count' of service 'polls' has to be zero or more: found 'PT-1S'");
	}

	@Test
	void taskWhenNamedIsTheSame() {
		ServiceTask task = task();
		assertThat(this.work.get().task("count")).isSameAs(task);
	}

	@Test
	void taskWhenKeptIsFoundAfterItWasDone() {
		task().keep().queue();
		this.stepped.run();
		this.work.get().task("count").queue();
		this.stepped.run();
		assertThat(this.ran).hasSize(2);
		assertThat(statuses()).extracting(TaskStatus::name).containsExactly("count");
		assertThatIllegalArgumentException().isThrownBy(this::task).withMessageContaining("has a task 'count' already");
	}

	@Test
	void taskWhenUnknownIsRefused() {
		task();
		assertThatIllegalArgumentException().isThrownBy(() -> this.work.get().task("cuont"))
			.withMessage(
					"Service 'polls' has no task 'cuont': expected the name of a method with @Task, or of a task that was made with work().task(name, body) and is not done; there is 'count'");
	}

	@Test
	void taskWhenServiceHasStoppedDoesNothing() {
		ServiceWork ended = this.work.get();
		task();
		this.stepped.engine.perform(ServiceAction.RESTART, "polls");
		this.stepped.run();
		ended.task("count").queue();
		this.stepped.run();
		assertThat(this.ran).isEmpty();
		ended.submit("count", () -> this.ran.add(now()));
		this.stepped.pass(MINUTE);
		assertThat(this.ran).isEmpty();
		assertThat(statuses()).isEmpty();
	}

	@Test
	void queueTaskFromOutsideRunsIt() {
		task().keep();
		this.stepped.engine.queueTask("polls", "count");
		this.stepped.run();
		this.stepped.engine.queueTask("polls", "count");
		this.stepped.run();
		assertThat(this.ran).hasSize(2);
		assertThatIllegalArgumentException().isThrownBy(() -> this.stepped.engine.queueTask("polls", "cuont"))
			.withMessageContaining("has no task 'cuont'");
	}

	@Test
	void queueTaskFromOutsideWhenServiceDoesNotRunIsRefused() {
		task().keep();
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> this.stepped.engine.queueTask("polls", "count"))
			.withMessage(
					"Task 'count' of service 'polls' cannot be queued: expected the service to be running, and it is STOPPED");
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> this.stepped.engine.queueTask("pols", "count"))
			.withMessageContaining("Did you mean 'polls'?");
	}

	@Test
	void submitRunsEachAndKeepsNothing() {
		this.stepped.hold((unit) -> true);
		for (int count = 0; count < 3; count++) {
			this.work.get().submit("count", () -> this.ran.add(now()));
		}
		task().queue();
		this.stepped.run();
		assertThat(this.stepped.engine.work("polls").tasks()).extracting(TaskStatus::name).containsOnly("count");
		assertThat(this.stepped.held()).hasSizeGreaterThan(1);
		while (!this.stepped.held().isEmpty()) {
			this.stepped.finish();
		}
		assertThat(this.ran).hasSize(4);
		assertThat(statuses()).hasSize(1);
		assertThat(this.stepped.engine.work("polls").allTasks().count()).isOne();
	}

	@Test
	void submitWhenItFailsTellsIt() {
		this.work.get().submit("mail", () -> {
			throw new IllegalStateException("no such address");
		});
		this.stepped.run();
		assertThat(this.stepped.engine.work("polls").failures()).extracting(ServiceFailure::what)
			.containsExactly("task 'mail'");
		assertThat(statuses()).isEmpty();
	}

	@Test
	void submitWhenServiceStopsIsDropped() {
		this.stepped.hold((unit) -> true);
		int slots = this.stepped.work.workload().taskSlots();
		for (int count = 0; count < slots + 5; count++) {
			this.work.get().submit("count", () -> this.ran.add(now()));
		}
		this.stepped.run();
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		while (!this.stepped.held().isEmpty()) {
			this.stepped.finish();
		}
		assertThat(this.ran).hasSize(slots);
		assertThat(this.stepped.work.workload().tasksQueued()).isZero();
	}

}
