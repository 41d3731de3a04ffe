// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ServiceTask} and {@link TaskQueue}.
 */
class TaskTests {

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	private final List<String> ran = new ArrayList<>();

	private SteppedWork stepped = new SteppedWork();

	@BeforeEach
	void start() {
		this.stepped = stepped(1);
	}

	private SteppedWork stepped(int slots) {
		return new SteppedWork(1, settings(slots), null,
				List.of(SteppedWork.service("polls", (context) -> this.work.set(context.work()))))
			.start();
	}

	private static WorkSettings settings(int slots) {
		WorkSettings defaults = WorkSettings.DEFAULTS;
		return new WorkSettings(slots, Duration.ofMinutes(1), defaults.microTaskLimit(), defaults.mediumMaxDelay(),
				defaults.lowMaxDelay(), defaults.maxThreads(), defaults.failuresKept());
	}

	private ServiceTask task(String name) {
		return this.work.get().task(name, () -> this.ran.add(name));
	}

	/** A task that holds the only slot until it is finished. */
	private ServiceTask holdSlot() {
		ServiceTask holder = task("holder");
		this.stepped.hold((unit) -> unit.name().equals("holder"));
		holder.queue();
		this.stepped.run();
		assertThat(this.stepped.held()).hasSize(1);
		return holder;
	}

