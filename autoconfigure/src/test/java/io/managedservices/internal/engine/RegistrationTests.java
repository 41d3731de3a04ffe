// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceRegistry.Dependents;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Services that are registered and unregistered while others run.
 */
class RegistrationTests {

	private final List<String> calls = new ArrayList<>();

	private SteppedEngine stepped = engine(service("database"), service("cache"));

	@Test
	void registerStartsServicesAfterWhatTheyDependOn() {
		start();
		CompletableFuture<Void> registered = register(service("feed", "store"), service("store", "database"));
		assertThat(registered).isCompleted();
		assertThat(this.calls).containsSubsequence("start database", "start store", "start feed");
		assertThat(names()).containsExactly("database", "cache", "store", "feed");
		assertThat(state("feed")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.stepped.events(LifecycleEvent.ServiceRegistered.class))
			.extracting((event) -> event.service().name())
			.containsExactly("store", "feed");
		assertThat(this.stepped.engine.isReady()).isTrue();
	}

	@Test
	void registerWaitsUntilServicesStartWhereAllAreStopped() {
		assertThat(register(service("feed", "database"))).isCompleted();
		assertThat(state("feed")).isEqualTo(ServiceState.STOPPED);
		start();
		assertThat(state("feed")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void registerFirstServiceOfAllRunsIt() {
		this.stepped = engine();
		start();
		assertThat(register(service("feed"))).isCompleted();
		assertThat(state("feed")).isEqualTo(ServiceState.RUNNING);
		CompletableFuture<Void> stopped = this.stepped.engine.stop();
		this.stepped.pass(Duration.ofSeconds(1));
		assertThat(stopped).isCompleted();
		assertThat(this.calls).containsExactly("start feed", "stop feed");
	}

	@Test
	void registerWhatIsWrongRegistersNothing() {
		start();
		this.stepped.forgetEvents();
		CompletableFuture<Void> refused = register(service("feed"), service("index", "dtabase"), service("cache"));
		assertThat(refused).isCompletedExceptionally();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(refused::join)
			.withCauseInstanceOf(OperationRefusedException.class)
			.withMessageContaining("None of 'feed', 'index', 'cache' was registered")
			.withMessageContaining("Service 'index' depends on 'dtabase' (test), and there is no service of that name.")
			.withMessageContaining("Did you mean 'database'?")
			.withMessageContaining("Two services have the name 'cache'")
			.withMessageContaining("Unregister 'cache' first, or give the new one another name.")
			.withRootCauseInstanceOf(InvalidServiceGraphException.class);
		assertThat(names()).containsExactly("database", "cache");
		assertThat(this.stepped.events(LifecycleEvent.class)).isEmpty();
	}

	@Test
	void registerWhileAllAreBeingStoppedIsRefused() {
		this.stepped = engine(TestService.named("slow").start((context) -> {
		}).stop((context) -> {
		}).build());
		start();
		this.stepped.hangNext();
		CompletableFuture<Void> stopped = this.stepped.engine.stop();
		this.stepped.runTasks();
		assertRefused(register(service("feed")), "Services cannot be registered now: all services are being stopped");
		this.stepped.returnHanging();
		this.stepped.runTasks();
		assertThat(stopped).isCompleted();
		this.stepped.engine.close();
		assertRefused(register(service("feed")), "the application is closed, or is being closed");
	}

	@Test
	void registerServiceThatDoesNotStartKeepsItAndSaysWhy() {
		start();
		CompletableFuture<Void> registered = register(
				TestService.named("feed").retry(RetrySettings.NONE).start((context) -> {
					throw new IllegalStateException("no network");
				}).build());
		assertThatExceptionOfType(CompletionException.class).isThrownBy(registered::join)
			.withCauseInstanceOf(ServiceException.class)
			.withMessageContaining("Service 'feed' does not run: FAILED: java.lang.IllegalStateException: no network");
		assertThat(state("feed")).isEqualTo(ServiceState.FAILED);
		assertThat(this.stepped.engine.isReady()).isFalse();
		assertThat(unregister("feed")).isCompleted();
		assertThat(this.stepped.engine.isReady()).isTrue();
		assertThat(this.stepped.engine.isHealthy()).isTrue();
	}

	@Test
	void registerOnDemandServiceStartsItWhenSomethingNeedsIt() {
		start();
		assertThat(register(
				TestService.named("search").activation(Activation.ON_DEMAND).start(call("start search")).build()))
			.isCompleted();
		assertThat(state("search")).isEqualTo(ServiceState.STOPPED);
		assertThat(register(service("page", "search"))).isCompleted();
		assertThat(state("search")).isEqualTo(ServiceState.RUNNING);
		assertThat(unregister("page")).isCompleted();
		assertThat(state("search")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void unregisterStopsAndForgets() {
		start();
		register(service("feed", "database"));
		CompletableFuture<ServiceSnapshot> down = this.stepped.engine.whenStopped("feed");
		assertThat(unregister("feed")).isCompleted();
		assertThat(down).isCompleted();
		assertThat(this.calls).endsWith("start feed", "stop feed");
		assertThat(names()).containsExactly("database", "cache");
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> this.stepped.engine.snapshot("feed"))
			.withMessageContaining("There is no service 'feed'");
		assertThat(this.stepped.events(LifecycleEvent.ServiceUnregistered.class)).singleElement()
			.satisfies((event) -> assertThat(event.service().stopReason()).isEqualTo(StopReason.UNREGISTERED));
		assertThat(register(service("feed", "cache"))).isCompleted();
		assertThat(state("feed")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void unregisterIsRefusedWhileSomethingDependsOnIt() {
		start();
		register(service("feed", "database"), service("page", "feed"));
		this.calls.clear();
		assertRefused(unregister("database"),
				"Service 'database' cannot be unregistered: expected that nothing depends on it, found 'feed'");
		assertThat(this.calls).isEmpty();
		CompletableFuture<Void> unregistered = this.stepped.engine.unregister(Dependents.INCLUDE, "database");
		this.stepped.runTasks();
		assertThat(unregistered).isCompleted();
		assertThat(this.calls).containsExactly("stop page", "stop feed", "stop database");
		assertThat(names()).containsExactly("cache");
	}

	@Test
	void unregisterSeveralTogetherNeedsNoOrder() {
		start();
		register(service("feed", "database"), service("page", "feed"));
		assertThat(unregister("feed", "page", "database")).isCompleted();
		assertThat(names()).containsExactly("cache");
	}

	@Test
	void unregisterTwiceWaitsForTheSame() {
		start();
		register(service("feed"));
		this.stepped.hangNext();
		CompletableFuture<Void> first = this.stepped.engine.unregister("feed");
		this.stepped.runTasks();
		CompletableFuture<Void> second = this.stepped.engine.unregister("feed");
		assertThat(first).isNotDone();
		assertRefused(register(service("feed")), "Service 'feed' is still being unregistered.");
		assertRefused(register(service("page", "feed")), "which is being unregistered");
		assertRefused(this.stepped.engine.perform(ServiceAction.START, "feed"),
				"Service 'feed' is being unregistered: nothing can be done to it any more.");
		assertRefused(this.stepped.engine.activate(Map.of("feed", Activation.DISABLED, "cache", Activation.DISABLED)),
				"Service 'feed' is being unregistered: nothing can be done to it any more.");
		assertThat(this.stepped.engine.snapshot("feed").activation()).isEqualTo(Activation.ENABLED);
		assertThat(this.stepped.engine.snapshot("cache").activation()).isEqualTo(Activation.ENABLED);
		this.stepped.returnHanging();
		this.stepped.runTasks();
		assertThat(first).isCompleted();
		assertThat(second).isCompleted();
	}

	@Test
	void unregisterServiceThatCannotBeStoppedForgetsItAndSaysSo() {
		start();
		register(TestService.named("feed").start(call("start")).stop((context) -> {
			throw new IllegalStateException("stuck");
		}).retry(RetrySettings.NONE).build());
		CompletableFuture<Void> unregistered = unregister("feed");
		assertThatExceptionOfType(CompletionException.class).isThrownBy(unregistered::join)
			.withMessageContaining(
					"Service 'feed' was unregistered, and could not be stopped: java.lang.IllegalStateException: stuck");
		assertThat(names()).doesNotContain("feed");
	}

	@Test
	void unregisteredServiceThatCouldNotBeStoppedIsHeldByNothing() {
		start();
		WeakReference<Object> held = registerStuck();
		assertThat(unregister("feed")).isCompletedExceptionally();
		Awaitility.await().until(() -> {
			System.gc();
			return held.get() == null;
		});
	}

	private WeakReference<Object> registerStuck() {
		Object large = new Object();
		register(TestService.named("feed").start(call("start")).stop((context) -> {
			throw new IllegalStateException("stuck with " + large);
		}).retry(RetrySettings.NONE).build());
		return new WeakReference<>(large);
	}

	@Test
	void unregisterServiceWhoseStopHangsForgetsItAfterItsTime() {
		start();
		register(TestService.named("feed").start(call("start")).stop(call("stop")).build());
		this.stepped.hangNext();
		CompletableFuture<Void> unregistered = unregister("feed");
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(unregistered).isCompletedExceptionally();
		assertThat(names()).doesNotContain("feed");
		this.stepped.returnHanging();
		this.stepped.runTasks();
		assertThat(names()).containsExactly("database", "cache");
	}

	@Test
	void unregisterWhileItIsTriedAgainEndsIt() {
		start();
		CompletableFuture<Void> registered = register(TestService.named("feed").start((context) -> {
			this.calls.add("attempt");
			throw new IllegalStateException("no network");
		}).build());
		assertThat(state("feed")).isEqualTo(ServiceState.BACKOFF);
		assertThat(unregister("feed")).isCompleted();
		assertThat(registered).isCancelled();
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.calls).containsOnlyOnce("attempt");
	}

	@Test
	void whoWaitsForServiceThatIsUnregisteredIsTold() {
		this.stepped = engine(TestService.named("database").start((context) -> {
			throw new IllegalStateException("no network");
		}).build());
		CompletableFuture<Void> started = this.stepped.engine.start();
		this.stepped.runTasks();
		CompletableFuture<ServiceSnapshot> running = this.stepped.engine.whenRunning("database");
		CompletableFuture<String> provided = this.stepped.engine.whenProvided("database", String.class);
		assertThat(unregister("database")).isCompleted();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(running::get)
			.withMessageContaining("Service 'database' does not run: it is being unregistered");
		assertThat(provided).isCompletedExceptionally();
		assertThat(started).isCompleted();
	}

	@Test
	void planTellsWhatWouldHappenAndDoesNothing() {
		start();
		Candidates candidates = candidates(service("feed", "store"), service("store", "database"),
				TestService.named("idle").activation(Activation.DISABLED).build());
		ServicePlan register = this.stepped.engine.plan(candidates);
		assertThat(register.start()).containsExactly("store", "feed");
		assertThat(register.stop()).isEmpty();
		assertThat(names()).containsExactly("database", "cache");
		register(service("feed", "store"), service("store", "database"));
		ServicePlan unregister = this.stepped.engine.planUnregister(Dependents.INCLUDE, "database");
		assertThat(unregister.stop()).containsExactly("feed", "store", "database");
		assertThat(unregister.unregister()).containsExactly("feed", "store", "database");
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> this.stepped.engine.planUnregister("database"));
		assertThat(state("database")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void whenRegisteredCompletesOnceThereIsOne() {
		start();
		assertThat(this.stepped.engine.whenRegistered("database")).isCompleted();
		CompletableFuture<ServiceSnapshot> registered = this.stepped.engine.whenRegistered("feed");
		CompletableFuture<ServiceSnapshot> running = this.stepped.engine.lenient().whenRunning("feed");
		CompletableFuture<String> provided = this.stepped.engine.lenient().whenProvided("feed", String.class);
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> this.stepped.engine.whenRunning("feed"));
		this.stepped.runTasks();
		assertThat(registered).isNotDone();
		register(TestService.named("feed").start((context) -> context.provide("news")).build());
		assertThat(registered).isCompletedWithValueMatching((snapshot) -> snapshot.name().equals("feed"));
		assertThat(running).isCompleted();
		assertThat(provided).isCompletedWithValue("news");
	}

	@Test
	void lenientGoesOnWaitingWhenServiceIsUnregistered() {
		start();
		register(TestService.named("feed").activation(Activation.ENABLED).start((context) -> {
			throw new IllegalStateException("no network");
		}).build());
		CompletableFuture<ServiceSnapshot> running = this.stepped.engine.lenient().whenRunning("feed");
		unregister("feed");
		assertThat(running).isNotDone();
		register(service("feed"));
		assertThat(running).isCompleted();
		CompletableFuture<ServiceSnapshot> other = this.stepped.engine.lenient().whenRunning("other");
		CompletableFuture<Void> stopped = this.stepped.engine.stop();
		this.stepped.runTasks();
		assertThat(stopped).isCompleted();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(other::get)
			.withMessageContaining("Service 'other' is not registered: all services are being stopped");
	}

	@Test
	void lenientGoesOnWaitingWhenServiceIsUnregisteredInItsStart() {
		start();
		CompletableFuture<ServiceSnapshot> lenient = this.stepped.engine.lenient().whenRunning("feed");
		AtomicReference<CompletableFuture<Void>> gone = new AtomicReference<>();
		AtomicReference<CompletableFuture<ServiceSnapshot>> asked = new AtomicReference<>();
		register(TestService.named("feed").start((context) -> {
			gone.set(this.stepped.engine.unregister("feed"));
			asked.set(this.stepped.engine.lenient().whenRunning("feed"));
		}).stop(call("stop feed")).build());
		CompletableFuture<ServiceSnapshot> later = asked.get();
		CompletableFuture<ServiceSnapshot> registered = this.stepped.engine.whenRegistered("feed");
		assertThat(gone.get()).isCompleted();
		assertThat(this.calls).contains("stop feed");
		assertThat(lenient).isNotDone();
		assertThat(later).isNotDone();
		assertThat(registered).isNotDone();
		register(service("feed"));
		assertThat(lenient).isCompleted();
		assertThat(later).isCompleted();
		assertThat(registered).isCompleted();
	}

	@Test
	void blockersAndEpisodesFollowServicesThatMoveUp() {
		start();
		register(service("a"), service("b"), service("c", "b"));
		unregister("a");
		this.stepped.engine.fail("b", new IllegalStateException("broken"));
		this.stepped.runTasks();
		assertThat(this.stepped.engine.blockers("c")).extracting(ServiceSnapshot::name).containsExactly("b");
		assertThat(this.stepped.engine.blockers(20)).containsOnlyKeys("c");
		unregister("c");
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.stepped.events(LifecycleEvent.EpisodeClosed.class)).singleElement()
			.satisfies((closed) -> assertThat(closed.affected()).containsExactly("b", "c"));
		assertThat(state("b")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void unregisterAllLeavesAnEngineThatStops() {
		start();
		assertThat(unregister("database", "cache")).isCompleted();
		assertThat(this.stepped.engine.snapshots()).isEmpty();
		assertThat(this.stepped.engine.activities()).isEqualTo(Map.of());
		CompletableFuture<Void> stopped = this.stepped.engine.stop();
		this.stepped.runTasks();
		assertThat(stopped).isCompleted();
	}

	private SteppedEngine engine(ServiceDefinition... definitions) {
		return new SteppedEngine(definitions);
	}

	private void start() {
		CompletableFuture<Void> started = this.stepped.engine.start();
		this.stepped.runTasks();
		assertThat(started).isCompleted();
	}

	private CompletableFuture<Void> register(ServiceDefinition... definitions) {
		CompletableFuture<Void> future = this.stepped.engine.register(candidates(definitions));
		this.stepped.runTasks();
		return future;
	}

	private static Candidates candidates(ServiceDefinition... definitions) {
		return new Candidates(Arrays.asList(definitions), List.of());
	}

	private CompletableFuture<Void> unregister(String... names) {
		CompletableFuture<Void> future = this.stepped.engine.unregister(names);
		this.stepped.runTasks();
		return future;
	}

	private static void assertRefused(CompletableFuture<Void> future, String text) {
		assertThat(future).isCompletedExceptionally();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
			.withCauseInstanceOf(OperationRefusedException.class)
			.withMessageContaining(text);
	}

	private List<String> names() {
		return this.stepped.engine.snapshots().stream().map(ServiceSnapshot::name).toList();
	}

	private ServiceState state(String name) {
		return this.stepped.engine.snapshot(name).state();
	}

	private ServiceDefinition service(String name, String... dependencies) {
		return TestService.named(name)
			.dependsOn(dependencies)
			.start(call("start " + name))
			.stop(call("stop " + name))
			.build();
	}

	private ServiceCallbacks.Callback call(String what) {
		return (context) -> this.calls.add(what);
	}

}
