// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.kernel.WorkInside.Remaining;
import io.managedservices.internal.work.core.ScopeAccess;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.monitor.Workload.Waits;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The rules of micro-tasks, one by one, in virtual time.
 */
class MicroTaskTests {

	private static final Duration TICK = Duration.ofNanos(1);

	private final SteppedMicroTasks tasks = new SteppedMicroTasks(2);

	private void fill() {
		this.tasks.start(MicroTask.medium("a"));
		this.tasks.start(MicroTask.medium("b"));
	}

	@Test
	void highWhenNoSlotIsFreeBeginsAtOnce() {
		fill();
		this.tasks.start(MicroTask.high("h"));
		assertThat(this.tasks.begun()).containsExactly("a", "b", "h");
		assertThat(this.tasks.limiter().load().taken()).isEqualTo(3);
	}

	@Test
	void mediumWhenHighIsBeyondTheLimitWaitsUntilItIsBelow() {
		fill();
		this.tasks.start(MicroTask.high("h"));
		this.tasks.start(MicroTask.medium("c"));
		this.tasks.finish("h");
		assertThat(this.tasks.begun()).doesNotContain("c");
		this.tasks.finish("a");
		assertThat(this.tasks.begun()).containsExactly("a", "b", "h", "c");
		assertThat(this.tasks.limiter().load().taken()).isEqualTo(2);
	}

	@Test
	void mediumWhenNoSlotIsFreeWaitsInOrder() {
		fill();
		this.tasks.start(MicroTask.medium("c"));
		this.tasks.start(MicroTask.medium("d"));
		assertThat(this.tasks.begun()).containsExactly("a", "b");
		assertThat(this.tasks.stepped.engine.workload().lines().mediumWaiting()).isEqualTo(2);
		this.tasks.finish("b");
		assertThat(this.tasks.begun()).containsExactly("a", "b", "c");
		this.tasks.finish("a");
		assertThat(this.tasks.begun()).containsExactly("a", "b", "c", "d");
		assertThat(this.tasks.limiter().hasWaiting()).isFalse();
	}

	@Test
	void statusWhenSomeWaitCountsThoseOfTheServiceByPriority() {
		fill();
		this.tasks.startElsewhere(MicroTask.medium("elsewhere"));
		this.tasks.start(MicroTask.medium("m"));
		this.tasks.start(MicroTask.medium("n").withMaxDelay(Duration.ofDays(1)));
		this.tasks.start(MicroTask.low("l"));
		CompletableFuture<String> cancelled = this.tasks.start(MicroTask.low("cancelled"));
		cancelled.cancel(true);
		assertThat(status().lines().mediumWaiting()).isEqualTo(2);
		assertThat(status().lines().lowWaiting()).isEqualTo(1);
		assertThat(this.tasks.stepped.engine.workload().lines().mediumWaiting()).isEqualTo(3);
		this.tasks.finish("a");
		this.tasks.finish("b");
		assertThat(status().lines().mediumWaiting()).isEqualTo(1);
		assertThat(status().lines().lowWaiting()).isEqualTo(1);
		this.tasks.stop();
		assertThat(status().lines().mediumWaiting()).isZero();
		assertThat(status().lines().lowWaiting()).isZero();
	}

	@Test
	void lowWhenMediumWaitsBeginsAfterIt() {
		fill();
		this.tasks.start(MicroTask.low("l"));
		this.tasks.start(MicroTask.medium("m"));
		assertThat(this.tasks.stepped.engine.workload().lines().lowWaiting()).isEqualTo(1);
		this.tasks.finish("a");
		this.tasks.finish("b");
		assertThat(this.tasks.begun()).containsExactly("a", "b", "m", "l");
	}

	@Test
	void mediumWhenMaxDelayHasPassedBeginsRegardless() {
		fill();
		this.tasks.start(MicroTask.medium("m"));
		this.tasks.pass(Duration.ofSeconds(1).minus(TICK));
		assertThat(this.tasks.begun()).doesNotContain("m");
		this.tasks.pass(TICK);
		assertThat(this.tasks.begun()).containsExactly("a", "b", "m");
		assertThat(this.tasks.limiter().load().taken()).isEqualTo(3);
	}