	private TaskStatus status(String name) {
		return this.stepped.engine.work("polls")
			.tasks()
			.stream()
			.filter((each) -> each.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void queueWhenSlotIsFreeRunsIt() {
		task("count").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("count");
		assertThat(status("count").state()).isEqualTo(TaskState.IDLE);
	}

	@Test
	void taskWhenDoneIsForgottenButForItsOutcome() {
		for (int number = 0; number < 1000; number++) {
			task("t" + number).queue();
		}
		this.stepped.run();
		assertThat(this.ran).hasSize(1000);
		assertThat(WorkAccess.tasks(this.work.get()).all()).isEmpty();
		assertThat(this.stepped.engine.work("polls").tasks()).hasSize(TaskHistory.KEPT)
			.allMatch((task) -> task.state() == TaskState.IDLE && task.lastRun() != null);
	}

	@Test
	void taskWhenAnotherIsDoneMayHaveItsName() {
		task("count").queue();
		this.stepped.run();
		task("count").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("count", "count");
		assertThat(this.stepped.engine.work("polls").tasks()).hasSize(1);
	}

	@Test
	void queueWhenDoneRunsItAgain() {
		ServiceTask task = task("count").queue();
		this.stepped.run();
		task.queue();
		this.stepped.run();
		task.schedule(this.stepped.backend.instant().plusSeconds(1));
		assertThat(status("count").next()).isNotNull();
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(this.ran).hasSize(3);
		assertThat(this.stepped.engine.work("polls").failures()).isEmpty();
	}

	@Test
	void queueWhenDoneAndAnotherHasItsNameIsAFailure() {
		ServiceTask first = task("count").queue();
		this.stepped.run();
		task("count");
		first.queue();
		this.stepped.run();
		assertThat(this.ran).hasSize(1);
		assertThat(this.stepped.engine.work("polls").failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.cause())
				.hasMessageStartingWith("Task 'count' of service 'polls' was done, and another one has its name now"));
	}

	@Test
	void taskWhenItRepeatsIsNotForgotten() {
		task("count").repeat(Duration.ofSeconds(1));
		this.stepped.pass(Duration.ofSeconds(3));
		assertThat(WorkAccess.tasks(this.work.get()).all()).hasSize(1);
		assertThat(this.ran).hasSizeGreaterThan(2);
	}

	@Test
	void queueWhenNoSlotIsFreeWaits() {
		holdSlot();
		task("count").queue();
		this.stepped.run();
		assertThat(this.ran).isEmpty();
		assertThat(status("holder").state()).isEqualTo(TaskState.RUNNING);
		assertThat(status("count").state()).isEqualTo(TaskState.QUEUED);
		assertThat(this.stepped.work.workload().tasksRunning()).isOne();
		assertThat(this.stepped.work.workload().tasksQueued()).isOne();
		this.stepped.finish();
		assertThat(this.ran).containsExactly("holder", "count");
		assertThat(this.stepped.work.workload().tasksRunning()).isZero();
		assertThat(this.stepped.work.workload().tasksQueued()).isZero();
	}

	@Test
	void queueWhenAskedDifferentlyKeepsTheOrderOfPriorities() {
		holdSlot();
		task("n1").queue();
		task("n2").queue();
		task("p1").queuePrioritized();
		task("a1").startAsap();
		task("p2").queuePrioritized();
		task("a2").startAsap();
		this.stepped.finish();
		assertThat(this.ran).containsExactly("holder", "a2", "a1", "p1", "p2", "n1", "n2");
	}

	@Test
	void queueWhenItWaitsAlreadyKeepsTheBetterPlaceAndRunsOnce() {
		holdSlot();
		ServiceTask first = task("first").queuePrioritized();
		ServiceTask second = task("second").queue();
		task("third").queue();
		first.queue();
		first.queuePrioritized();
		second.queue();
		ServiceTask fourth = task("fourth").queue();
		fourth.queuePrioritized();
		this.stepped.finish();
		assertThat(this.ran).containsExactly("holder", "first", "fourth", "second", "third");
	}

	@Test
	void cancelWhenItRunsByItselfIsNotInterruptedAndItsFailureIsTold() {
		AtomicBoolean interrupted = new AtomicBoolean();
		ServiceTask count = this.work.get().task("count", (task) -> {
			this.ran.add("count");
			task.queue();
			this.work.get().run(MicroTask.high("inner"), () -> {
				task.cancel();
				return "";
			});
			interrupted.set(Thread.currentThread().isInterrupted());
			throw new CancellationException("enough");
		});
		count.queue();
		this.stepped.run();
		count.queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("count");
		assertThat(interrupted).isFalse();
		assertThat(this.stepped.events(LifecycleEvent.WorkFailed.class)).hasSize(1);
		assertThat(this.stepped.engine.work("polls").tasks()).isEmpty();
		assertThat(this.stepped.work.workload().tasksRunning()).isZero();
	}

	@Test
	void queueWhenItRunsRunsOnceMoreAfterwards() {
		ServiceTask holder = holdSlot();
		holder.queue();
		holder.queuePrioritized();
		task("other").queue();
		this.stepped.run();
		assertThat(this.stepped.held()).hasSize(1);
		this.stepped.finish();
		assertThat(this.stepped.held()).hasSize(1);
		this.stepped.finish();
		assertThat(this.stepped.held()).isEmpty();
		assertThat(this.ran).containsExactly("holder", "holder", "other");
	}

	@Test
	void queueWhenServiceStartsWaitsUntilItRuns() {
		List<Boolean> states = new ArrayList<>();
		SteppedWork starting = new SteppedWork(1, settings(1), null, List.of(SteppedWork.service("polls", (context) -> {
			ServiceWork own = context.work();
			own.task("n1", () -> this.ran.add("n1")).queue();
			own.task("p1", () -> this.ran.add("p1")).queuePrioritized();
			own.task("n2", () -> this.ran.add("n2")).queue();
			own.task("a1", () -> this.ran.add("a1")).startAsap();
			own.task("due", () -> this.ran.add("due")).schedule(Instant.EPOCH);
			states.add(this.ran.isEmpty());
		})));
		starting.start();
		assertThat(states).containsExactly(true);
		assertThat(this.ran).containsExactly("a1", "p1", "due", "n1", "n2");
	}

	@Test
	void stopWhenTasksWaitTakesThemOutForGood() {
		holdSlot();
		ServiceTask waiting = task("waiting").maxDelay(Duration.ofSeconds(5)).queue();
		ServiceTask later = task("later").schedule(this.stepped.backend.instant().plusSeconds(10));
		task("repeated").repeat(Duration.ofSeconds(10));
		task("cron").cron("* * * * * *");
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		assertThat(this.stepped.work.workload().tasksQueued()).isZero();
		this.stepped.finish();
		waiting.queue();
		later.schedule(this.stepped.backend.instant());
		this.stepped.pass(Duration.ofHours(1));
		assertThat(this.ran).containsExactly("holder");
		assertThat(this.stepped.work.workload().tasksRunning()).isZero();
		this.stepped.engine.perform(ServiceAction.START, "polls");
		this.stepped.hold((unit) -> false);
		this.stepped.pass(Duration.ofHours(1));
		assertThat(this.ran).containsExactly("holder");
		task("waiting").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("holder", "waiting");
	}

	@Test
	void stopWhenRunHasNotBegunOnItsThreadFreesTheSlot() {
		task("count").queue();
		assertThat(this.stepped.work.workload().tasksRunning()).isOne();
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		assertThat(this.ran).isEmpty();
		assertThat(this.stepped.work.workload().tasksRunning()).isZero();
		this.stepped.engine.perform(ServiceAction.START, "polls");
		this.stepped.run();
		task("count").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("count");
	}

	@Test
	void runWhenItIsLongGivesUpItsSlot() {
		holdSlot();
		task("count").queue();
		this.stepped.pass(Duration.ofSeconds(59));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(this.ran).containsExactly("count");
		assertThat(this.stepped.work.workload().tasksRunning()).isOne();
		this.stepped.finish();
		holdSlotAgain();
		task("last").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("count", "holder");
	}

	private void holdSlotAgain() {
		this.stepped.hold((unit) -> unit.name().equals("another"));
		task("another").queue();
		this.stepped.run();
		assertThat(this.stepped.held()).hasSize(1);
	}

	@Test
	void maxDelayWhenNoSlotIsFreeRunsExactlyThen() {
		holdSlot();
		task("other").queuePrioritized();
		task("count").maxDelay(Duration.ofSeconds(5)).queue();
		this.stepped.pass(Duration.ofSeconds(5).minusNanos(1));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("count");
		this.stepped.finish();
		assertThat(this.ran).containsExactly("count", "holder", "other");
	}

	@Test
	void maxDelayWhenSetWhileItWaitsCountsFromWhenItWasQueued() {
		holdSlot();
		ServiceTask task = task("count").maxDelay(Duration.ofSeconds(50)).queue();
		this.stepped.pass(Duration.ofSeconds(3));
		task.maxDelay(Duration.ofSeconds(5));
		this.stepped.pass(Duration.ofSeconds(2).minusNanos(1));
		assertThat(this.ran).isEmpty();
		task.queuePrioritized();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("count");
	}

	@Test
	void scheduleWhenTimeHasComeRunsPrioritized() {
		task("later").schedule(this.stepped.backend.instant().plusSeconds(30));
		assertThat(status("later").next()).isEqualTo(this.stepped.backend.instant().plusSeconds(30));
		this.stepped.pass(Duration.ofSeconds(30).minusNanos(1));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("later");
		assertThat(status("later").next()).isNull();
	}

	@Test
	void scheduleWhenTimeIsReplacedRunsAtTheLastOne() {
		ServiceTask task = task("later").schedule(this.stepped.backend.instant().plusSeconds(10));
		task.schedule(this.stepped.backend.instant().plusSeconds(30));
		this.stepped.pass(Duration.ofSeconds(29));
		assertThat(this.ran).isEmpty();
		task.schedule(this.stepped.backend.instant().plusMillis(10));
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.ran).containsExactly("later");
	}

