// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Services that belong to an incarnation of another one.
 */
class SubServicesTests {

	private final List<String> calls = new ArrayList<>();

	private @Nullable ServiceContext context;

	private List<ServiceDefinition> others = List.of();

	private SteppedEngine stepped = engine((context) -> context.services().register(registration("one")));

	@Test
	void registerStartsThemAfterTheirOwnerAndStopsThemBefore() {
		start();
		assertThat(names()).containsExactly("owner", "one");
		assertThat(state("one")).isEqualTo(ServiceState.RUNNING);
		this.stepped.engine.stop("owner");
		this.stepped.runTasks();
		assertThat(this.calls).containsExactly("start owner", "start one", "stop one", "stop owner");
		assertThat(names()).containsExactly("owner");
	}

	@Test
	void nextIncarnationRegistersItsOwn() {
		start();
		this.stepped.engine.perform(ServiceAction.RESTART, "owner");
		this.stepped.runTasks();
		assertThat(this.calls).containsExactly("start owner", "start one", "stop one", "stop owner", "start owner",
				"start one");
		assertThat(names()).containsExactly("owner", "one");
		this.stepped.engine.fail("owner", new IllegalStateException("broken"));
		this.stepped.runTasks();
		assertThat(names()).containsExactly("owner");
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(names()).containsExactly("owner", "one");
		assertThat(state("one")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void episodeOfOwnerDoesNotCountServicesThatWentWithIt() {
		start();
		this.stepped.engine.fail("owner", new IllegalStateException("broken"));
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(this.stepped.events(LifecycleEvent.EpisodeClosed.class)).singleElement().satisfies((closed) -> {
			assertThat(closed.affected()).containsExactly("owner", "one");
			assertThat(closed.down()).isEmpty();
		});
	}

	@Test
	void failedStartLeavesNoneBehind() {
		this.stepped = engine((context) -> {
			context.services().register(registration("one"));
			throw new IllegalStateException("broken");
		});
		this.stepped.engine.start();
		this.stepped.runTasks();
		assertThat(names()).containsExactly("owner");
		assertThat(state("owner")).isEqualTo(ServiceState.BACKOFF);
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(names()).containsExactly("owner");
		assertThat(state("owner")).isEqualTo(ServiceState.FAILED);
		assertThat(this.calls).doesNotContain("start one");
	}

	@Test
	void failureOfOneIsItsOwn() {
		start();
		this.stepped.engine.fail("one", new IllegalStateException("broken"));
		this.stepped.runTasks();
		assertThat(state("owner")).isEqualTo(ServiceState.RUNNING);
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(state("one")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void oneThatIsToComeAfterItsOwnerDependsOnIt() {
		start();
		context().services().register(registration("two").after("owner"));
		this.stepped.runTasks();
		assertThat(this.stepped.engine.snapshot("two").service().dependencies())
			.extracting(ServiceDependency::name, ServiceDependency::kind)
			.containsExactly(tuple("owner", Kind.REQUIRED));
	}

	@Test
	void comeAndGoWhileTheirOwnerRuns() {
		start();
		CompletableFuture<Void> registered = context().services().register(registration("two").dependsOn("one"));
		this.stepped.runTasks();
		assertThat(registered).isCompleted();
		assertThat(context().services().names()).containsExactly("one", "two");
		assertThat(context().services().unregister("one")).isCompletedExceptionally();
		CompletableFuture<Void> gone = context().services().unregister("two", "one");
		this.stepped.runTasks();
		assertThat(gone).isCompleted();
		assertThat(context().services().names()).isEmpty();
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> context().services().unregister("owner"))
			.withMessageContaining("'owner' does not belong to this incarnation of service 'owner'");
	}

	@Test
	void nobodyElseDependsOnThem() {
		start();
		CompletableFuture<Void> refused = this.stepped.engine
			.register(new Candidates(List.of(TestService.named("page").dependsOn("one").build()), List.of()));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(refused::join)
			.withCauseInstanceOf(OperationRefusedException.class)
			.withMessageContaining(
					"Service 'page' depends on 'one' (test), which belongs to service 'owner' and goes with its incarnation.");
	}

	@Test
	void theyGoWithAnOwnerThatIsUnregistered() {
		start();
		assertThat(this.stepped.engine.planUnregister("owner").unregister()).containsExactly("one", "owner");
		CompletableFuture<Void> gone = this.stepped.engine.unregister("owner");
		this.stepped.runTasks();
		assertThat(gone).isCompleted();
		assertThat(names()).isEmpty();
		assertThat(this.calls).endsWith("stop one", "stop owner");
	}

	@Test
	void theyMayHaveTheirOwn() {
		this.stepped = engine(
				(context) -> context.services().register(new ServiceRegistration("one", new ServiceLifecycle() {

					@Override
					public void start(ServiceContext inner) {
						inner.services().register(registration("inner"));
					}

				})));
		start();
		assertThat(names()).containsExactly("owner", "one", "inner");
		this.stepped.engine.perform(ServiceAction.RESTART, "one");
		this.stepped.runTasks();
		assertThat(names()).containsExactly("owner", "one", "inner");
		this.stepped.engine.stop("owner");
		this.stepped.runTasks();
		assertThat(names()).containsExactly("owner");
	}

	@Test
	void ownerOnDemandIsNotNeededByThem() {
		start();
		this.stepped.engine.perform(ServiceAction.ON_DEMAND, "owner");
		this.stepped.runTasks();
		assertThat(state("owner")).isEqualTo(ServiceState.STOPPED);
		assertThat(names()).containsExactly("owner");
	}

	@Test
	void registerIsRefusedWhenTheIncarnationIsOver() {
		start();
		ServiceContext before = context();
		this.stepped.engine.stop("owner");
		this.stepped.runTasks();
		assertThatIllegalStateException().isThrownBy(() -> before.services().register(registration("two")))
			.withMessageContaining(
					"Service 'owner' cannot register ['two']: expected an incarnation that is not to end");
	}

	@Test
	void startBeforeIsRefusedOnceTheOwnerRuns() {
		start();
		assertThatIllegalStateException().isThrownBy(() -> context().services().startBefore(registration("two")))
			.withMessageContaining("Service 'owner' runs already, and ['two'] cannot start before it");
		assertThat(names()).containsExactly("owner", "one");
	}

	@Test
	void startBeforeOfOneThatDependsOnOneThatStartsLaterIsRefused() throws Exception {
		onThreads((context) -> {
			context.services().register(registration("one"));
			assertRefused(context, registration("two").dependsOn("one"),
					"Service 'two' is to start before 'owner' runs, and waits for 'owner' itself: 'two' → 'one' → 'owner'. Give 'one' to startBefore as well, or 'two' to register.");
		}, (engine) -> {
			engine.start().get(10, TimeUnit.SECONDS);
			assertThat(engine.snapshots()).extracting(ServiceSnapshot::name).containsExactly("owner", "one");
		});
	}

	@Test
	void startBeforeOfOneThatComesAfterOneThatStartsLaterIsRefused() throws Exception {
		onThreads((context) -> {
			context.services().register(registration("one"));
			assertRefused(context, registration("two").after("one"),
					"'two' → 'one' → 'owner'. Give 'one' to startBefore as well, or 'two' to register.");
		}, (engine) -> engine.start().get(10, TimeUnit.SECONDS));
	}

	@Test
	void startBeforeOfOneThatDependsOnDependentOfOwnerIsRefused() throws Exception {
		this.others = List.of(TestService.named("index").dependsOn("owner").build(),
				TestService.named("page").after("index").build());
		onThreads((context) -> assertRefused(context, registration("cache").dependsOn("page"),
				"Service 'cache' is to start before 'owner' runs, and waits for 'owner' itself: 'cache' → 'page' → 'index' → 'owner'. Remove 'page' from what 'cache' depends on or comes after, or give 'cache' to register."),
				(engine) -> engine.start().get(10, TimeUnit.SECONDS));
	}

	@Test
	void startBeforeOfOneThatDependsOnOwnerOfOwnerThatWaitsIsRefused() throws Exception {
		onThreads((context) -> context.services()
			.startBefore(starting("one", (inner) -> assertRefused(inner, registration("two").dependsOn("owner"),
					"Service 'two' is to start before 'one' runs, and waits for 'owner', which waits for 'one': 'two' → 'owner'. Remove 'owner' from what 'two' depends on or comes after, or give 'two' to register."))),
				(engine) -> engine.start().get(10, TimeUnit.SECONDS));
	}

	@Test
	void startBeforeOfOneThatDependsOnOwnerOfOwnerThatRunsStartsIt() throws Exception {
		onThreads(
				(context) -> context.services()
					.register(starting("one",
							(inner) -> inner.services().startBefore(registration("two").dependsOn("owner")))),
				(engine) -> {
					engine.start().get(10, TimeUnit.SECONDS);
					engine.whenRunning("one").get(10, TimeUnit.SECONDS);
					assertThat(engine.snapshot("two").state()).isEqualTo(ServiceState.RUNNING);
				});
	}

	@Test
	void startBeforeOfOneThatDependsOnEarlierOneStartsIt() throws Exception {
		onThreads((context) -> {
			context.services().startBefore(registration("cache"));
			context.services()
				.startBefore(starting("index",
						(inner) -> inner.services().startBefore(registration("page").dependsOn("cache"))));
		}, (engine) -> {
			engine.start().get(10, TimeUnit.SECONDS);
			assertThat(engine.snapshots()).extracting(ServiceSnapshot::state).containsOnly(ServiceState.RUNNING);
		});
	}

	@Test
	void startBeforeWaitsOnWhenOperatorWantsItToRunAsWell() throws Exception {
		CompletableFuture<Void> inside = new CompletableFuture<>();
		CompletableFuture<Void> goOn = new CompletableFuture<>();
		onThreads((context) -> context.services().startBefore(starting("slow", (inner) -> {
			inside.complete(null);
			goOn.get(10, TimeUnit.SECONDS);
		})), (engine) -> {
			CompletableFuture<Void> start = engine.start();
			inside.get(10, TimeUnit.SECONDS);
			CompletableFuture<Void> again = engine.perform(ServiceAction.START, "slow");
			goOn.complete(null);
			again.get(10, TimeUnit.SECONDS);
			start.get(10, TimeUnit.SECONDS);
			assertThat(engine.snapshot("owner").attempt().number()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@EnumSource(value = ServiceAction.class, names = { "STOP", "RESTART" })
	void startBeforeFailsWhenOperatorStopsWhatItWaitsFor(ServiceAction action) throws Exception {
		CompletableFuture<Void> inside = new CompletableFuture<>();
		CompletableFuture<Throwable> thrown = new CompletableFuture<>();
		onThreads((context) -> {
			try {
				context.services().startBefore(starting("slow", (inner) -> {
					inside.complete(null);
					new CompletableFuture<Void>().get();
				}));
			}
			catch (RuntimeException ex) {
				thrown.complete(ex);
				throw ex;
			}
		}, (engine) -> {
			engine.start();
			inside.get(10, TimeUnit.SECONDS);
			engine.perform(action, "slow");
			assertThat(thrown.get(10, TimeUnit.SECONDS))
				.isInstanceOfSatisfying(ServiceException.class,
						(failure) -> assertThat(failure.getKind()).isEqualTo(ServiceException.Kind.NOT_WANTED))
				.hasMessageStartingWith("Service 'owner' cannot start: ")
				.hasMessageContaining("ervice 'slow'");
		});
	}

	private static void assertRefused(ServiceContext context, ServiceRegistration registration, String message) {
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> context.services().startBefore(registration))
			.withMessageContaining(message);
	}

	private static ServiceRegistration starting(String name, Start start) {
		return new ServiceRegistration(name, new ServiceLifecycle() {

			@Override
			public void start(ServiceContext context) throws Exception {
				start.start(context);
			}

		});
	}

	@Test
	void startBeforeWaitsUntilTheyRun() throws Exception {
		onThreads((context) -> {
			context.services().startBefore(registration("cache"), registration("index").dependsOn("cache"));
			assertThat(this.calls).containsSubsequence("start owner", "start cache", "start index");
		}, (engine) -> {
			engine.start().get(10, TimeUnit.SECONDS);
			assertThat(engine.snapshots()).extracting(ServiceSnapshot::state).containsOnly(ServiceState.RUNNING);
			engine.fail("cache", new IllegalStateException("broken")).get(10, TimeUnit.SECONDS);
			assertThat(engine.snapshot("owner").state()).isEqualTo(ServiceState.RUNNING);
			engine.whenRunning("index").get(10, TimeUnit.SECONDS);
			this.calls.clear();
			engine.stop("owner").get(10, TimeUnit.SECONDS);
			assertThat(this.calls).containsExactly("stop index", "stop cache", "stop owner");
			assertThat(engine.snapshots()).extracting(ServiceSnapshot::name).containsExactly("owner");
		});
	}

	@Test
	void startBeforeFailsWithThem() throws Exception {
		onThreads((context) -> context.services().startBefore(registration("cache"), broken("index")), (engine) -> {
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> engine.start().get(10, TimeUnit.SECONDS))
				.withMessageContaining("Service 'index' failed to start");
			engine.stop("owner").get(10, TimeUnit.SECONDS);
			assertThat(engine.snapshots()).extracting(ServiceSnapshot::name).containsExactly("owner");
			assertThat(this.calls).containsSubsequence("stop cache", "stop owner");
		});
	}

	@Test
	void startBeforeEndsWhenTheOwnerIsToStop() throws Exception {
		CompletableFuture<Void> inside = new CompletableFuture<>();
		onThreads((context) -> context.services().startBefore(new ServiceRegistration("slow", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext inner) throws Exception {
				inside.complete(null);
				new CompletableFuture<Void>().get();
			}

			@Override
			public void stop(ServiceContext inner) {
				call("stop slow");
			}

		})), (engine) -> {
			engine.start();
			inside.get(10, TimeUnit.SECONDS);
			engine.stop("owner").get(10, TimeUnit.SECONDS);
			assertThat(this.calls).containsExactly("start owner", "stop slow", "stop owner");
			assertThat(engine.snapshots()).extracting(ServiceSnapshot::name).containsExactly("owner");
		});
	}

	private void onThreads(Start start, Check check) throws Exception {
		Backend backend = ThreadBackend.platform();
		List<ServiceDefinition> definitions = new ArrayList<>(this.others);
		definitions.add(owner(start));
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(definitions), EngineSettings.DEFAULTS, backend);
		engine.readRegistrations(SubServicesTests::read);
		try {
			check.check(engine);
		}
		catch (TimeoutException ex) {
			throw new AssertionError(engine.snapshots().toString(), ex);
		}
		finally {
			engine.stop().get(10, TimeUnit.SECONDS);
		}
	}

	private SteppedEngine engine(Start start) {
		SteppedEngine created = new SteppedEngine(owner(start));
		created.engine.readRegistrations(SubServicesTests::read);
		return created;
	}

	private ServiceDefinition owner(Start start) {
		return TestService.named("owner")
			.retry(new RetrySettings(1, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), Duration.ZERO, List.of()))
			.start((context) -> {
				call("start owner");
				this.context = context;
				start.start(context);
			})
			.stop((context) -> call("stop owner"))
			.build();
	}

	private ServiceContext context() {
		return Objects.requireNonNull(this.context);
	}

	private static Candidates read(List<ServiceRegistration> registrations, ServiceGraph graph) {
		return new Candidates(registrations.stream().map(SubServicesTests::definition).toList(), List.of());
	}

	private static ServiceDefinition definition(ServiceRegistration registration) {
		ServiceCallbacks callbacks = ServiceCallbacks.of(registration.getLifecycle());
		TestService service = TestService.named(registration.getName())
			.dependsOn(registration.getDependsOn().toArray(new String[0]))
			.after(registration.getAfter().toArray(new String[0]));
		if (callbacks.start() != null) {
			service.start(callbacks.start());
		}
		if (callbacks.stop() != null) {
			service.stop(callbacks.stop());
		}
		return service.build();
	}

	private ServiceRegistration registration(String name) {
		return new ServiceRegistration(name, new ServiceLifecycle() {

			@Override
			public void start(ServiceContext context) {
				call("start " + name);
			}

			@Override
			public void stop(ServiceContext context) {
				call("stop " + name);
			}

		});
	}

	private ServiceRegistration broken(String name) {
		return new ServiceRegistration(name, new ServiceLifecycle() {

			@Override
			public void start(ServiceContext context) {
				throw new UnsupportedOperationException("broken");
			}

		});
	}

	private synchronized void call(String what) {
		this.calls.add(what);
	}

	private void start() {
		CompletableFuture<Void> started = this.stepped.engine.start();
		this.stepped.runTasks();
		assertThat(started).isCompleted();
	}

	private List<String> names() {
		return this.stepped.engine.snapshots().stream().map(ServiceSnapshot::name).toList();
	}

	private ServiceState state(String name) {
		return this.stepped.engine.snapshot(name).state();
	}

	private interface Start {

		void start(ServiceContext context) throws Exception;

	}

	private interface Check {

		void check(ServiceEngine engine) throws Exception;

	}

}
