// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.internal.engine.BreakableBackend.Part;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for an engine whose coordinator fails.
 */
@Timeout(60)
class BreakdownTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final List<String> journal = new CopyOnWriteArrayList<>();

	/** No timer is left of the start. */
	private static final EngineSettings QUIET = new EngineSettings(Duration.ofMinutes(5), EngineSettings.OnFailure.FAIL,
			Duration.ofSeconds(25), 10_000, Duration.ZERO);

	private final BreakableBackend backend = new BreakableBackend();

	private final ServiceEngine engine = engine(QUIET);

	private ServiceEngine engine(EngineSettings settings) {
		return new ServiceEngine(ServiceGraph.of(List.of(service("database").build(),
				service("pollBook").dependsOn("database").build(), service("tally").dependsOn("pollBook").build(),
				service("idle").activation(Activation.DISABLED).build())), settings, this.backend);
	}

	private TestService service(String name) {
		return TestService.named(name)
			.start((context) -> this.journal.add("start " + name))
			.stop((context) -> this.journal.add("stop " + name));
	}

	@AfterEach
	void repair() {
		this.backend.broken = Part.NONE;
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void stopWhenSomethingIsBrokenStopsServicesInOrder(Part part) {
		assertThat(this.engine.start()).succeedsWithin(LIMIT);
		this.backend.broken = part;
		assertThat(this.engine.stop()).succeedsWithin(LIMIT);
		assertStoppedInOrder();
		assertThat(this.engine.stop()).succeedsWithin(LIMIT);
		assertThat(this.journal).hasSize(6);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void stopWhenSomethingBreaksMeanwhileStopsServicesInOrder(Part part) {
		assertThat(this.engine.start()).succeedsWithin(LIMIT);
		this.engine.addListener((event) -> {
			if (event instanceof LifecycleEvent.Stopping) {
				this.backend.broken = part;
			}
		});
		assertThat(this.engine.stop()).succeedsWithin(LIMIT);
		assertStoppedInOrder();
	}

	@Test
	void startWhenThereIsNoThreadForTheAlarmFailsAndLeavesNothingRunning() {
		this.backend.broken = Part.OPENING;
		assertThat(this.engine.start()).failsWithin(LIMIT)
			.withThrowableThat()
			.withMessageContaining("no OPENING today");
		assertThat(this.engine.stop()).succeedsWithin(LIMIT);
		assertThat(this.journal).isEmpty();
	}

	@Test
	void waitersWhenClockIsBrokenAreCompleted() {
		assertThat(this.engine.start()).succeedsWithin(LIMIT);
		CompletableFuture<?> provided = this.engine.whenProvided("database", Object.class);
		this.backend.broken = Part.NANO_TIME;
		assertThat(this.engine.stop()).succeedsWithin(LIMIT);
		assertFails(provided);
		assertFails(this.engine.whenRunning("tally"));
		assertFails(this.engine.start());
		assertFails(this.engine.quiesce());
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.engine.neededBy("database"));
	}

	// Not that it does not end.
	private static void assertFails(CompletableFuture<?> future) {
		assertThat(future.handle((result, failure) -> failure != null)).succeedsWithin(LIMIT).isEqualTo(true);
	}

	@Test
	void failureOfCoordinatorIsHandedOverOnce() throws Exception {
		CompletableFuture<Throwable> handled = new CompletableFuture<>();
		this.engine.onBreakdown(handled::complete);
		assertThat(this.engine.start()).succeedsWithin(LIMIT);
		this.backend.broken = Part.INSTANT;
		CompletableFuture<Void> unused = this.engine.fail("tally", new IllegalStateException("planted"));
		assertThat(handled.get(20, TimeUnit.SECONDS)).hasMessage("no INSTANT today");
		this.backend.broken = Part.NONE;
		assertThat(this.engine.stop()).succeedsWithin(LIMIT);
		assertThat(this.engine.snapshots()).allMatch((service) -> service.state() != ServiceState.RUNNING);
		assertStoppedInOrder();
	}

	@Test
	void failureOfCoordinatorWhenNobodyHandlesItStopsServices() {
		assertThat(this.engine.start()).succeedsWithin(LIMIT);
		this.backend.broken = Part.ALARM;
		CompletableFuture<Void> unused = this.engine.perform(ServiceAction.RESTART, "tally");
		Awaitility.await().untilAsserted(() -> assertThat(this.journal).contains("stop database"));
	}

	@Test
	void timesThatAreTooLongToBeCountedAreWaitedFor() {
		Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
		ServiceEngine patient = engine(new EngineSettings(forEver, EngineSettings.OnFailure.FAIL, forEver));
		assertThat(patient.start()).succeedsWithin(LIMIT);
		assertThat(patient.quiesce()).succeedsWithin(LIMIT);
		assertThat(patient.stop()).succeedsWithin(LIMIT);
		assertStoppedInOrder();
	}

	private void assertStoppedInOrder() {
		assertThat(this.journal).containsExactly("start database", "start pollBook", "start tally", "stop tally",
				"stop pollBook", "stop database");
	}

}