	@Test
	void scheduleWhenTimeIsPastRunsAtOnceAndForgetsTheOneBefore() {
		ServiceTask task = task("later").schedule(this.stepped.backend.instant().plusSeconds(10));
		task.schedule(Instant.MIN);
		this.stepped.run();
		assertThat(this.ran).containsExactly("later");
		this.stepped.pass(Duration.ofSeconds(20));
		assertThat(this.ran).hasSize(1);
	}

	@Test
	void scheduleWhenTimeIsBeyondAllRangesWaits() {
		task("later").schedule(Instant.MAX).repeat(Duration.ofSeconds(Long.MAX_VALUE));
		this.stepped.pass(Duration.ofHours(1));
		assertThat(this.ran).isEmpty();
		assertThat(status("later").next()).isAfter(this.stepped.backend.instant().plus(Duration.ofDays(36500)));
	}

	@Test
	void scheduleWhenTaskRunsSetsItsOwnNextTime() {
		this.work.get().task("own", (task) -> {
			this.ran.add("own");
			task.schedule(this.stepped.backend.instant().plusSeconds(10));
		}).queue();
		this.stepped.run();
		assertThat(this.ran).hasSize(1);
		this.stepped.pass(Duration.ofSeconds(9));
		assertThat(this.ran).hasSize(1);
		this.stepped.pass(Duration.ofSeconds(21));
		assertThat(this.ran).hasSize(4);
	}

