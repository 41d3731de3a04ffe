// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.managedservices.Provided;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * What grafov/service exports, and what it is here.
 */
class GrafovParityTests {

	private final SmallApplication application = new SmallApplication();

	private final AtomicInteger version = new AtomicInteger();

	private ServiceRegistration configurator() {
		return this.application
			.service("configurator", (context) -> context.provide("version " + this.version.incrementAndGet()))
			.provides(String.class);
	}

	private ServiceRegistration client() {
		return this.application
			.service("client",
					(context) -> this.application.journal.add(context.dependency("configurator", String.class)))
			.dependsOn("configurator");
	}

	@Test
	@Export({ "Provide", "Ready" })
	void valueIsProvidedAtTheStart() {
		this.application.with(configurator())
			.run((running) -> assertThat(running.services().provided("configurator", String.class))
				.isEqualTo("version 1"));
	}

	@Test
	@Export({ "WaitFor", "WaitForService" })
	void dependentStartsWithTheValue() {
		this.application.with(client(), configurator())
			.run((running) -> assertThat(this.application.journal).containsExactly("start configurator", "version 1",
					"start client"));
	}

	@Test
	@Export({ "Provide", "WaitFor" })
	void nameThatIsNotThereYetIsWaitedFor() {
		this.application.with(this.application.service("other")).run((running) -> {
			CompletableFuture<String> value = running.services().lenient().whenProvided("later", String.class);
			running.settle();
			assertThat(value).isNotDone();
			running.services()
				.register(this.application.service("later", (context) -> context.provide("version 1"))
					.provides(String.class));
			running.settle();
			assertThat(value).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("version 1");
		});
	}

	@Test
	@Export({ "Fail", "Failed" })
	void restartTakesDependentsAlong() {
		this.application.with(client(), configurator()).run((running) -> {
			running.services().restart("configurator");
			running.settle();
			assertThat(this.application.journal.subList(3, 8)).containsExactly("stop client", "stop configurator",
					"start configurator", "version 2", "start client");
			running.services().fail("configurator", new IOException("lost"));
			running.advance(Duration.ofMinutes(1));
			assertThat(this.application.journal).endsWith("stop client", "stop configurator", "start configurator",
					"version 3", "start client");
		});
	}

	@Test
	@Export({ "Fail", "Failed" })
	void failureGoesThroughTheChainAndStopsEachOnce() {
		this.application.with(this.application.service("base"), this.application.service("left").dependsOn("base"),
				this.application.service("right").dependsOn("base"),
				this.application.service("top").dependsOn("left", "right", "base"), this.application.service("other"))
			.run((running) -> {
				this.application.journal.clear();
				running.services().fail("base", new IOException("lost"));
				running.advance(Duration.ofMinutes(1));
				assertThat(this.application.journal).hasSize(8)
					.doesNotHaveDuplicates()
					.startsWith("stop top")
					.endsWith("start top")
					.containsSubsequence("stop left", "stop base", "start base", "start left")
					.containsSubsequence("stop right", "stop base", "start base", "start right");
				running.services().stop("base").join();
				assertThat(running.services().fail("base", new IOException("lost")))
					.failsWithin(Duration.ofSeconds(10));
			});
	}

	@Test
	@Export("GetCancelable")
	void waitForValueIsCancelledAlone() {
		this.application.with(this.application.service("configurator", (context) -> {
			if (context.attempt() == 1) {
				throw new IOException("refused");
			}
			context.provide("version 1");
		}).provides(String.class)).with(Reader.class).run((running) -> {
			Provided<String> provided = running.bean(Reader.class).provided;
			assertThat(provided.getIfAvailable()).isNull();
			CompletableFuture<String> given = provided.whenProvided();
			CompletableFuture<String> value = provided.whenProvided();
			assertThat(given.cancel(true)).isTrue();
			running.advance(Duration.ofSeconds(2));
			assertThat(value).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("version 1");
			assertThat(given).isCancelled();
		});
	}

	@Test
	@Export({ "Get", "GetCancelable" })
	void valueIsReadOrWaitedFor() {
		this.application.with(configurator()).with(Reader.class).run((running) -> {
			Provided<String> provided = running.bean(Reader.class).provided;
			assertThat(provided.get()).isEqualTo("version 1");
			running.services().stop("configurator").join();
			assertThatExceptionOfType(ServiceException.class).isThrownBy(provided::get);
			running.services().start("configurator");
			CompletableFuture<String> later = provided.whenProvided();
			running.settle();
			assertThat(later).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("version 2");
		});
	}

	@Test
	@Export("List")
	void snapshotsListServicesAndDependents() {
		this.application.with(client(), configurator()).run((running) -> {
			assertThat(running.services().snapshots()).extracting(ServiceSnapshot::name)
				.containsExactlyInAnyOrder("client", "configurator");
			assertThat(running.services().neededBy("configurator")).contains("client");
		});
	}

	@Test
	@Export({ "EnterActionHook", "ExitActionHook" })
	void listenerSeesEachChange() {
		this.application.with(configurator())
			.run((running) -> await().untilAsserted(() -> assertThat(this.application.events)
				.hasAtLeastOneElementOfType(LifecycleEvent.StateChanged.class)));
	}

	@Test
	@Export({ "EnterActionHook", "ExitActionHook" })
	void listenerSeesEachStateEnteredAndLeftInItsOrder() {
		this.application.with(configurator()).run((running) -> {
			running.services().stop("configurator");
			running.settle();
			await().untilAsserted(
					() -> assertThat(this.application.events).filteredOn(LifecycleEvent.StateChanged.class::isInstance)
						.extracting(LifecycleEvent.StateChanged.class::cast)
						.extracting(LifecycleEvent.StateChanged::previous, (event) -> event.service().state())
						.endsWith(tuple(ServiceState.STOPPED, ServiceState.STARTING),
								tuple(ServiceState.STARTING, ServiceState.RUNNING),
								tuple(ServiceState.RUNNING, ServiceState.STOPPING),
								tuple(ServiceState.STOPPING, ServiceState.STOPPED)));
		});
	}

	static class Reader {

		final Provided<String> provided;

		Reader(Provided<String> provided) {
			this.provided = provided;
		}

	}

}
