// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ServiceEngine} with real threads and services that hang, are cancelled
 * or are waited for.
 */
class EngineUnderHangsTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();

	@AfterEach
	void release() {
		this.release.countDown();
	}

	@Test
	void startWhenServiceHangsPastItsTimeoutFailsAndTellsWhereItHangs() {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::hangInterruptibly, "50ms"));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> engine.start().get(10, TimeUnit.SECONDS))
			.havingCause()
			.withMessageContaining("The start of service 'a' did not return within PT0.05S: "
					+ "managed-services.services.a.start-timeout")
			.havingCause()
			.isInstanceOf(TimeoutException.class)
			.satisfies((failure) -> assertThat(failure.getStackTrace()).extracting("methodName")
				.contains("hangInterruptibly"));
		assertThat(this.log).containsExactly("start a", "interrupted", "stop a START_FAILED");
		assertThat(this.events).filteredOn(LifecycleEvent.Hanging.class::isInstance)
			.singleElement()
			.satisfies((event) -> assertThat(((LifecycleEvent.Hanging) event).stack()).extracting("methodName")
				.contains("hangInterruptibly"));
		assertStops(engine);
	}

	@Test
	void startWhenOldStartIsStillInsideIsNotCalledAgain() throws Exception {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::hangStubbornly, "50ms"));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> engine.start().get(10, TimeUnit.SECONDS));
		assertStops(engine);
		CompletableFuture<Void> again = engine.start();
		assertThat(engine.snapshot("a").state()).isEqualTo(ServiceState.WAITING);
		assertThat(this.log).containsExactly("start a");
		this.release.countDown();
		again.get(10, TimeUnit.SECONDS);
		assertThat(this.log).containsExactly("start a", "stop a START_FAILED", "start a");
		assertStops(engine);
	}

	@Test
	void stopWhenStartIsUnderWayInterruptsItAndCleansUp() throws Exception {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::nothing, "10s"),
				service("b", this::hangInterruptibly, "10s", "a"), service("c", this::nothing, "10s", "b"));
		CompletableFuture<Void> start = engine.start();
		Awaitility.await().until(() -> engine.snapshot("b").state() == ServiceState.STARTING);
		assertStops(engine);
		assertThat(start).failsWithin(Duration.ofSeconds(10));
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> start.get(10, TimeUnit.SECONDS));
		assertThat(this.log).filteredOn((line) -> line.startsWith("stop"))
			.containsExactly("stop b SHUTDOWN", "stop a SHUTDOWN");
		assertThat(engine.snapshots()).extracting("state").containsOnly(ServiceState.STOPPED);
	}

	@Test
	void stopWhenServiceIgnoresInterruptEndsAtShutdownTimeout() throws Exception {
		ServiceEngine engine = engine(
				new EngineSettings(Duration.ofMinutes(1), EngineSettings.OnFailure.FAIL, Duration.ofMillis(100)),
				service("a", this::nothing, "10s"), stopping("b", this::hangStubbornly, "a"));
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(engine.stop()).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withMessageContaining("'b' could not be stopped");
		assertThat(engine.snapshot("b").state()).isEqualTo(ServiceState.FAILED);
		Awaitility.await().untilAsserted(() -> {
			assertThat(this.log).contains("stop a SHUTDOWN");
			assertThat(this.events).filteredOn(LifecycleEvent.Stopped.class::isInstance)
				.singleElement()
				.satisfies(
						(event) -> assertThat(((LifecycleEvent.Stopped) event).abandoned()).containsExactly("b", "a"));
		});
	}

	@Test
	void stopWhenItFailsOnceIsTriedAgain() throws Exception {
		List<Integer> calls = new CopyOnWriteArrayList<>();
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, stopping("a", (context) -> {
			calls.add(calls.size());
			if (calls.size() == 1) {
				throw new IllegalStateException("not yet");
			}
		}));
		engine.start().get(10, TimeUnit.SECONDS);
		assertStops(engine);
		assertThat(calls).hasSize(2);
		assertThat(engine.snapshot("a").state()).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void getWhenServiceDoesNotRunInTimeTellsWhatItWaitsFor() {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::hangInterruptibly, "10s"),
				service("b", this::nothing, "10s", "a"));
		CompletableFuture<Void> start = engine.start();
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> engine.get("b", Service.class, Duration.ofMillis(20)))
			.withMessage("Service 'b' does not run within PT0.02S: WAITING for 'a' (STARTING)");
		assertThat(start).isNotDone();
		assertStops(engine);
	}

	@Test
	void getWhenNameOrTypeIsWrongFailsAtOnce() {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("database", this::nothing, "10s"));
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> engine.get("databse", Service.class, Duration.ofDays(1)))
			.withMessage("There is no service 'databse'. Did you mean 'database'?");
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> engine.get("database", String.class, Duration.ofDays(1)))
			.withMessage("Service 'database' has another type: expected 'java.lang.String', found '%s'."
				.formatted(Service.class.getName()));
	}

	@Test
	void getWhenServiceComesToRunReturnsIt() throws Exception {
		ServiceDefinition definition = service("a", this::awaitRelease, "10s");
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, definition);
		CompletableFuture<Void> start = engine.start();
		CompletableFuture<ServiceSnapshot> running = engine.whenRunning("a");
		assertThat(running).isNotDone();
		this.release.countDown();
		assertThat(engine.get("a", Service.class, Duration.ofSeconds(10))).isSameAs(definition.instance());
		assertThat(running.get(10, TimeUnit.SECONDS).state()).isEqualTo(ServiceState.RUNNING);
		start.get(10, TimeUnit.SECONDS);
		assertStops(engine);
	}

	@Test
	void getWhenWaitingThreadIsInterruptedIsReleased() throws Exception {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::awaitRelease, "10s"));
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		Thread waiting = new Thread(() -> {
			try {
				engine.get("a", Service.class, Duration.ofDays(1));
			}
			catch (InterruptedException ex) {
				failures.add(ex);
			}
		});
		waiting.start();
		Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
		waiting.interrupt();
		waiting.join(10_000);
		assertThat(failures).singleElement().isInstanceOf(InterruptedException.class);
	}

	@Test
	void whenRunningWhenServicesAreStoppedIsReleased() throws Exception {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::hangInterruptibly, "10s"));
		CompletableFuture<Void> start = engine.start();
		CompletableFuture<ServiceSnapshot> running = engine.whenRunning("a");
		assertStops(engine);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> running.get(10, TimeUnit.SECONDS))
			.withMessageContaining("Service 'a' does not run: all services are being stopped");
		assertThat(start).failsWithin(Duration.ofSeconds(10));
	}

	@Test
	void onEventWhenListenerThrowsOrStopsEverythingGoesOn() throws Exception {
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::nothing, "10s"));
		CompletableFuture<Boolean> stopped = new CompletableFuture<>();
		engine.addListener((event) -> {
			if (event instanceof LifecycleEvent.Started) {
				try {
					engine.stop().get(10, TimeUnit.SECONDS);
					stopped.complete(true);
				}
				catch (InterruptedException | ExecutionException | TimeoutException ex) {
					stopped.completeExceptionally(ex);
				}
			}
			throw new IllegalStateException("expected in this test");
		});
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void contextWhenAskedForWhatItDoesNotDependOnRefuses() throws Exception {
		List<Object> found = new CopyOnWriteArrayList<>();
		ServiceEngine engine = engine(EngineSettings.DEFAULTS, service("a", this::nothing, "10s"),
				service("x", this::nothing, "10s"), service("b", (context) -> {
					found.add(context.dependency("a", Service.class));
					assertThatIllegalArgumentException().isThrownBy(() -> context.dependency("x", Service.class))
						.withMessage("Service 'b' does not depend on 'x': add it to dependsOn of 'b'. "
								+ "It depends on [a].");
				}, "10s", "a"));
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(found).hasSize(1);
		assertStops(engine);
	}

	private void assertStops(ServiceEngine engine) {
		assertThat(engine.stop()).succeedsWithin(Duration.ofSeconds(10));
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.events).anyMatch(LifecycleEvent.Stopped.class::isInstance));
	}

	private void nothing(ServiceContext context) {
	}

	private void hangInterruptibly(ServiceContext context) throws InterruptedException {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			this.log.add("interrupted");
			throw ex;
		}
	}

	private void awaitRelease(ServiceContext context) throws InterruptedException {
		this.release.await();
	}

	private void hangStubbornly(ServiceContext context) {
		boolean released = false;
		while (!released) {
			try {
				this.release.await();
				released = true;
			}
			catch (InterruptedException ex) {
				assertThat(context.name()).isNotEmpty();
			}
		}
	}

	private ServiceEngine engine(EngineSettings settings, ServiceDefinition... definitions) {
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(definitions)), settings,
				ThreadBackend.platform());
		engine.addListener(this.events::add);
		return engine;
	}

	private ServiceDefinition service(String name, Action start, String startTimeout, String... dependencies) {
		return definition(name, new Service(name, start, this::nothing), startTimeout, 0, dependencies);
	}

	private ServiceDefinition stopping(String name, Action stop, String... dependencies) {
		return definition(name, new Service(name, this::nothing, stop), "10s", 1, dependencies);
	}

	private ServiceDefinition definition(String name, Service service, String startTimeout, int retries,
			String... dependencies) {
		List<ServiceDependency> edges = new ArrayList<>();
		for (String dependency : dependencies) {
			edges.add(new ServiceDependency(dependency, Kind.REQUIRED, "test"));
		}
		Duration timeout = DurationStyle.detectAndParse(startTimeout);
		RetrySettings retry = new RetrySettings(retries, Duration.ofMillis(1), 1, Duration.ofSeconds(1), Duration.ZERO,
				List.of());
		return ServiceDefinition.of(name, service,
				ServiceSettings.DEFAULTS.withTimeouts(timeout, timeout, Duration.ofMillis(200)).withRetry(retry),
				edges);
	}

	@FunctionalInterface
	private interface Action {

		void call(ServiceContext context) throws Exception;

	}

	private final class Service implements ServiceLifecycle {

		private final String name;

		private final Action start;

		private final Action stop;

		Service(String name, Action start, Action stop) {
			this.name = name;
			this.start = start;
			this.stop = stop;
		}

		@Override
		public void start(ServiceContext context) throws Exception {
			EngineUnderHangsTests.this.log.add("start " + this.name);
			this.start.call(context);
		}

		@Override
		public void stop(ServiceContext context) throws Exception {
			StopReason reason = context.stopReason();
			EngineUnderHangsTests.this.log.add("stop " + this.name + " " + reason);
			this.stop.call(context);
		}

	}

}