	@Test
	void lowWhenMaxDelayHasPassedBeginsRegardless() {
		fill();
		this.tasks.start(MicroTask.low("l"));
		this.tasks.pass(Duration.ofSeconds(3).minus(TICK));
		assertThat(this.tasks.begun()).doesNotContain("l");
		this.tasks.pass(TICK);
		assertThat(this.tasks.begun()).containsExactly("a", "b", "l");
	}

	@Test
	void severalWhenTheyAreDueOneAfterTheOtherBeginToTheTick() {
		fill();
		this.tasks.start(MicroTask.low("l"));
		this.tasks.pass(Duration.ofMillis(2500));
		this.tasks.start(MicroTask.medium("m1"));
		this.tasks.pass(Duration.ofMillis(1));
		this.tasks.start(MicroTask.medium("m2"));
		this.tasks.pass(Duration.ofMillis(499).minus(TICK));
		assertThat(this.tasks.begun()).containsExactly("a", "b");
		this.tasks.pass(TICK);
		assertThat(this.tasks.begun()).containsExactly("a", "b", "l");
		this.tasks.pass(Duration.ofMillis(500));
		assertThat(this.tasks.begun()).containsExactly("a", "b", "l", "m1");
		this.tasks.pass(Duration.ofMillis(1));
		assertThat(this.tasks.begun()).containsExactly("a", "b", "l", "m1", "m2");
	}

	@Test
	void mediumWhenALowOneWaitsThatIsDueLaterBeginsToTheTick() {
		fill();
		this.tasks.start(MicroTask.low("l"));
		this.tasks.start(MicroTask.medium("m"));
		this.tasks.pass(Duration.ofSeconds(1));
		assertThat(this.tasks.begun()).containsExactly("a", "b", "m");
	}

	@Test
	void ownMaxDelayWhenItHasPassedLetsItBeginRegardless() {
		fill();
		this.tasks.start(MicroTask.medium("late").withMaxDelay(Duration.ofHours(1)));
		this.tasks.start(MicroTask.medium("common"));
		this.tasks.start(MicroTask.medium("soon").withMaxDelay(Duration.ofMillis(5)));
		this.tasks.pass(Duration.ofMillis(5).minus(TICK));
		assertThat(this.tasks.begun()).hasSize(2);
		this.tasks.pass(TICK);
		assertThat(this.tasks.begun()).containsExactly("a", "b", "soon");
		this.tasks.pass(Duration.ofMillis(995));
		assertThat(this.tasks.begun()).containsExactly("a", "b", "soon", "common");
		this.tasks.pass(Duration.ofHours(1).minusSeconds(1).minus(TICK));
		assertThat(this.tasks.begun()).hasSize(4);
		this.tasks.pass(TICK);
		assertThat(this.tasks.begun()).endsWith("late");
	}

	@Test
	void ownMaxDelayWhenASlotIsFreeBeforeDoesNotMatter() {
		fill();
		this.tasks.start(MicroTask.medium("m").withMaxDelay(Duration.ofHours(1)));
		this.tasks.finish("a");
		this.tasks.pass(Duration.ofHours(2));
		assertThat(this.tasks.begun()).containsExactly("a", "b", "m");
		assertThat(this.tasks.limiter().load().taken()).isEqualTo(2);
	}

	@Test
	void ownMaxDelayWhenZeroBeginsAtOnce() {
		fill();
		this.tasks.start(MicroTask.low("l").withMaxDelay(Duration.ZERO));
		assertThat(this.tasks.begun()).containsExactly("a", "b", "l");
	}

	@Test
	void ownMaxDelayWhenLongerThanCanBeCountedWaitsForASlot() {
		fill();
		this.tasks.start(MicroTask.low("l").withMaxDelay(Duration.ofSeconds(Long.MAX_VALUE)));
		this.tasks.pass(Duration.ofDays(1));
		assertThat(this.tasks.begun()).containsExactly("a", "b");
		this.tasks.finish("a");
		assertThat(this.tasks.begun()).containsExactly("a", "b", "l");
	}

