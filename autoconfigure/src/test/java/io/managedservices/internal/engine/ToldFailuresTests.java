// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceComponent;
import io.managedservices.ServiceContext;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.log.ServiceFailureListeners;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a {@link io.managedservices.work.ServiceFailureListener} hears of services
 * themselves: each failure once, with what has failed.
 */
class ToldFailuresTests {

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final IllegalStateException CAUSE = new IllegalStateException("refused");

	private final List<ServiceFailure> told = new ArrayList<>();

	private @Nullable ServiceContext context;

	private final TestService service = TestService.named("a").start((context) -> this.context = context);

	@Test
	void prepareWhenItThrowsIsToldOnce() {
		started(this.service.prepare((context) -> {
			throw CAUSE;
		}));
		assertThat(this.told).singleElement().satisfies((failure) -> {
			assertThat(failure.service()).isEqualTo("a");
			assertThat(failure.kind()).isEqualTo(WorkKind.SERVICE);
			assertThat(failure.name()).isEqualTo("prepare");
			assertThat(failure.what()).isEqualTo("prepare");
			assertThat(failure.cause()).isSameAs(CAUSE);
			assertThat(failure.stack()).isNotEmpty();
			assertThat(failure.severity()).isEqualTo(Severity.ERROR);
		});
	}

	@Test
	void prepareWhenItHangsIsToldOnce() {
		SteppedEngine stepped = engine(this.service.prepare((context) -> {
		}));
		stepped.hangNext();
		stepped.engine.start();
		stepped.pass(Duration.ofMinutes(10));
		assertThat(texts()).containsExactly("prepare ERROR TimeoutException");
	}

	@Test
	void startWhenEveryAttemptFailsIsToldForEachAttempt() {
		SteppedEngine stepped = started(this.service.start((context) -> {
			throw CAUSE;
		}));
		stepped.pass(Duration.ofMinutes(1));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(texts()).containsExactly("start WARNING IllegalStateException",
				"start WARNING IllegalStateException", "start WARNING IllegalStateException",
				"start ERROR IllegalStateException");
	}

	@Test
	void startWhenItHangsIsToldOnce() {
		SteppedEngine stepped = engine(this.service.start((context) -> {
		}));
		stepped.hangNext();
		stepped.engine.start();
		stepped.pass(Duration.ofMinutes(2).plusSeconds(1));
		assertThat(texts()).first().isEqualTo("start WARNING TimeoutException");
		assertThat(this.told).filteredOn((failure) -> failure.name().equals("start")).hasSize(1);
	}

	@Test
	void failWhenServiceIsStartingIsToldOnceAsItsStart() {
		started(this.service.start((context) -> {
			context.fail(CAUSE);
			throw CAUSE;
		}));
		assertThat(texts()).containsExactly("start WARNING IllegalStateException");
	}

