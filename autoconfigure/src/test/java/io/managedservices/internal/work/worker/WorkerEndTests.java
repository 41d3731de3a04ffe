// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.managedservices.ServiceContext;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.RestartNow;
import io.managedservices.work.ServiceFailure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for what a worker may throw to be restarted at once, or to end.
 */
class WorkerEndTests {

	private int runs;

	private @Nullable CompletableFuture<Void> future;

	private @Nullable ServiceContext other;

	private final SteppedWork stepped = new SteppedWork(SteppedWork.service("other", (context) -> this.other = context),
			SteppedWork.service("db", (context) -> this.context = context));

	private @Nullable ServiceContext context;

	private void start(Exception thrown) {
		this.stepped.start();
		this.future = Objects.requireNonNull(this.context).work().worker("listen", (worker) -> {
			this.runs++;
			if (this.runs == 1) {
				throw thrown;
			}
		}).restartOnFailure(Duration.ofSeconds(1)).start();
		this.stepped.run();
	}

	private List<ServiceFailure> failures() {
		return this.stepped.engine.work("db").failures();
	}

	static List<Exception> restarts() {
		RestartNow wish = new RestartNow("another configuration");
		return List.of(wish, new CompletionException(wish), new UndeclaredThrowableException(wish),
				new IllegalStateException("wrapped", new ExecutionException(wish)));
	}

	@ParameterizedTest
	@MethodSource("restarts")
	void restartNowWhenAmongCausesRestartsAtOnce(Exception thrown) {
		start(thrown);
		assertThat(this.runs).isEqualTo(2);
		assertThat(failures()).isEmpty();
	}

	static List<Exception> cancellations() {
		return List.of(new CancellationException("enough"), new ExecutionException(new CancellationException("enough")),
				new CompletionException(new CancellationException("enough")));
	}

	@ParameterizedTest
	@MethodSource("cancellations")
	void cancellationWhenOfItsOwnEndsItWithAHint(Exception thrown) {
		start(thrown);
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.runs).isOne();
		assertThat(this.stepped.engine.work("db").workers()).isEmpty();
		assertThat(this.future).isCancelled();
		assertThat(failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.severity()).isEqualTo(Severity.HINT);
			assertThat(failure.cause()).hasMessageContaining(
					"Worker 'listen' of service 'db' has ended by a cancellation of its own, and is not restarted: ")
				.hasMessageContaining("enough");
		});
	}

	@Test
	void cancellationWhenOnlyAmongOtherCausesIsAFailure() {
		start(new IllegalStateException("connection closed", new CancellationException()));
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.runs).isEqualTo(2);
		assertThat(failures()).extracting(ServiceFailure::severity).containsExactly(Severity.WARNING);
	}

	@Test
	void cancellationWhenOfAnotherServiceThatStopsIsAFailure() {
		this.stepped.start();
		ServiceContext stopped = Objects.requireNonNull(this.other);
		this.stepped.engine.perform(ServiceAction.STOP, "other");
		this.stepped.run();
		Exception refused = (Exception) catchThrowable(() -> stopped.work().run(MicroTask.high("read"), () -> "value"));
		assertThat(refused).isInstanceOf(CancellationException.class);
		start(refused);
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.runs).isEqualTo(2);
	}

	@Test
	void cancellationWhenFutureOfAnotherServiceThatStopsIsAFailure() {
		this.stepped.start();
		ServiceContext stopped = Objects.requireNonNull(this.other);
		this.stepped.hold((unit) -> true);
		CompletableFuture<Void> worker = stopped.work().worker("w", (context) -> {
		}).start();
		this.stepped.run();
		this.stepped.engine.perform(ServiceAction.STOP, "other");
		this.stepped.finish();
		this.stepped.hold((unit) -> false);
		Exception cancelled = (Exception) catchThrowable(worker::join);
		assertThat(cancelled).isInstanceOf(CancellationException.class);
		start(cancelled);
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.runs).isEqualTo(2);
	}

	@Test
	void cancellationWhenMicroTaskOfItsOwnWasCancelledEndsIt() {
		this.stepped.start();
		CompletableFuture<String> task = Objects.requireNonNull(this.context)
			.work()
			.start(MicroTask.high("read"), () -> "value");
		task.cancel(true);
		start((Exception) catchThrowable(task::join));
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.runs).isOne();
	}

}
