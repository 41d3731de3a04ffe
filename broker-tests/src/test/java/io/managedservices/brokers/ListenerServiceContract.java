// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import io.managedservices.ManagedServices;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener with {@code @DependsOnService} does, over whatever broker: no message
 * is lost or comes twice, whatever happens to the store that it depends on.
 */
@Timeout(120)
abstract class ListenerServiceContract {

	private static final List<String> FIRST = IntStream.range(0, 20).mapToObj((number) -> "vote " + number).toList();

	private static final List<String> LATER = IntStream.range(20, 40).mapToObj((number) -> "vote " + number).toList();

	private static final List<String> ALL = IntStream.range(0, 40).mapToObj((number) -> "vote " + number).toList();

	@BeforeAll
	static void waitLong() {
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
	}

	/**
	 * The application, whose listener has the id {@code votes}, and listens to what the
	 * properties {@code broker} and {@code destination} name.
	 */
	abstract Class<?> application();

	abstract String broker();

	abstract void send(String destination, String message);

	/** The container of the listener. */
	abstract SmartLifecycle container(ConfigurableApplicationContext context);

	/** What starts and stops all containers. */
	abstract SmartLifecycle registry(ConfigurableApplicationContext context);

	@Test
	void operatorStopsAndStartsStoreAndNothingIsLostOrRepeated() {
		try (ConfigurableApplicationContext context = run("operated")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Store store = store(context);
			assertThat(services.snapshot("votes").service().dependencies()).extracting("name").containsExactly("store");
			assertThat(container(context).isAutoStartup()).isFalse();
			FIRST.forEach((message) -> send("operated", message));
			Awaitility.await().until(() -> store.messages().size() >= 3);
			services.perform(ServiceAction.STOP, "store").join();
			assertThat(container(context).isRunning()).isFalse();
			assertThat(services.snapshot("votes").state()).isEqualTo(ServiceState.WAITING);
			List<String> before = store.messages();
			LATER.forEach((message) -> send("operated", message));
			Awaitility.await().during(Duration.ofMillis(300)).until(() -> store.messages().equals(before));
			services.perform(ServiceAction.START, "store").join();
			assertSaved(store, ALL);
		}
	}

	@Test
	void storeFailsAndNothingIsLostOrRepeated() {
		try (ConfigurableApplicationContext context = run("failed")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Store store = store(context);
			FIRST.forEach((message) -> send("failed", message));
			Awaitility.await().until(() -> store.messages().size() >= 3);
			Instant before = services.snapshot("store").timings().startedAt();
			store.failNext();
			LATER.forEach((message) -> send("failed", message));
			assertSaved(store, ALL);
			assertThat(services.snapshot("store").timings().startedAt()).isAfter(before);
			assertThat(services.isReady()).isTrue();
		}
	}

	@Test
	void containerThatHasStoppedByItselfIsRestarted() {
		try (ConfigurableApplicationContext context = run("stopped")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Store store = store(context);
			Instant before = services.snapshot("votes").timings().startedAt();
			container(context).stop();
			FIRST.forEach((message) -> send("stopped", message));
			assertSaved(store, FIRST);
			assertThat(services.snapshot("votes").timings().startedAt()).isAfter(before);
		}
	}

	@Test
	void contextThatStartsAgainLeavesListenerOfStoppedStoreAlone() {
		try (ConfigurableApplicationContext context = run("paused", "managed-services.services.store.required=false",
				"managed-services.services.votes.required=false")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			services.whenRunning("votes").join();
			services.perform(ServiceAction.STOP, "store").join();
			context.stop();
			context.start();
			assertThat(container(context).isRunning()).isFalse();
			services.perform(ServiceAction.START, "store").join();
			Awaitility.await().until(() -> container(context).isRunning());
			assertThat(registry(context).isRunning()).isTrue();
		}
	}

	@Test
	void contextThatStartsAgainLeavesListenerThatWasNeverStartedAlone() {
		try (ConfigurableApplicationContext context = run("unstarted", "managed-services.startup.mode=manual")) {
			context.stop();
			context.start();
			assertThat(container(context).isRunning()).isFalse();
			context.getBean(ManagedServices.class).start().join();
			assertThat(container(context).isRunning()).isTrue();
		}
	}

	@Test
	void terminatedProcessLosesAndRepeatsNothing(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("saved");
		Files.createFile(file);
		Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), ListenerProcess.class.getName(), application().getName(),
				broker(), "terminated", file.toString()))
			.redirectErrorStream(true)
			.redirectOutput(new File(directory.toFile(), "log"))
			.start();
		try {
			FIRST.forEach((message) -> send("terminated", message));
			Awaitility.await().until(() -> Files.readAllLines(file).size() >= 3);
			process.destroy();
			LATER.forEach((message) -> send("terminated", message));
			assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
			assertThat(process.exitValue()).isEqualTo(143);
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(Files.readString(directory.resolve("log"))).contains("Stopped service 'votes'")
			.contains("Stopped service 'store'");
		List<String> saved = new ArrayList<>(Files.readAllLines(file));
		try (ConfigurableApplicationContext context = run("terminated")) {
			Store store = store(context);
			Awaitility.await()
				.during(Duration.ofMillis(300))
				.until(() -> saved.size() + store.messages().size() >= ALL.size());
			saved.addAll(store.messages());
		}
		assertThat(saved).containsExactlyInAnyOrderElementsOf(ALL);
	}

	private static void assertSaved(Store store, List<String> messages) {
		Awaitility.await().during(Duration.ofMillis(300)).until(() -> store.messages().size() >= messages.size());
		assertThat(store.messages()).containsExactlyInAnyOrderElementsOf(messages);
	}

	private static Store store(ConfigurableApplicationContext context) {
		return context.getBean(Store.class);
	}

	private ConfigurableApplicationContext run(String destination, String... properties) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(application())
			.web(WebApplicationType.NONE)
			.properties(properties)
			.properties("managed-services.defaults.restart.delay=10ms",
					"managed-services.defaults.health.interval=50ms")
			.run("--broker=" + broker(), "--destination=" + destination);
		store(context).letGo(1_000);
		return context;
	}

}
