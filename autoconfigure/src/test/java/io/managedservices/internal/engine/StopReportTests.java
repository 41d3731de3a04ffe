// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.graph.ServiceCallbacks.Callback;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for what those learn who start or stop services of which some fail.
 */
class StopReportTests {

	@Test
	void stopWhenSeveralCannotBeStoppedNamesEachWithTheReason() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").stop(failing("in use")).build(),
				TestService.named("b").build(), TestService.named("c").stop(failing("locked")).build());
		run(stepped, stepped.engine.start());
		ServiceException failure = failure(run(stepped, stepped.engine.stop()));
		assertThat(failure).hasMessageContainingAll("2 services could not be stopped", "Service 'a'", "in use",
				"Service 'c'", "locked");
		assertThat(failure.getService()).isNull();
		assertThat(failure.getSuppressed()).hasSize(2)
			.allSatisfy((each) -> assertThat(each).hasCauseInstanceOf(IllegalArgumentException.class));
	}

	@Test
	void stopOfNamedWhenSeveralCannotBeStoppedNamesEach() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").stop(failing("in use")).build(),
				TestService.named("b").build(), TestService.named("c").stop(failing("locked")).build());
		run(stepped, stepped.engine.start());
		ServiceException failure = failure(run(stepped, stepped.engine.stop("a", "b", "c")));
		assertThat(failure).hasMessageContainingAll("2 services could not be stopped", "Service 'a'", "Service 'c'");
	}

	@Test
	void stopWhenOneCannotBeStoppedIsAboutThatOne() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").stop(failing("in use")).build(),
				TestService.named("b").build());
		run(stepped, stepped.engine.start());
		ServiceException failure = failure(run(stepped, stepped.engine.stop()));
		assertThat(failure.getService()).isEqualTo("a");
		assertThat(failure.getKind()).isEqualTo(Kind.FAILED);
		assertThat(failure).hasRootCauseMessage("in use");
		assertThat(run(stepped, stepped.engine.stop())).isCompleted();
	}

	@Test
	void stopWhenStartHasFailedReportsNothing() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").prepare(failing("no directory")).build());
		run(stepped, stepped.engine.start());
		assertThat(run(stepped, stepped.engine.stop())).isCompleted();
	}

	@Test
	void startWhenSeveralCannotRunNamesAll() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("a").build(), TestService.named("b").build(),
				TestService.named("c").dependsOn("b").build(), TestService.named("d").dependsOn("a").build());
		run(stepped, stepped.engine.start());
		run(stepped, stepped.engine.stop("a", "b"));
		run(stepped, stepped.engine.stop());
		ServiceException failure = failure(run(stepped, stepped.engine.start()));
		assertThat(failure).hasMessageContainingAll("'a' was stopped", "'b' was stopped", "cannot run", "'c'", "'d'");
		assertThat(failure.getService()).isEqualTo("a");
		assertThat(failure.getSuppressed()).singleElement()
			.satisfies((other) -> assertThat(((ServiceException) other).getService()).isEqualTo("b"));
	}

	private static Callback failing(String message) {
		return (context) -> {
			throw new IllegalArgumentException(message);
		};
	}

	private static CompletableFuture<Void> run(SteppedEngine stepped, CompletableFuture<Void> future) {
		stepped.pass(Duration.ofMinutes(1));
		return future;
	}

	private static ServiceException failure(CompletableFuture<Void> future) {
		assertThat(future).isCompletedExceptionally();
		return (ServiceException) catchThrowableOfType(CompletionException.class, future::join).getCause();
	}

}