	@Test
	void scheduleWhenClockJumpsForwardRunsAtOnce() {
		task("later").schedule(this.stepped.backend.instant().plus(Duration.ofMinutes(30)));
		this.stepped.pass(Duration.ofSeconds(5));
		this.stepped.backend.jump(Duration.ofHours(1));
		this.stepped.run();
		assertThat(this.ran).containsExactly("later");
	}

	@Test
	void scheduleWhenClockHasJumpedForwardRunsWithThoseBefore() {
		task("before").schedule(this.stepped.backend.instant().plus(Duration.ofMinutes(30)));
		this.stepped.pass(Duration.ofSeconds(5));
		this.stepped.backend.jump(Duration.ofHours(1));
		task("past").schedule(this.stepped.backend.instant());
		this.stepped.run();
		assertThat(this.ran).containsExactly("before", "past");
	}

	@Test
	void scheduleWhenOthersAreDueLaterRunsAtOnceForThePast() {
		task("later").schedule(this.stepped.backend.instant().plus(Duration.ofMinutes(30)));
		task("past").schedule(this.stepped.backend.instant());
		this.stepped.run();
		assertThat(this.ran).containsExactly("past");
	}

	@Test
	void scheduleWhenClockJumpsBackRunsNotEarly() {
		task("later").schedule(this.stepped.backend.instant().plus(Duration.ofMinutes(30)));
		this.stepped.pass(Duration.ofMinutes(29));
		this.stepped.backend.jump(Duration.ofHours(-1));
		this.stepped.pass(Duration.ofMinutes(61).minusNanos(1));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("later");
	}

