// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.managedservices.event.EventRefusedException;
import io.managedservices.event.EventRefusedException.Reason;
import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.internal.work.core.ScopeAccess;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What work throws because it was asked to end is no failure, whatever it is wrapped in.
 */
class ToldToEndTests {

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	private SteppedWork stepped = new SteppedWork();

	@BeforeEach
	void start() {
		this.stepped = new SteppedWork(SteppedWork.service("polls", (context) -> this.work.set(context.work())))
			.start();
	}

	static List<Exception> interrupts() {
		return List.of(new InterruptedException(), new CancellationException(), new ClosedByInterruptException(),
				new InterruptedIOException(), new SocketException("Closed by interrupt"),
				new AsynchronousCloseException(), new UncheckedIOException(new InterruptedIOException()),
				new IllegalStateException("wrapped", new CompletionException(new InterruptedException())));
	}

	static List<Exception> failures() {
		IllegalStateException first = new IllegalStateException("first");
		IllegalStateException second = new IllegalStateException("second", first);
		first.initCause(second);
		return List.of(new IllegalStateException("no votes"), new SocketTimeoutException("Read timed out"),
				new SocketException("Connection reset"), new UncheckedIOException(new IOException("disk")), first);
	}

	@ParameterizedTest
	@MethodSource("interrupts")
	void taskWhenToldToEndHasNotFailed(Exception thrown) {
		this.work.get().task("count", () -> stopAndThrow(thrown)).queue();
		this.stepped.run();
		assertFailures(0);
	}

	@ParameterizedTest
	@MethodSource("interrupts")
	void microTaskWhenToldToEndHasNotFailed(Exception thrown) {
		this.work.get().start(MicroTask.high("score"), () -> {
			stopAndThrow(thrown);
			return "";
		});
		this.stepped.run();
		assertFailures(0);
	}

	@ParameterizedTest
	@MethodSource("interrupts")
	void taskWhenNotToldToEndHasFailed(Exception thrown) {
		this.work.get().task("count", () -> {
			throw thrown;
		}).queue();
		this.work.get().start(MicroTask.high("score"), () -> {
			throw thrown;
		});
		this.stepped.run();
		assertFailures(2);
	}

	@ParameterizedTest
	@MethodSource("failures")
	void taskWhenItFailsOtherwiseHasFailed(Exception thrown) {
		this.work.get().task("count", () -> stopAndThrow(thrown)).queue();
		this.stepped.run();
		assertFailures(1);
	}

	@ParameterizedTest
	@MethodSource("interrupts")
	void taskWhenItHearsOfTheEndBeforeItIsInterruptedHasNotFailed(Exception thrown) {
		assertEnded(this.work.get().task("count", () -> {
			throw thrown;
		}), 0);
	}

	@ParameterizedTest
	@MethodSource("interrupts")
	void taskThatIsToFinishWhenItHearsOfTheEndHasFailed(Exception thrown) {
		assertEnded(this.work.get().task("count", () -> {
			throw thrown;
		}).finishOnStop(), 1);
	}

	private void assertEnded(ServiceTask task, int failures) {
		this.stepped.hold((unit) -> true);
		task.queue();
		this.stepped.run();
		ScopeAccess.close(this.stepped.held().element().scope());
		this.stepped.finish();
		assertFailures(failures);
	}

	@Test
	void taskWhenItsEventIsRefusedSinceItStopsHasNotFailed() {
		List<Refusal> refusals = List.of(new Refusal("mail", Reason.NOT_RUNNING),
				new Refusal("log", Reason.SOURCE_STOPS));
		this.work.get()
			.task("count", () -> stopAndThrow(new EventRefusedException("polls", "closed", refusals)))
			.queue();
		this.stepped.run();
		assertFailures(0);
	}

	private void stopAndThrow(Exception thrown) throws Exception {
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		assertThat(this.stepped.state("polls")).isEqualTo(ServiceState.STOPPING);
		throw thrown;
	}

	private void assertFailures(int count) {
		assertThat(this.stepped.engine.work("polls").allFailures().count()).isEqualTo(count);
	}

}