	@Test
	void failWhenServiceRunsIsToldOnceForEachAndTellsTheLastAsError() {
		SteppedEngine stepped = started(this.service);
		for (int count = 0; count <= 5; count++) {
			Objects.requireNonNull(this.context).fail(CAUSE);
			stepped.pass(Duration.ofMinutes(1));
		}
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.FAILED);
		assertThat(texts()).hasSize(6).startsWith("run WARNING IllegalStateException");
		assertThat(this.told).last().satisfies((failure) -> {
			assertThat(failure.name()).isEqualTo("run");
			assertThat(failure.severity()).isEqualTo(Severity.ERROR);
			assertThat(failure.cause()).isInstanceOf(ServiceException.class)
				.hasMessageContaining("restart.max-restarts")
				.hasCause(CAUSE);
		});
	}

	@Test
	void failWhenOperatorSaysSoIsToldOnce() {
		SteppedEngine stepped = started(this.service);
		stepped.engine.fail("a", CAUSE);
		stepped.runTasks();
		assertThat(texts()).containsExactly("run WARNING IllegalStateException");
	}

	@Test
	void stopWhenItThrowsIsToldForEachAttempt() {
		SteppedEngine stepped = started(this.service.stop((context) -> {
			throw CAUSE;
		}));
		stepped.engine.perform(ServiceAction.STOP, "a");
		stepped.pass(Duration.ofMinutes(1));
		assertThat(texts()).hasSize(4)
			.startsWith("stop WARNING IllegalStateException")
			.endsWith("stop ERROR IllegalStateException");
	}

	@Test
	void stopWhenItHangsIsToldOnce() {
		SteppedEngine stepped = started(this.service.stop((context) -> {
		}));
		stepped.hangNext();
		stepped.engine.perform(ServiceAction.STOP, "a");
		stepped.pass(Duration.ofMinutes(1));
		assertThat(texts()).containsExactly("stop ERROR TimeoutException");
	}

	@Test
	void checkWhenItFailsIsToldForEachRound() {
		SteppedEngine stepped = started(this.service.checkHealth(() -> {
			throw CAUSE;
		}).health(INTERVAL, Duration.ofSeconds(1)));
		stepped.pass(INTERVAL.multipliedBy(2));
		assertThat(texts()).containsExactly("check WARNING IllegalStateException",
				"check WARNING IllegalStateException", "check WARNING IllegalStateException");
	}

	@Test
	void checkWhenBothFailTellsBoth() {
		started(this.service.checkReady(() -> {
			throw new IllegalArgumentException("not ready");
		}).checkHealth(() -> {
			throw CAUSE;
		}).health(INTERVAL, Duration.ofSeconds(1)));
		assertThat(texts()).containsExactly("check WARNING IllegalArgumentException",
				"check WARNING IllegalStateException");
	}

	@Test
	void checkWhenComponentFailsNamesIt() {
		started(this.service.start((context) -> context.component("pool", new ServiceComponent() {

			@Override
			public void checkReady() {
				throw CAUSE;
			}

		})).health(INTERVAL, Duration.ofSeconds(1)));
		assertThat(this.told).singleElement()
			.satisfies((failure) -> assertThat(failure.cause()).hasMessageContaining("a.pool").hasCause(CAUSE));
	}

	@Test
	void checkWhenItHangsIsToldOnceForARound() {
		SteppedEngine stepped = engine(this.service.checkReady(() -> {
		}).checkHealth(() -> {
		}).health(INTERVAL, Duration.ofSeconds(1)));
		stepped.engine.start();
		stepped.runTasks();
		stepped.hangNext();
		stepped.pass(INTERVAL.plusSeconds(2));
		assertThat(texts()).containsExactly("check WARNING TimeoutException");
	}

	@Test
	void checkWhenItFailsTheServiceIsToldOnce() {
		SteppedEngine stepped = started(this.service.checkHealth(() -> {
			throw CAUSE;
		}).health(INTERVAL, Duration.ofSeconds(1)).failureThreshold(1));
		assertThat(stepped.engine.snapshot("a").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(texts()).containsExactly("check WARNING IllegalStateException");
	}

	@Test
	void watchdogWhenThereIsNoBeatIsTold() {
		SteppedEngine stepped = started(this.service.watchdog(Duration.ofSeconds(5)));
		stepped.pass(Duration.ofSeconds(6));
		assertThat(texts()).startsWith("run WARNING TimeoutException");
	}

	@Test
	void reportErrorIsToldOnceAlsoAfterTheEnd() {
		SteppedEngine stepped = started(this.service);
		Objects.requireNonNull(this.context).reportError(CAUSE);
		stepped.engine.perform(ServiceAction.STOP, "a");
		stepped.runTasks();
		Objects.requireNonNull(this.context).reportError(CAUSE);
		stepped.runTasks();
		assertThat(texts()).containsExactly("error WARNING IllegalStateException",
				"error WARNING IllegalStateException");
	}

	@Test
	void quiesceWhenItThrowsIsToldOnce() {
		SteppedEngine stepped = started(this.service.quiesce((context) -> {
			throw CAUSE;
		}));
		stepped.engine.quiesce();
		stepped.runTasks();
		assertThat(texts()).containsExactly("quiesce ERROR IllegalStateException");
		assertThat(this.told.get(0).cause()).isSameAs(CAUSE);
	}

	@Test
	void quiesceWhenItHangsIsToldOnce() {
		SteppedEngine stepped = started(this.service.quiesce((context) -> {
		}));
		stepped.hangNext();
		stepped.engine.quiesce();
		stepped.pass(Duration.ofMinutes(1));
		assertThat(texts()).containsExactly("quiesce ERROR TimeoutException");
		assertThat(this.told.get(0).cause()).isInstanceOf(TimeoutException.class)
			.hasMessageEndingWith("half of managed-services.shutdown.timeout");
	}

	private List<String> texts() {
		return this.told.stream()
			.map((failure) -> "%s %s %s".formatted(failure.name(), failure.severity(),
					failure.cause().getClass().getSimpleName()))
			.toList();
	}

	private SteppedEngine started(TestService... services) {
		SteppedEngine stepped = engine(services);
		stepped.engine.start();
		stepped.runTasks();
		return stepped;
	}

	private SteppedEngine engine(TestService... services) {
		SteppedEngine stepped = new SteppedEngine(0, EngineSettings.DEFAULTS,
				List.of(services).stream().map(TestService::build).toList());
		stepped.engine.addListener(new ServiceFailureListeners(List.of(this.told::add), System::nanoTime));
		return stepped;
	}

}