	@Test
	void limitWhenRaisedLetsThoseBeginThatWait() {
		fill();
		this.tasks.start(MicroTask.medium("c"));
		this.tasks.start(MicroTask.low("d"));
		this.tasks.start(MicroTask.low("e"));
		this.tasks.stepped.engine.limitMicroTasks(4);
		this.tasks.run();
		assertThat(this.tasks.begun()).containsExactlyInAnyOrder("a", "b", "c", "d");
		assertThat(this.tasks.stepped.engine.workload().microTaskLimit()).isEqualTo(4);
	}

	@Test
	void limitWhenLoweredLetsThoseGoOnThatRun() {
		this.tasks.stepped.engine.limitMicroTasks(3);
		fill();
		this.tasks.start(MicroTask.medium("c"));
		this.tasks.start(MicroTask.medium("d"));
		this.tasks.stepped.engine.limitMicroTasks(2);
		this.tasks.finish("a");
		assertThat(this.tasks.begun()).containsExactly("a", "b", "c");
		this.tasks.finish("b");
		assertThat(this.tasks.begun()).containsExactly("a", "b", "c", "d");
	}

	@Test
	void limitWhenTooLowIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.tasks.stepped.engine.limitMicroTasks(1))
			.withMessage("The limit of micro-tasks that run at once is too low: expected 2 or more, found 1."
					+ " Pass at least 2 to limitMicroTasks; what is to run one at a time is a task, or is guarded by a lock");
	}

	@Test
	void startWhenBodyReturnsCompletesTheFuture() {
		CompletableFuture<String> future = this.tasks.start(MicroTask.medium("m"));
		assertThat(future).isNotDone();
		assertStatus(1, 0, 0);
		this.tasks.finish("m");
		assertThat(future).isCompletedWithValue("m");
		assertStatus(0, 1, 0);
		assertThat(this.tasks.limiter().load().taken()).isZero();
	}

	@Test
	void startWhenBodyThrowsTellsTheFailure() {
		IllegalStateException cause = new IllegalStateException("test");
		CompletableFuture<String> future = start(MicroTask.high("score"), () -> {
			throw cause;
		});
		this.tasks.finish("score");
		assertThat(future).isCompletedExceptionally();
		assertThat(future.handle((value, failure) -> failure)).isCompletedWithValue(cause);
		assertStatus(0, 1, 1);
		ServiceFailure failure = this.tasks.stepped.events(LifecycleEvent.WorkFailed.class).get(0).failure();
		assertThat(failure.service()).isEqualTo("db");
		assertThat(failure.kind()).isEqualTo(WorkKind.MICRO_TASK);
		assertThat(failure.name()).isEqualTo("score");
		assertThat(failure.cause()).isSameAs(cause);
		assertThat(failure.severity()).isEqualTo(Severity.ERROR);
	}

	@Test
	void runWhenASlotIsFreeReturnsWhatTheBodyReturns() throws Exception {
		assertThat(this.tasks.service().run(MicroTask.medium("m"), () -> "value")).isEqualTo("value");
		assertThat(this.tasks.limiter().load().taken()).isZero();
	}

	@Test
	void runWhenBodyThrowsThrowsThatAndTellsIt() {
		assertThatIllegalStateException().isThrownBy(() -> this.tasks.service().run(MicroTask.high("m"), () -> {
			throw new IllegalStateException("test");
		})).withMessage("test");
		this.tasks.run();
		assertThat(this.tasks.stepped.events(LifecycleEvent.WorkFailed.class)).hasSize(1);
		assertThat(this.tasks.limiter().load().taken()).isZero();
	}

	@Test
	void runWhenItHasASlotLetsTheNextOneHaveItAfterwards() throws Exception {
		this.tasks.start(MicroTask.medium("a"));
		this.tasks.service().run(MicroTask.medium("m"), () -> {
			this.tasks.start(MicroTask.medium("waits"));
			assertThat(this.tasks.begun()).containsExactly("a");
			return "";
		});
		this.tasks.run();
		assertThat(this.tasks.begun()).containsExactly("a", "waits");
	}

	@Test
	void signalWhenOpenTakesASlotUntilItIsClosed() throws InterruptedException {
		MicroTaskSlot slot = this.tasks.service().signal(MicroTask.medium("s"));
		this.tasks.start(MicroTask.medium("a"));
		this.tasks.start(MicroTask.medium("b"));
		assertThat(this.tasks.begun()).containsExactly("a");
		slot.close();
		this.tasks.run();
		assertThat(this.tasks.begun()).containsExactly("a", "b");
		slot.close();
		assertThat(this.tasks.limiter().load().taken()).isEqualTo(2);
		assertStatus(2, 1, 0);
	}

	@Test
	void cancelWhenWaitingTakesItOut() {
		fill();
		CompletableFuture<String> future = this.tasks.start(MicroTask.medium("m"));
		assertThat(future.cancel(true)).isTrue();
		assertThat(this.tasks.limiter().hasWaiting()).isFalse();
		this.tasks.finish("a");
		this.tasks.pass(Duration.ofSeconds(5));
		assertThat(this.tasks.begun()).containsExactly("a", "b");
		assertThat(this.tasks.limiter().load().taken()).isEqualTo(1);
	}

	@Test
	void cancelWhenManyWaitLeavesNothingBehind() {
		fill();
		for (int number = 0; number < 10_000; number++) {
			this.tasks.service()
				.start(MicroTask.low("m" + number).withMaxDelay(Duration.ofHours(1)), () -> "")
				.cancel(true);
		}
		assertThat(this.tasks.limiter().slots().places()).isLessThan(300);
	}

	@Test
	void cancelWhenInsideInterruptsIt() {
		CompletableFuture<String> future = this.tasks.start(MicroTask.medium("m"));
		future.cancel(true);
		assertThat(this.tasks.inside().get(0).isInterrupted()).isTrue();
		this.tasks.finish("m");
		assertThat(future).isCancelled();
		assertThat(this.tasks.limiter().load().taken()).isZero();
	}

	@Test
	void cancelWhenHandedOverWithdrawsIt() {
		CompletableFuture<String> future = this.tasks.service().start(MicroTask.high("m"), () -> "");
		future.cancel(true);
		this.tasks.run();
		assertThat(this.tasks.begun()).isEmpty();
		assertThat(this.tasks.limiter().load().taken()).isZero();
		assertStatus(0, 0, 0);
	}

	@Test
	void stopWhenSomeWaitCancelsThem() {
		fill();
		CompletableFuture<String> medium = this.tasks.start(MicroTask.medium("m"));
		CompletableFuture<String> low = this.tasks.start(MicroTask.low("l").withMaxDelay(Duration.ofMinutes(1)));
		this.tasks.stop();
		assertThat(medium).isCancelled();
		assertThat(low).isCancelled();
		this.tasks.finish("a");
		this.tasks.finish("b");
		this.tasks.pass(Duration.ofMinutes(2));
		assertThat(this.tasks.begun()).containsExactly("a", "b");
		assertThat(this.tasks.limiter().load().taken()).isZero();
	}

	@Test
	void stopWhenSomeAreInsideInterruptsThemAndWaits() {
		fill();
		this.tasks.stop();
		assertThat(this.tasks.inside()).allMatch(StartedMicroTask::isInterrupted);
		assertThat(this.tasks.stepped.state("db")).isEqualTo(ServiceState.STOPPING);
		assertThat(ScopeAccess.remaining(this.tasks.inside().get(0).scope())).extracting(Remaining::what)
			.containsExactlyInAnyOrder("micro-task 'a'", "micro-task 'b'");
		this.tasks.finish("a");
		assertThat(this.tasks.stepped.state("db")).isEqualTo(ServiceState.STOPPING);
		this.tasks.finish("b");
		assertThat(this.tasks.stepped.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenASignalIsOpenWaits() throws InterruptedException {
		MicroTaskSlot slot = this.tasks.service().signal(MicroTask.high("upload"));
		this.tasks.stop();
		assertThat(this.tasks.stepped.state("db")).isEqualTo(ServiceState.STOPPING);
		assertThat(ScopeAccess.remaining(((SignalledMicroTask) slot).scope()))
			.containsExactly(new Remaining("micro-task 'upload'", List.of()));
		slot.close();
		this.tasks.run();
		assertThat(this.tasks.stepped.state("db")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void stopWhenOneIsHandedOverNeverLetsItBegin() {
		CompletableFuture<String> future = this.tasks.service().start(MicroTask.high("m"), () -> "");
		this.tasks.stop();
		assertThat(future).isCancelled();
		assertThat(this.tasks.begun()).isEmpty();
		assertThat(this.tasks.stepped.state("db")).isEqualTo(ServiceState.STOPPED);
		assertThat(this.tasks.limiter().load().taken()).isZero();
	}

	@Test
	void stopWhenInterruptedBodyThrowsIsNoFailure() {
		start(MicroTask.high("m"), () -> {
			throw new InterruptedException();
		});
		this.tasks.stop();
		this.tasks.finish("m");
		assertThat(this.tasks.stepped.events(LifecycleEvent.WorkFailed.class)).isEmpty();
		assertThat(status().failed()).isZero();
	}

	@Test
	void stopWhenChannelWasClosedByTheInterruptIsNoFailure() {
		start(MicroTask.high("m"), () -> {
			throw new ClosedByInterruptException();
		});
		this.tasks.stop();
		this.tasks.finish("m");
		assertThat(this.tasks.stepped.events(LifecycleEvent.WorkFailed.class)).isEmpty();
		assertThat(status().failed()).isZero();
	}

	@Test
	void startWhenServiceHasStoppedIsCancelled() {
		this.tasks.stop();
		assertThat(this.tasks.start(MicroTask.high("m"))).isCancelled();
		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> this.tasks.service().run(MicroTask.high("m"), () -> ""))
			.withMessage("This incarnation of service 'db' is to end or has ended: its micro-task 'm' will not begin");
		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> this.tasks.service().signal(MicroTask.medium("m")));
		assertThat(this.tasks.limiter().load().taken()).isZero();
	}

	@Test
	void startWhenThereIsADecoratorCapturesTheContextOfTheCaller() {
		AtomicReference<String> context = new AtomicReference<>("caller");
		List<String> seen = new ArrayList<>();
		SteppedMicroTasks decorated = new SteppedMicroTasks(0, 2, (body) -> {
			String captured = context.get();
			return () -> {
				seen.add(captured);
				body.run();
			};
		});
		CompletableFuture<String> future = decorated.start(MicroTask.medium("m"));
		context.set("other");
		decorated.finish("m");
		assertThat(seen).containsExactly("caller");
		assertThat(future).isCompletedWithValue("m");
	}

	@Test
	void waitsWhenSomeHadToWaitTellHowLong() {
		fill();
		this.tasks.start(MicroTask.medium("m"));
		this.tasks.pass(Duration.ofMillis(300));
		this.tasks.finish("a");
		assertThat(this.tasks.stepped.engine.workload().lines().mediumWaits())
			.isEqualTo(new Waits(3, Duration.ofMillis(300), Duration.ofMillis(300)));
		assertThat(this.tasks.stepped.engine.workload().lines().lowWaits()).isEqualTo(Waits.NONE);
	}

	private CompletableFuture<String> start(MicroTask microTask, Callable<String> body) {
		CompletableFuture<String> future = this.tasks.service().start(microTask, body);
		this.tasks.run();
		return future;
	}

	private MicroTaskStatus status() {
		return this.tasks.stepped.engine.work("db").microTasks();
	}

	private void assertStatus(int running, long finished, long failed) {
		MicroTaskStatus status = status();
		assertThat(List.of((long) status.running(), status.finished(), status.failed())).containsExactly((long) running,
				finished, failed);
	}

}
