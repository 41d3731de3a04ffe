// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.ServiceContext;
import io.managedservices.internal.log.LifecycleLog;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.RestartNow;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told of work that fails again and again.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailingWorkTests {

	private @Nullable ServiceContext context;

	private boolean broken = true;

	private int runs;

	private final SteppedWork stepped = new SteppedWork(SteppedWork.service("db", (started) -> this.context = started));

	FailingWorkTests() {
		this.stepped.engine.addListener(new LifecycleLog(this.stepped.engine, this.stepped.backend::nanoTime));
		this.stepped.start();
	}

	@Test
	void workerWhenItBacksOffIsWarnedOfWithItsNextAttemptUntilItIsWell() {
		start(context().work().worker("inbox", (worker) -> work()).restartOnFailure(Duration.ofSeconds(10)));
		this.stepped.run();
		assertThat(warning().id()).isEqualTo("worker:inbox");
		assertThat(warning().severity()).isEqualTo(Severity.WARNING);
		assertThat(warning().title()).isEqualTo("Worker 'inbox' fails");
		assertThat(warning().message())
			.isEqualTo("It has failed at %s, the next attempt is at %s: java.lang.IllegalStateException: refused"
				.formatted(warning().since(), warning().since().plusSeconds(10)));
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(warning().message()).startsWith("It has failed 2 times since ").contains("the next attempt is at");
		assertThat(this.stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void workerWhenItRunsAgainIsWarnedOfUntilItHasLastedLonger() {
		this.stepped.hold((unit) -> unit.kind() == WorkKind.WORKER);
		start(context().work().worker("inbox", (worker) -> work()).restartOnFailure(Duration.ofSeconds(5)));
		this.stepped.run();
		this.stepped.pass(Duration.ofSeconds(20));
		this.stepped.finish();
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(this.stepped.held()).hasSize(1);
		assertThat(warning().message()).contains("it runs again since");
		this.stepped.pass(Duration.ofSeconds(39));
		assertThat(warnings()).hasSize(1);
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(warnings()).isEmpty();
		assertThat(this.stepped.events(LifecycleEvent.ConditionChanged.class))
			.extracting((event) -> event.current() != null)
			.containsExactly(true, true, false);
	}

	@Test
	void workerWhenItEndsIsNotWarnedOfAnyMore() {
		start(context().work().worker("inbox", (worker) -> work()).restartOnFailure(Duration.ofSeconds(5)));
		this.stepped.run();
		assertThat(warnings()).hasSize(1);
		this.broken = false;
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void workerWhenItIsNotRestartedIsNotWarnedOf() {
		start(context().work().worker("inbox", (worker) -> work()));
		this.stepped.run();
		assertThat(warnings()).isEmpty();
	}

	@Test
	void workerWhenItsServiceStopsVanishes() {
		start(context().work().worker("inbox", (worker) -> work()).restartOnFailure(Duration.ofSeconds(5)));
		this.stepped.run();
		this.stepped.engine.perform(ServiceAction.STOP, "db");
		this.stepped.run();
		assertThat(warnings()).isEmpty();
		this.stepped.engine.perform(ServiceAction.START, "db");
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void warningWhenServiceResolvesAllStays() {
		context().conditions().hint("worker:inbox", "Of the service", "that has the same id");
		start(context().work().worker("inbox", (worker) -> work()).restartOnFailure(Duration.ofSeconds(5)));
		this.stepped.run();
		assertThat(warnings()).hasSize(2);
		context().conditions().resolveAll();
		context().conditions().resolve("worker:inbox");
		assertThat(warning().title()).isEqualTo("Worker 'inbox' fails");
	}

	@Test
	void taskWhenItIsRepeatedIsWarnedOfUntilARunPasses() {
		context().work().task("recount", this::work).repeat(Duration.ofMinutes(1));
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(warning().title()).isEqualTo("Task 'recount' fails");
		assertThat(warning().message()).contains("It has failed at", "the next attempt is at");
		this.stepped.pass(Duration.ofMinutes(30));
		assertThat(warning().message()).contains("It has failed 31 times since");
		this.broken = false;
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void taskWhenNobodyAsksForItAgainIsNotWarnedOf() {
		context().work().task("once", this::work).queue();
		this.stepped.run();
		assertThat(warnings()).isEmpty();
	}

	@Test
	void taskWhenItIsCancelledIsNotWarnedOfAnyMore() {
		ServiceTask task = context().work().task("recount", this::work).repeat(Duration.ofMinutes(1));
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(warnings()).hasSize(1);
		task.cancel();
		assertThat(warnings()).isEmpty();
	}

	@Test
	void tickerWhenItFailsIsWarnedOfUntilATickPasses() {
		context().work().every("look", Duration.ofSeconds(10), this::work);
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(warning().title()).isEqualTo("Ticker 'look' fails");
		assertThat(warning().message()).contains("the next attempt is at");
		this.broken = false;
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void hookWhenItFailsAgainAndAgainIsWarnedOfUntilACallPasses() {
		context().events().on(String.class, (event) -> work());
		emit(2);
		assertThat(warnings()).isEmpty();
		emit(1);
		assertThat(warning().title()).isEqualTo("Hook 'String' fails");
		assertThat(warning().message()).startsWith("It has failed 3 times since")
			.endsWith(": java.lang.IllegalStateException: refused");
		this.broken = false;
		emit(1);
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void hookWhenNothingMoreIsHeardOfItIsForgotten() {
		context().events().on(String.class, (event) -> work());
		emit(3);
		this.stepped.pass(Duration.ofMinutes(5).minusSeconds(1));
		assertThat(warnings()).hasSize(1);
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void hookWhenItFailsNowAndThenDoesNotFlap() {
		context().events().on(String.class, (event) -> {
			this.broken = this.runs % 4 != 0;
			work();
		});
		emit(4000);
		assertThat(this.stepped.events(LifecycleEvent.ConditionChanged.class)).hasSize(1);
		assertThat(warnings()).hasSize(1);
	}

	@Test
	void microTaskWhenItFailsAgainAndAgainIsWarnedOfUntilOnePasses() {
		for (int count = 0; count < 3; count++) {
			score();
		}
		assertThat(warning().title()).isEqualTo("Micro-task 'score' fails");
		this.broken = false;
		score();
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void warningsWhenMuchFailsAreBounded() {
		for (int number = 0; number < 200; number++) {
			context().work().task("once " + number, this::work).queue();
		}
		this.stepped.run();
		for (int number = 0; number < 200; number++) {
			context().work().task("task " + number, this::work).repeat(Duration.ofMinutes(1));
		}
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(warnings()).hasSize(20);
		this.broken = false;
		this.stepped.pass(Duration.ofMinutes(2));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void restartNowWhenItIsThrownAgainAndAgainIsSlowedDownAndTold() {
		start(context().work().worker("inbox", (worker) -> {
			this.runs++;
			throw new RestartNow("another configuration");
		}).restartOnFailure(Duration.ofSeconds(1)));
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.runs).isBetween(15, 25);
		List<ServiceFailure> told = failures();
		assertThat(told).hasSize(this.runs - 10).allSatisfy((failure) -> {
			assertThat(failure.severity()).isEqualTo(Severity.WARNING);
			assertThat(failure.cause()).hasMessageContaining("times in a row less than PT1S after its begin")
				.hasMessageContaining("another configuration");
		});
		assertThat(warning().title()).isEqualTo("Worker 'inbox' fails");
	}

	@Test
	void restartNowWhenRunsMakeProgressIsAtOnce() {
		this.stepped.hold((unit) -> unit.kind() == WorkKind.WORKER);
		start(context().work().worker("inbox", (worker) -> {
			this.runs++;
			throw new RestartNow("another configuration");
		}).restartOnFailure(Duration.ofSeconds(1)));
		this.stepped.run();
		for (int count = 0; count < 100; count++) {
			this.stepped.pass(Duration.ofSeconds(1));
			this.stepped.finish();
		}
		assertThat(this.runs).isEqualTo(100);
		assertThat(failures()).isEmpty();
	}

	@Test
	void hookWhenItFailsVeryOftenIsAFewLinesInTheLog(CapturedOutput output) {
		context().events().on(String.class, (event) -> work());
		for (int second = 0; second < 20; second++) {
			emit(1000);
			this.stepped.pass(Duration.ofSeconds(1));
		}
		assertThat(this.runs).isEqualTo(20_000);
		assertThat(failures()).hasSize(20_000);
		this.stepped.engine.stop();
		this.stepped.run();
		List<String> lines = output.toString().lines().filter((line) -> line.contains("hook 'String' failed")).toList();
		assertThat(lines).hasSizeLessThan(12).last().asString().endsWith("(20,000 times within 19 s in all)");
		assertThat(output.toString().lines().filter((line) -> line.contains("at "))).hasSizeLessThan(200);
	}

	private void work() {
		this.runs++;
		if (this.broken) {
			throw new IllegalStateException("refused");
		}
	}

	private void emit(int count) {
		for (int number = 0; number < count; number++) {
			context().events().emit("event");
			this.stepped.run();
		}
	}

	private void score() {
		CompletableFuture<Void> unused = context().work().start(MicroTask.low("score"), () -> {
			work();
			return null;
		});
		this.stepped.run();
	}

	private static void start(ServiceWorker worker) {
		CompletableFuture<Void> unused = worker.start();
	}

	private List<ServiceFailure> failures() {
		List<ServiceFailure> failures = new ArrayList<>();
		this.stepped.events(LifecycleEvent.WorkFailed.class).forEach((event) -> failures.add(event.failure()));
		return failures;
	}

	private Condition warning() {
		assertThat(warnings()).hasSize(1);
		return warnings().get(0);
	}

	private List<Condition> warnings() {
		return this.stepped.engine.snapshot("db").reports().conditions();
	}

	private ServiceContext context() {
		return Objects.requireNonNull(this.context);
	}

}
