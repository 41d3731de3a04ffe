// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.event.ServiceEvents;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTask.Priority;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.TaskBody;
import io.managedservices.work.Ticker;
import io.managedservices.work.WorkBody;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What is refused at once since it could never be done, with words, and nothing half
 * done; and what is allowed although it looks odd.
 */
@SuppressWarnings("NullAway") // what callers without its checks may pass
@Timeout(60) // one that is not refused may never end
class RefusedWorkTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration TOO_SHORT = Duration.ofNanos(999_999);

	private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

	private static final WorkBody BODY = () -> {
	};

	private final AtomicReference<ServiceContext> context = new AtomicReference<>();

	private final List<String> ran = new ArrayList<>();

	private SteppedWork stepped;

	private Given given;

	@BeforeEach
	void start() {
		AtomicReference<WorkerContext> worker = new AtomicReference<>();
		this.stepped = new SteppedWork(SteppedWork.service("polls", this.context::set)).start();
		ServiceWork work = this.context.get().work();
		ServiceTask task = work.task("recount", () -> this.ran.add("recount"));
		Ticker ticker = work.every("tick", Duration.ofHours(1), BODY);
		this.stepped.hold((unit) -> unit.name().equals("listener"));
		CompletableFuture<Void> unused = work.worker("listener", worker::set).start();
		this.stepped.run();
		this.stepped.finish();
		this.given = new Given(this.stepped.engine, work, this.context.get().events(), task, ticker,
				work.worker("other", (run) -> this.ran.add("other")), worker.get());
	}

	static Stream<Arguments> misuses() {
		return Stream.of(misuse("task without a name", (given) -> given.work
			.task(null, BODY), "The name of a task of service 'polls' is required: found 'null'"), misuse(
					"task with a blank name", (given) -> given.work.task(" ", BODY),
					"The name of a task of service 'polls' is blank: expected at least one visible character, found ' '"),
				misuse("task without a body", (given) -> given.work.task("count", (WorkBody) null),
						"The body of task 'count' of service 'polls' is required: found 'null'"),
				misuse("task without a task body", (given) -> given.work.task("count", (TaskBody) null),
						"The body of task 'count' of service 'polls' is required: found 'null'"),
				misuse("task of a name that is taken", (given) -> given.work.task("recount", BODY),
						"Service 'polls' has a task 'recount' already: expected a name that is unique among its tasks"),
				misuse("schedule at null", (given) -> given.task.schedule(null),
						"The time of task 'recount' of service 'polls' is required: found 'null'"),
				misuse("repeat null", (given) -> given.task.repeat(null),
						"The interval of task 'recount' of service 'polls' has to be above zero: found 'null'"),
				misuse("repeat 0", (given) -> given.task.repeat(Duration.ZERO),
						"The interval of task 'recount' of service 'polls' has to be above zero: found 'PT0S'"),
				misuse("repeat below 1 ms", (given) -> given.task.repeat(TOO_SHORT),
						"The interval of task 'recount' of service 'polls' has to be 1ms or more: found 'PT0.000999999S'"),
				misuse("fixed delay below 1 ms", (given) -> given.task.fixedDelay(TOO_SHORT),
						"The fixed delay of task 'recount' of service 'polls' has to be 1ms or more: found 'PT0.000999999S'"),
				misuse("ticker below 1 ms", (given) -> given.work.every("look", TOO_SHORT, BODY),
						"The interval of ticker 'look' of service 'polls' has to be 1ms or more: found 'PT0.000999999S'"),
				misuse("ticker asleep below 1 ms", (given) -> given.ticker.whileAsleep(TOO_SHORT),
						"The interval while asleep of ticker 'tick' of service 'polls' has to be 1ms or more: found 'PT0.000999999S'"),
				misuse("repeat a negative interval", (given) -> given.task.repeat(SECOND.negated()),
						"The interval of task 'recount' of service 'polls' has to be above zero: found 'PT-1S'"),
				misuse("max delay null", (given) -> given.task.maxDelay(null),
						"The max delay of task 'recount' of service 'polls' has to be above zero: found 'null'"),
				misuse("max delay 0", (given) -> given.task.maxDelay(Duration.ZERO),
						"The max delay of task 'recount' of service 'polls' has to be above zero: found 'PT0S'"),
				misuse("cron null", (given) -> given.task.cron(null),
						"The cron expression of task 'recount' of service 'polls' is required: found 'null'"),
				misuse("cron that is none", (given) -> given.task.cron("often"),
						"The cron expression of task 'recount' of service 'polls' cannot be parsed: found 'often'."),
				misuse("cron that is empty", (given) -> given.task.cron(""),
						"The cron expression of task 'recount' of service 'polls' cannot be parsed: found ''."),
				misuse("cron without a next time", (given) -> given.task.cron("0 0 0 31 2 *"),
						"The cron expression of task 'recount' of service 'polls' has no next time: found '0 0 0 31 2 *'"),
				misuse("cron in a zone that is null", (given) -> given.task.cron("0 0 3 * * *", null),
						"The time zone of task 'recount' of service 'polls' is required: found 'null'"),
				misuse("cron null in a zone", (given) -> given.task.cron(null, ZoneId.of("UTC")),
						"The cron expression of task 'recount' of service 'polls' is required: found 'null'"),
				misuse("worker without a name", (given) -> given.work.worker(null, (worker) -> {
				}), "The name of a worker of service 'polls' is required: found 'null'"),
				misuse("worker with an empty name", (given) -> given.work.worker("", (worker) -> {
				}), "The name of a worker of service 'polls' is blank: expected at least one visible character, found ''"),
				misuse("worker without a body", (given) -> given.work.worker("listener", null),
						"The body of worker 'listener' of service 'polls' is required: found 'null'"),
				misuse("restart after null", (given) -> given.worker.restartOnFailure(null),
						"Worker 'other' of service 'polls': expected a delay of 0 or more, found 'null'"),
				misuse("restart after a negative delay", (given) -> given.worker.restartOnFailure(SECOND.negated()),
						"Worker 'other' of service 'polls': expected a delay of 0 or more, found 'PT-1S'"),
				misuse("max restarts -1", (given) -> given.worker.maxRestarts(-1, SECOND),
						"Worker 'other' of service 'polls': expected 0 restarts or more, found '-1'"),
				misuse("window null", (given) -> given.worker.maxRestarts(1, null),
						"Worker 'other' of service 'polls': expected a window above 0, found 'null'"),
				misuse("window 0", (given) -> given.worker.maxRestarts(1, Duration.ZERO),
						"Worker 'other' of service 'polls': expected a window above 0, found 'PT0S'"),
				misuse("heartbeat null", (given) -> given.worker.heartbeat(null),
						"Worker 'other' of service 'polls': expected a heartbeat above 0, found 'null'"),
				misuse("heartbeat 0", (given) -> given.worker.heartbeat(Duration.ZERO),
						"Worker 'other' of service 'polls': expected a heartbeat above 0, found 'PT0S'"),
				misuse("close null on stop", (given) -> given.running.closeOnStop(null),
						"The resource of worker 'listener' of service 'polls' is required: found 'null'"),
				misuse("pause null", (given) -> given.running.pause(null),
						"The time of worker 'listener' of service 'polls' is required: found 'null'"),
				misuse("ticker without a name", (given) -> given.work.every(null, SECOND, BODY),
						"The name of a ticker of service 'polls' is required: found 'null'"),
				misuse("ticker with a blank name", (given) -> given.work.every("\t", SECOND, BODY),
						"The name of a ticker of service 'polls' is blank: expected at least one visible character, found '\t'"),
				misuse("ticker without a body", (given) -> given.work.every("look", SECOND, null),
						"The body of ticker 'look' of service 'polls' is required: found 'null'"),
				misuse("ticker at null", (given) -> given.work.every("look", null, BODY),
						"The interval of ticker 'look' of service 'polls' has to be above zero: found 'null'"),
				misuse("ticker at null without a name", (given) -> given.work.every(null, BODY),
						"The interval of ticker 'every null' of service 'polls' has to be above zero: found 'null'"),
				misuse("ticker at 0", (given) -> given.work.every("look", Duration.ZERO, BODY),
						"The interval of ticker 'look' of service 'polls' has to be above zero: found 'PT0S'"),
				misuse("ticker asleep at null", (given) -> given.ticker.whileAsleep(null),
						"The interval while asleep of ticker 'tick' of service 'polls' has to be above zero: found 'null'"),
				misuse("ticker asleep at -1s", (given) -> given.ticker.whileAsleep(SECOND.negated()),
						"The interval while asleep of ticker 'tick' of service 'polls' has to be above zero: found 'PT-1S'"),
				misuse("run no micro-task", (given) -> given.work.run(null, () -> ""),
						"The name of a micro-task of service 'polls' is required: found 'null'"),
				misuse("run micro-task without a body", (given) -> given.work.run(MicroTask.high("score"), null),
						"The body of micro-task 'score' of service 'polls' is required: found 'null'"),
				misuse("start no micro-task", (given) -> given.work.start(null, () -> ""),
						"The name of a micro-task of service 'polls' is required: found 'null'"),
				misuse("start micro-task without a body", (given) -> given.work.start(MicroTask.high("score"), null),
						"The body of micro-task 'score' of service 'polls' is required: found 'null'"),
				misuse("signal no micro-task", (given) -> given.work.signal(null),
						"The name of a micro-task of service 'polls' is required: found 'null'"),
				misuse("micro-task without a name", (given) -> MicroTask.low(null),
						"The name of a micro-task is required: found 'null'"),
				misuse("micro-task with a blank name", (given) -> MicroTask.medium(" "),
						"The name of a micro-task is blank: expected at least one visible character, found ' '"),
				misuse("micro-task without a priority", (given) -> new MicroTask("score", null, null),
						"The priority of micro-task 'score' is required: expected one of [HIGH, MEDIUM, LOW], found 'null'"),
				misuse("micro-task with a negative delay",
						(given) -> MicroTask.medium("score").withMaxDelay(SECOND.negated()),
						"The max delay of micro-task 'score' is negative: expected 0 or more, found PT-1S"),
				misuse("failure without a kind",
						(given) -> given.work.failed(null, "item 7", new Exception(), Severity.ERROR),
						"The kind of a failure of service 'polls' is required: found 'null'"),
				misuse("failure without a name",
						(given) -> given.work.failed(WorkKind.ITEM, null, new Exception(), Severity.ERROR),
						"The name of an item of service 'polls' is required: found 'null'"),
				misuse("failure without a cause",
						(given) -> given.work.failed(WorkKind.ITEM, "7", null, Severity.ERROR),
						"The cause of item '7' of service 'polls' is required: found 'null'"),
				misuse("failure without a severity",
						(given) -> given.work.failed(WorkKind.ITEM, "7", new Exception(), null),
						"The severity of item '7' of service 'polls' is required: found 'null'"),
				misuse("emit null", (given) -> given.events.emit(null),
						"The event that service 'polls' emits is required: found 'null'"),
				misuse("hook of no type", (given) -> given.events.on(null, (event) -> {
				}), "The type of a hook of service 'polls' is required: found 'null'"),
				misuse("hook without a body", (given) -> given.events.on(String.class, null),
						"The body of hook 'String' of service 'polls' is required: found 'null'"),
				misuse("hook of source null", (given) -> given.events.on(null, String.class, (event) -> {
				}), "The source of hook 'String' of service 'polls' is required: found 'null'"),
				misuse("hook of a source that is blank", (given) -> given.events.on("", String.class, (event) -> {
				}), "The source of hook 'String' of service 'polls' is blank: expected at least one visible character, found ''"),
				misuse("inject null", (given) -> given.services.emit("polls", null),
						"The event that is injected for service 'polls' is required: found 'null'"),
				misuse("inject for null", (given) -> given.services.emit(null, "event"),
						"The name of a service is required: found 'null'"),
				misuse("sleep null", (given) -> given.services.sleep((String) null),
						"The name of a service is required: found 'null'"),
				misuse("sleep no names", (given) -> given.services.sleep((String[]) null),
						"The names of services are required: found 'null', expected none for all"),
				misuse("wake null", (given) -> given.services.wake("polls", null),
						"The name of a service is required: found 'null'"),
				misuse("work of null", (given) -> given.services.work(null),
						"The name of a service is required: found 'null'"),
				misuse("counts of null", (given) -> given.services.workCounts(null),
						"The name of a service is required: found 'null'"),
				misuse("limit of 1", (given) -> given.services.limitMicroTasks(1), "found 1"));
	}

	private static Arguments misuse(String what, Misuse misuse, String message) {
		return Arguments.argumentSet(what, misuse, message);
	}

	@ParameterizedTest
	@MethodSource("misuses")
	void callWhenItCanNeverBeDoneIsRefusedWithWordsAndNothingIsDone(Misuse misuse, String message) {
		WorkSnapshot before = this.stepped.engine.work("polls");
		Throwable thrown = catchThrowable(() -> misuse.of(this.given));
		assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
		this.stepped.run();
		assertThat(this.stepped.engine.work("polls")).usingRecursiveComparison().isEqualTo(before);
		assertThat(this.stepped.state("polls")).isEqualTo(ServiceState.RUNNING);
		this.given.task.queue();
		this.stepped.run();
		assertThat(this.ran).containsExactly("recount");
	}

	@Test
	void unknownServiceIsRefusedWithTheNearest() {
		for (Misuse misuse : List.<Misuse>of((given) -> given.services.sleep("polls", "pols"),
				(given) -> given.services.wake("pols"), (given) -> given.services.emit("pols", "event"),
				(given) -> given.services.work("pols"), (given) -> given.events.on("pols", String.class, (event) -> {
				}))) {
			assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> misuse.of(this.given))
				.withMessage("There is no service 'pols'. Did you mean 'polls'?");
		}
		this.given.work.every("look", SECOND, () -> this.ran.add("look"));
		this.stepped.pass(SECOND);
		assertThat(this.ran).as("not put to sleep").containsExactly("look");
	}

	@Test
	void workerWhenItHasBegunIsRefusedASecondTime() {
		ServiceWorker worker = this.given.worker;
		CompletableFuture<Void> begun = worker.start();
		for (Misuse misuse : List.<Misuse>of((given) -> worker.start(), (given) -> worker.run(),
				(given) -> worker.restartOnFailure(), (given) -> worker.maxRestarts(1, SECOND),
				(given) -> worker.heartbeat(SECOND))) {
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> misuse.of(this.given))
				.withMessage(
						"Worker 'other' of service 'polls' was begun already: make another one with work().worker(…)");
		}
		this.stepped.run();
		assertThat(begun).isCompleted();
		assertThat(this.ran).containsExactly("other");
	}

	@Test
	void twiceWhenItIsHarmlessDoesNothing() throws Exception {
		this.given.task.cancel();
		this.given.task.cancel();
		this.given.ticker.cancel();
		this.given.ticker.cancel();
		MicroTaskSlot slot = this.given.work.signal(MicroTask.high("score"));
		slot.close();
		slot.close();
		ServiceEvents.Subscription subscription = this.given.events.on(String.class, this.ran::add);
		subscription.close();
		subscription.close();
		this.given.task.queue().schedule(Instant.MIN);
		this.given.events.emit("event");
		this.stepped.pass(Duration.ofHours(2));
		assertThat(this.ran).isEmpty();
		assertThat(this.stepped.engine.work("polls").failures()).isEmpty();
		assertThat(this.stepped.engine.workload().microTasksRunning()).isZero();
	}

	@Test
	void durationWhenItIsBeyondAllTimeNeverComes() {
		ServiceWork work = this.given.work;
		work.task("repeated", () -> this.ran.add("repeated")).repeat(FOR_EVER);
		work.task("scheduled", () -> this.ran.add("scheduled")).schedule(Instant.MAX);
		work.task("delayed", () -> this.ran.add("delayed")).maxDelay(FOR_EVER).queue();
		work.task("past", () -> this.ran.add("past")).schedule(Instant.MIN);
		work.every("ticker", FOR_EVER, () -> this.ran.add("ticker")).whileAsleep(FOR_EVER);
		CompletableFuture<Void> failing = work.worker("failing", (worker) -> {
			this.ran.add("failing");
			throw new IllegalStateException("fails");
		}).restartOnFailure(FOR_EVER).maxRestarts(1, FOR_EVER).start();
		this.stepped.pass(Duration.ofDays(300));
		assertThat(this.ran).containsExactlyInAnyOrder("delayed", "past", "failing");
		assertThat(failing).isNotDone();
		this.stepped.engine.sleep();
		this.stepped.pass(Duration.ofDays(300));
		assertThat(this.ran).hasSize(3);
		assertThat(this.stepped.engine.work("polls").tasks()).isNotEmpty();
		assertThat(this.stepped.state("polls")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void heartbeatWhenItIsBeyondAllTimeNeverFails() {
		this.stepped.hold((unit) -> true);
		CompletableFuture<Void> alive = this.given.worker.heartbeat(FOR_EVER).start();
		this.stepped.pass(Duration.ofDays(1));
		assertThat(alive).isNotDone();
		this.stepped.finish();
		assertThat(alive).isCompleted();
	}

	@Test
	void microTaskWhenItMayWaitForEverDoes() throws Exception {
		this.stepped.engine.limitMicroTasks(2);
		List<MicroTaskSlot> slots = List.of(this.given.work.signal(MicroTask.high("a")),
				this.given.work.signal(MicroTask.high("b")));
		CompletableFuture<String> waits = this.given.work.start(new MicroTask("score", Priority.LOW, FOR_EVER),
				() -> "done");
		this.stepped.pass(Duration.ofDays(1));
		assertThat(waits).isNotDone();
		slots.forEach(MicroTaskSlot::close);
		this.stepped.run();
		assertThat(waits).isCompletedWithValue("done");
	}

	@Test
	void callWhenTheIncarnationHasEndedDoesNothingAndSaysSoWhereItCan() {
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		ServiceWork work = this.given.work;
		assertThatCode(() -> {
			this.given.task.queue().startAsap().repeat(SECOND).cron("* * * * * *").schedule(Instant.MIN).cancel();
			work.task("recount", () -> this.ran.add("late task")).queue();
			this.given.ticker.whileAsleep(SECOND).cancel();
			work.every("late", SECOND, () -> this.ran.add("late tick")).cancel();
			this.given.events.on(String.class, this.ran::add).close();
			this.given.events.emit("late event");
			work.failed(WorkKind.ITEM, "7", new IllegalStateException("told late"), Severity.WARNING);
		}).doesNotThrowAnyException();
		CompletableFuture<Void> worker = this.given.worker.start();
		assertThat(work.start(MicroTask.high("score"), () -> "late")).isCancelled();
		for (Misuse refused : List.<Misuse>of((given) -> work.run(MicroTask.high("score"), () -> "late"),
				(given) -> work.signal(MicroTask.high("score")), (given) -> work.worker("late", (run) -> {
				}).run())) {
			assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> refused.of(this.given))
				.withMessageContaining("ervice 'polls'");
		}
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(worker).isCancelled();
		assertThat(this.ran).isEmpty();
		assertThat(this.stepped.engine.work("polls").failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.cause()).hasMessage("told late"));
		this.stepped.engine.perform(ServiceAction.START, "polls");
		this.stepped.run();
		assertThat(this.stepped.state("polls")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.context.get().work()).isNotSameAs(work);
	}

	@FunctionalInterface
	interface Misuse {

		void of(Given given) throws Exception;

	}

	/**
	 * What a service has got that works.
	 */
	private record Given(ManagedServices services, ServiceWork work, ServiceEvents events, ServiceTask task,
			Ticker ticker, ServiceWorker worker, WorkerContext running) {

	}

}
