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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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

	static class Reader {

		final Provided<String> provided;

		Reader(Provided<String> provided) {
			this.provided = provided;
		}

	}

}