	@Test
	void repeatWhenIntervalPassesCountsFromTheBeginOfARun() {
		ServiceTask task = task("count").repeat(Duration.ofSeconds(10));
		this.stepped.pass(Duration.ofSeconds(10).minusNanos(1));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).hasSize(1);
		this.stepped.pass(Duration.ofSeconds(4));
		task.queue();
		this.stepped.pass(Duration.ofSeconds(10).minusNanos(1));
		assertThat(this.ran).hasSize(2);
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).hasSize(3);
	}

	@Test
	void repeatWhenRunsTakeLongDoesNotCatchUp() {
		this.stepped.hold((unit) -> true);
		task("count").repeat(Duration.ofSeconds(10));
		this.stepped.pass(Duration.ofSeconds(10));
		this.stepped.pass(Duration.ofSeconds(35));
		assertThat(this.stepped.held()).hasSize(1);
		this.stepped.hold((unit) -> false);
		this.stepped.finish();
		assertThat(this.ran).hasSize(2);
		this.stepped.pass(Duration.ofSeconds(10).minusNanos(1));
		assertThat(this.ran).hasSize(2);
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).hasSize(3);
	}

	@Test
	void repeatWhenClockJumpsIsNotTouched() {
		task("count").repeat(Duration.ofSeconds(10));
		this.stepped.backend.jump(Duration.ofHours(5));
		this.stepped.pass(Duration.ofSeconds(9));
		assertThat(this.ran).isEmpty();
		this.stepped.backend.jump(Duration.ofHours(-10));
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(this.ran).hasSize(1);
	}

	@Test
	void cronWhenTimesComeRunsAtEach() {
		task("count").cron("*/10 * * * * *");
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).hasSize(6);
		task("other").cron("0 * * * * *").repeat(Duration.ofDays(1));
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(this.ran).doesNotContain("other");
	}

	@Test
	void cronWhenItIsOffRunsNeverAndEndsWhatRepeatedIt() {
		ServiceTask task = task("count").cron("-");
		task("other").repeat(Duration.ofSeconds(1)).cron("-", ZoneOffset.UTC);
		this.stepped.pass(Duration.ofDays(1));
		assertThat(this.ran).isEmpty();
		assertThat(status("count").next()).isNull();
		task.cron("0 * * * * *");
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).containsExactly("count");
	}

	@Test
	void cronWhenClockIsSetBackByAStepDoesNotRunTwiceForATime() {
		task("count").cron("0 * * * * *");
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).hasSize(1);
		this.stepped.backend.jump(Duration.ofSeconds(-20));
		this.stepped.pass(Duration.ofSeconds(78));
		assertThat(this.ran).hasSize(1);
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(this.ran).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT40S", "PT30M", "PT24H", "PT8760H" })
	void cronWhenClockIsSetBackFurtherRunsAtTheTimesThatComeAgain(Duration back) {
		task("count").cron("0 * * * * *");
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).hasSize(1);
		this.stepped.backend.jump(back.negated());
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(this.ran).hasSizeBetween(11, 12);
	}

	@Test
	void cronOncePerDayWhenClockIsSetBackByADayRunsAgain() {
		task("count").cron("0 0 1 * * *", ZoneOffset.UTC);
		this.stepped.pass(Duration.ofHours(24));
		assertThat(this.ran).hasSize(1);
		this.stepped.backend.jump(Duration.ofDays(-1));
		this.stepped.pass(Duration.ofHours(2));
		assertThat(this.ran).hasSize(2);
		this.stepped.pass(Duration.ofHours(24));
		assertThat(this.ran).hasSize(3);
	}

	@Test
	void cronOncePerDayWhenClockIsSetBackByHoursDoesNotRunTwiceOnThatDay() {
		task("count").cron("0 0 1 * * *", ZoneOffset.UTC);
		this.stepped.pass(Duration.ofHours(2));
		assertThat(this.ran).hasSize(1);
		this.stepped.backend.jump(Duration.ofHours(-5));
		this.stepped.pass(Duration.ofHours(20));
		assertThat(this.ran).hasSize(1);
		this.stepped.pass(Duration.ofHours(10));
		assertThat(this.ran).hasSize(2);
	}

	@Test
	void cronWhenClockWasFarAheadForAMomentRunsAtTheTimesThatCome() {
		task("count").cron("0 0 1 * * *", ZoneOffset.UTC);
		this.stepped.pass(Duration.ofHours(20));
		assertThat(this.ran).hasSize(1);
		this.stepped.backend.jump(Duration.ofDays(1461));
		this.stepped.pass(Duration.ofSeconds(10));
		this.stepped.backend.jump(Duration.ofDays(-1461));
		int before = this.ran.size();
		this.stepped.pass(Duration.ofDays(4));
		assertThat(this.ran).hasSizeBetween(before + 3, before + 4);
	}

	@Test
	void cronWhenItIsCancelledIsNotLookedAtAnyMore() {
		ServiceTask task = task("count").cron("0 * * * * *");
		task.cancel();
		this.stepped.backend.jump(Duration.ofDays(-1));
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(this.ran).isEmpty();
	}

	@Test
	void cronWhenClockJumpsForwardRunsOnceForWhatWasMissed() {
		task("count").cron("0 * * * * *");
		this.stepped.backend.jump(Duration.ofHours(1));
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.ran).hasSize(1);
	}

	@Test
	void cancelWhenItWaitsOrIsScheduledIsForGood() {
		holdSlot();
		ServiceTask task = task("count").queue()
			.schedule(this.stepped.backend.instant().plusSeconds(1))
			.repeat(Duration.ofSeconds(1));
		task.cancel();
		task.cancel();
		task.queue().repeat(Duration.ofSeconds(1));
		this.stepped.finish();
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.ran).containsExactly("holder");
		task("count").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("holder", "count");
	}

	@Test
	void cancelWhenItRunsInterruptsItAndRunsItNoMore() {
		ServiceTask holder = holdSlot();
		holder.queue();
		holder.cancel();
		assertThat(this.stepped.held().getFirst().isInterrupted()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> task("holder"));
		this.stepped.finish();
		assertThat(this.ran).containsExactly("holder");
		task("holder");
	}

	@Test
	void cancelWhenItHasNotBegunOnItsThreadFreesTheSlot() {
		task("never").queue().cancel();
		task("count").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("count");
	}

	@Test
	void taskWhenNameIsTakenNamesServiceAndTask() {
		task("count");
		assertThatIllegalArgumentException().isThrownBy(() -> task("count"))
			.withMessage("Service 'polls' has a task 'count' already: expected a name that is unique among its tasks");
	}

	@Test
	void taskWhenManyAreThereKnowsAllNames() {
		for (int number = 0; number < 100; number++) {
			task("task " + number);
		}
		for (int number = 0; number < 100; number++) {
			String name = "task " + number;
			assertThatIllegalArgumentException().isThrownBy(() -> task(name));
		}
		assertThat(this.stepped.engine.work("polls").tasks()).hasSize(100);
	}

	@Test
	void settingsWhenTheyAreWrongSayWhich() {
		ServiceTask task = task("count");
		assertThatIllegalArgumentException().isThrownBy(() -> task.repeat(Duration.ZERO))
			.withMessage("The interval of task 'count' of service 'polls' has to be above zero: found 'PT0S'");
		assertThatIllegalArgumentException().isThrownBy(() -> task.maxDelay(Duration.ofSeconds(-1)))
			.withMessage("The max delay of task 'count' of service 'polls' has to be above zero: found 'PT-1S'");
		assertThatIllegalArgumentException().isThrownBy(() -> task.cron("often"))
			.withMessageStartingWith(
					"The cron expression of task 'count' of service 'polls' cannot be parsed: found 'often'. ");
	}

	@Test
	void runWhenItThrowsIsAFailureAndCanRunAgain() {
		ServiceTask task = this.work.get().task("count", () -> {
			this.ran.add("count");
			throw new IllegalStateException("no votes");
		});
		task.queue();
		this.stepped.run();
		assertThat(status("count").lastFailure()).hasMessage("no votes");
		ServiceFailure failure = this.stepped.events(LifecycleEvent.WorkFailed.class).get(0).failure();
		assertThat(failure.kind()).isEqualTo(WorkKind.TASK);
		assertThat(failure.name()).isEqualTo("count");
		assertThat(failure.severity()).isEqualTo(Severity.ERROR);
		task.queue();
		this.stepped.run();
		assertThat(this.ran).hasSize(2);
	}

	@Test
	void statusWhenItHasRunTellsWhenAndHowLong() {
		holdSlot();
		this.stepped.pass(Duration.ofSeconds(3));
		this.stepped.finish();
		TaskStatus status = status("holder");
		assertThat(status.lastRun()).isEqualTo(this.stepped.backend.instant().minusSeconds(3));
		assertThat(status.lastDuration()).isEqualTo(Duration.ofSeconds(3));
		assertThat(status.lastFailure()).isNull();
	}

	@Test
	void yieldWhenMicroTasksWaitIsUntilNoneDoes() {
		boolean[] wait = { true };
		TaskQueue queue = WorkAccess.tasks(this.stepped.work);
		queue.yieldTo(() -> wait[0]);
		task("count").queue();
		this.stepped.pass(Duration.ofSeconds(29));
		assertThat(this.ran).isEmpty();
		assertThat(queue.isYielding()).isTrue();
		wait[0] = false;
		WorkAccess.coordination(this.stepped.work).submit(Command.of(queue::microTasksIdle));
		this.stepped.run();
		assertThat(this.ran).containsExactly("count");
		assertThat(queue.isYielding()).isFalse();
	}

	@Test
	void yieldWhenMicroTasksWaitForEverIsThirtySecondsForEachAtTheHead() {
		TaskQueue queue = WorkAccess.tasks(this.stepped.work);
		queue.yieldTo(() -> true);
		task("first").queue();
		task("second").queue();
		this.stepped.pass(Duration.ofSeconds(30).minusNanos(1));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("first");
		this.stepped.pass(Duration.ofSeconds(30).minusNanos(1));
		assertThat(this.ran).containsExactly("first");
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("first", "second");
		assertThat(queue.isYielding()).isFalse();
	}

	@Test
	void yieldWhenItIsOverdueIsNoLonger() {
		WorkAccess.tasks(this.stepped.work).yieldTo(() -> true);
		task("count").maxDelay(Duration.ofSeconds(2)).queue();
		this.stepped.pass(Duration.ofSeconds(2));
		assertThat(this.ran).containsExactly("count");
	}

	@Test
	void yieldWhenMicroTasksBeginInBetweenSeesIt() {
		int[] asked = { 0 };
		TaskQueue queue = WorkAccess.tasks(this.stepped.work);
		queue.yieldTo(() -> asked[0]++ == 0);
		task("count").queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("count");
		assertThat(queue.isYielding()).isFalse();
	}

	@Test
	void tasksWhenThereAreManyAreShownByWhatComesNext() {
		Instant now = this.stepped.backend.instant();
		for (int number = 0; number < 3000; number++) {
			task("t" + number).schedule(now.plusSeconds(10_000 - number));
		}
		holdSlot();
		task("waits").queue();
		WorkSnapshot snapshot = this.stepped.engine.work("polls");
		assertThat(snapshot.allTasks().count()).isEqualTo(3002);
		assertThat(snapshot.tasks()).hasSize(WorkSnapshot.MAX_TASKS)
			.isSortedAccordingTo(Comparator.comparing(TaskStatus::name))
			.extracting(TaskStatus::name)
			.contains("holder", "waits", "t2999", "t2902")
			.doesNotContain("t2901", "t0");
	}

	@Test
	void lastOutcomeWhenServiceIsRestartedIsKept() {
		this.stepped = new SteppedWork(SteppedWork.service("polls", (context) -> {
			context.work().task("nightly", () -> {
				throw new IllegalStateException("no votes");
			}).schedule(this.stepped.backend.instant().plusSeconds(60));
		}));
		this.stepped.start();
		Instant began = this.stepped.backend.instant().plusSeconds(60);
		this.stepped.pass(Duration.ofSeconds(60));
		this.stepped.engine.perform(ServiceAction.RESTART, "polls");
		this.stepped.run();
		assertThat(status("nightly").lastRun()).isEqualTo(began);
		assertThat(status("nightly").lastDuration()).isEqualTo(Duration.ZERO);
		assertThat(status("nightly").lastFailure()).hasMessage("no votes");
		assertThat(status("nightly").next()).isEqualTo(began.plusSeconds(60));
	}

	@Test
	void lastOutcomeWhenTaskIsCancelledIsForgotten() {
		task("once").queue();
		this.stepped.run();
		this.stepped.engine.perform(ServiceAction.RESTART, "polls");
		this.stepped.run();
		ServiceTask again = task("once");
		assertThat(status("once").lastRun()).isNotNull();
		again.cancel();
		task("once");
		assertThat(status("once").lastRun()).isNull();
	}

	@Test
	void lastOutcomeWhenTaskIsCancelledWhileItRunsAndServiceStopsIsForgotten() {
		this.stepped.hold((unit) -> true);
		ServiceTask once = task("once");
		once.queue();
		this.stepped.run();
		once.cancel();
		this.stepped.engine.perform(ServiceAction.RESTART, "polls");
		this.stepped.run();
		this.stepped.finish();
		task("once");
		assertThat(status("once").lastRun()).isNull();
	}

	@Test
	void lastOutcomesWhenThereAreManyAreThoseOfTheLastHundred() {
		for (int number = 0; number < 150; number++) {
			task("t" + number).queue();
			this.stepped.pass(Duration.ofSeconds(1));
		}
		this.stepped.engine.perform(ServiceAction.RESTART, "polls");
		this.stepped.run();
		task("t49");
		task("t50");
		assertThat(status("t49").lastRun()).isNull();
		assertThat(status("t50").lastRun()).isNotNull();
	}

}
