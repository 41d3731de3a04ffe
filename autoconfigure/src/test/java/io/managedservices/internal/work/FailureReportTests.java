// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.ServiceContext;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told of a failure in any kind of work.
 */
class FailureReportTests {

	private final IllegalStateException cause = new IllegalStateException("test");

	private final AtomicReference<@Nullable ServiceContext> context = new AtomicReference<>();

	private final SteppedWork stepped = stepped();

	private SteppedWork stepped() {
		WorkSettings defaults = WorkSettings.DEFAULTS;
		WorkSettings settings = new WorkSettings(2, defaults.longTask(), 2, defaults.mediumMaxDelay(),
				defaults.lowMaxDelay(), 50, 2);
		return new SteppedWork(0, settings, null, List.of(SteppedWork.service("db", this.context::set))).start();
	}

	private ServiceContext service() {
		return Objects.requireNonNull(this.context.get());
	}

	private void fail() {
		throw this.cause;
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "ITEM", "SERVICE" })
	void workWhenItThrowsTellsAllOfItsFailureOnce(WorkKind kind) {
		String name = begin(kind);
		this.stepped.pass(Duration.ofSeconds(1));
		List<ServiceFailure> told = this.stepped.events(LifecycleEvent.WorkFailed.class)
			.stream()
			.map(LifecycleEvent.WorkFailed::failure)
			.toList();
		assertThat(told).singleElement().satisfies((failure) -> {
			assertThat(failure.service()).isEqualTo("db");
			assertThat(failure.kind()).isEqualTo(kind);
			assertThat(failure.name()).isEqualTo(name);
			assertThat(failure.cause()).isSameAs(this.cause);
			assertThat(failure.stack()).isEqualTo(Arrays.asList(this.cause.getStackTrace()));
			assertThat(failure.time()).isBetween(this.stepped.backend.instant().minusSeconds(1),
					this.stepped.backend.instant());
			assertThat(failure.severity()).isEqualTo(Severity.ERROR);
		});
		assertThat(this.stepped.engine.work("db").failures()).isEqualTo(told);
	}

	private String begin(WorkKind kind) {
		switch (kind) {
			case WORKER -> {
				CompletableFuture<Void> unused = service().work().worker("it", (worker) -> fail()).start();
			}
			case TASK -> service().work().task("it", this::fail).queue();
			case MICRO_TASK -> {
				CompletableFuture<Object> unused = service().work().start(MicroTask.low("it"), () -> {
					throw this.cause;
				});
			}
			case TICKER -> service().work().every("it", Duration.ofSeconds(1), this::fail);
			default -> {
				service().events().on(String.class, (event) -> fail());
				service().events().emit("event");
				return "String";
			}
		}
		return "it";
	}

	@Test
	void failuresWhenThereAreManyAreTheLastOfThem() {
		for (int number = 1; number <= 3; number++) {
			service().work().task("t" + number, this::fail).queue();
			this.stepped.run();
		}
		WorkSnapshot work = this.stepped.engine.work("db");
		assertThat(work.failures()).extracting(ServiceFailure::name).containsExactly("t3", "t2");
		assertThat(this.stepped.events(LifecycleEvent.WorkFailed.class)).hasSize(3);
	}

}
