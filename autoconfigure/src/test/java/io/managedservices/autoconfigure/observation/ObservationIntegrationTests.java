// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.log.NamesInContext;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.observation.DefaultServiceObservationConvention;
import io.managedservices.observation.ServiceObservationContext;
import io.managedservices.observation.ServiceObservationConvention;
import io.managedservices.observation.ServiceObservationDocumentation;
import io.managedservices.work.MicroTask;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the observations of services.
 */
@ExtendWith(OutputCaptureExtension.class)
class ObservationIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class));

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private ApplicationContextRunner observed() {
		return this.runner.withBean(ObservationRegistry.class, () -> this.registry);
	}

	private TestObservationRegistryAssert observations() {
		return TestObservationRegistryAssert.assertThat(this.registry);
	}

	@Test
	void withoutRegistryNothingIsAroundUserCode() {
		this.runner.withBean(Database.class)
			.withPropertyValues("managed-services.logging.mdc=false")
			.run((context) -> assertThat(Surroundings.of(context)).isNull());
	}

	@Test
	void startAndStopAreObserved() {
		observed().withBean(Database.class)
			.run((context) -> context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "database").join());
		observations().hasObservationWithNameEqualTo("managed.services.start")
			.that()
			.hasContextualNameEqualTo("start database")
			.hasLowCardinalityKeyValue("service", "database")
			.hasLowCardinalityKeyValue("outcome", "success")
			.hasLowCardinalityKeyValue("error", "none")
			.doesNotHaveLowCardinalityKeyValueWithKey("name")
			.hasBeenStopped();
		observations().hasObservationWithNameEqualTo("managed.services.stop")
			.that()
			.hasLowCardinalityKeyValue("outcome", "success");
	}

	@Test
	void userCodeIsInsideTheScope() {
		observed().withBean(Database.class)
			.run((context) -> assertThat(context.getBean(Database.class).current).isEqualTo("managed.services.start"));
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@Test
	void attemptThatFailsIsObservedWithItsError() {
		observed().withBean(Flaky.class).run((context) -> assertThat(context).hasNotFailed());
		observations().hasNumberOfObservationsWithNameEqualTo("managed.services.start", 2)
			.hasAnObservation((observation) -> observation.hasLowCardinalityKeyValue("outcome", "failure")
				.hasLowCardinalityKeyValue("error", "IllegalStateException")
				.thenError()
				.hasMessage("not yet")
				.backToContext())
			.hasAnObservation((observation) -> observation.hasLowCardinalityKeyValue("outcome", "success"));
	}

	@Test
	void workIsObservedByItsKind() {
		observed().withBean(Polls.class).run((context) -> {
			Polls polls = context.getBean(Polls.class);
			Awaitility.await().until(() -> polls.isDone());
			context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "polls").join();
		});
		for (String name : List.of("task", "worker", "hook", "ticker")) {
			observations().hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services." + name)
				.hasLowCardinalityKeyValue("service", "polls")
				.hasLowCardinalityKeyValueWithKey("name"));
		}
		observations().hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.worker")
			.hasContextualNameEqualTo("worker polls/listen"));
		observations().hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.ticker")
			.hasLowCardinalityKeyValue("name", "tick"));
	}

	@Test
	void namesThatCodeMakesUpAreNoTagsOfMeters() {
		observed().withBean(Polls.class).run((context) -> {
			Polls polls = context.getBean(Polls.class);
			Awaitility.await().until(() -> polls.isDone());
			context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "polls").join();
		});
		observations()
			.hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.worker")
				.hasLowCardinalityKeyValue("name", "other")
				.hasHighCardinalityKeyValue("work", "listen"))
			.hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.worker")
				.hasLowCardinalityKeyValue("name", "declared")
				.doesNotHaveHighCardinalityKeyValueWithKey("work"))
			.hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.task")
				.hasLowCardinalityKeyValue("name", "other")
				.hasHighCardinalityKeyValue("work", "recount"));
	}

	@Test
	void workIsNotObservedUnlessAskedFor() {
		observed().withBean(Polls.class).run((context) -> {
			Polls polls = context.getBean(Polls.class);
			Awaitility.await().until(() -> polls.isDone());
		});
		observations().hasNumberOfObservationsWithNameEqualTo("managed.services.micro-task", 0)
			.hasNumberOfObservationsWithNameEqualTo("managed.services.check", 0);
	}

	@Test
	void workThatWasToldToEndIsNoFailure() {
		observed().withBean(Polls.class).run((context) -> {
			Awaitility.await().until(() -> context.getBean(Polls.class).isDone());
			context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "polls").join();
		});
		observations().hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.worker")
			.hasLowCardinalityKeyValue("outcome", "cancelled")
			.doesNotHaveError());
	}

	@Test
	@SuppressWarnings("unchecked")
	void hookIsChildOfTheEmitter() {
		observed().withBean(Polls.class).run((context) -> {
			Polls polls = context.getBean(Polls.class);
			Awaitility.await().until(() -> polls.isDone());
			Observation request = Observation.start("request", this.registry);
			int before = polls.heard.size();
			request.scoped(() -> Objects.requireNonNull(polls.context).events().emit("vote"));
			request.stop();
			Awaitility.await().until(() -> polls.heard.size() > before);
		});
		observations().hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.hook")
			.hasParentObservationContextMatching(
					(parent) -> parent instanceof Observation.ContextView view && "request".equals(view.getName())));
	}

	@Test
	void microTasksAndChecksAreObservedWhenAskedFor() {
		observed().withBean(Polls.class)
			.withPropertyValues("managed-services.observations.micro-tasks=true",
					"managed-services.observations.checks=true", "managed-services.defaults.health.interval=10ms")
			.run((context) -> {
				Polls polls = context.getBean(Polls.class);
				Awaitility.await().until(() -> polls.isDone() && polls.checked);
				context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "polls").join();
			});
		observations()
			.hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.micro-task")
				.hasLowCardinalityKeyValue("name", "other")
				.hasHighCardinalityKeyValue("work", "count"))
			.hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.check")
				.doesNotHaveLowCardinalityKeyValueWithKey("name"));
	}

	@Test
	void itemIsObservedWithItsIdAndItsLaneIsNot() {
		observed().withBean(Reminders.class).run((context) -> {
			Awaitility.await().until(() -> context.getBean(Reminders.class).done.contains(7L));
			context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "reminders").join();
		});
		observations()
			.hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.item")
				.hasLowCardinalityKeyValue("service", "reminders")
				.hasLowCardinalityKeyValue("outcome", "success")
				.hasHighCardinalityKeyValue("item", "7")
				.doesNotHaveParentObservation())
			.hasNumberOfObservationsWithNameEqualTo("managed.services.task", 0);
	}

	@Test
	void searchAndCheckOfItemsAreObservedAndHaveTheNamesInTheLog() {
		observed().withBean(Reminders.class).run((context) -> {
			Reminders reminders = context.getBean(Reminders.class);
			Awaitility.await().until(() -> reminders.names.size() == 4);
			assertThat(reminders.names).containsExactlyInAnyOrder("reminders/item checkAll",
					"reminders/item checkAll while it is read", "reminders/item process", "reminders/item checkOne");
			context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "reminders").join();
		});
		for (String name : List.of("checkAll", "checkOne")) {
			observations().hasAnObservation((observation) -> observation.hasNameEqualTo("managed.services.item")
				.hasLowCardinalityKeyValue("name", name)
				.hasLowCardinalityKeyValue("outcome", "success"));
		}
	}

	@Test
	void conventionOfTheApplicationReplacesTheDefault() {
		observed().withBean(Database.class)
			.withBean(ServiceObservationConvention.class, Renaming::new)
			.run((context) -> assertThat(context).hasNotFailed());
		observations().hasObservationWithNameEqualTo("my.start")
			.that()
			.hasLowCardinalityKeyValue("team", "polls")
			.hasLowCardinalityKeyValue("service", "database");
	}

	@Test
	void handlerThatThrowsIsLoggedOnceAndBreaksNothing(CapturedOutput output) {
		this.registry.observationConfig().observationHandler(new Broken());
		observed().withBean(Database.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ManagedServices.class).snapshot("database").ready()).isTrue();
		});
		assertThat(output).containsOnlyOnce("An observation of a service failed");
	}

	@ManagedService(name = "database")
	static class Database implements ServiceLifecycle {

		private final ObservationRegistry registry;

		private volatile @Nullable String current;

		Database(ObjectProvider<ObservationRegistry> registry) {
			this.registry = registry.getIfAvailable(() -> ObservationRegistry.NOOP);
		}

		@Override
		public void start(ServiceContext context) {
			Observation observation = this.registry.getCurrentObservation();
			this.current = (observation != null) ? observation.getContext().getName() : null;
		}

		@Override
		public void stop(ServiceContext context) {
		}

	}

	@ManagedService(name = "flaky", retry = @Retry(maxRetries = 1, delay = "1ms"))
	static class Flaky implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			if (context.attempt() == 1) {
				throw new IllegalStateException("not yet");
			}
		}

	}

	@ManagedService(name = "polls")
	static class Polls implements ServiceLifecycle {

		private final List<String> heard = new CopyOnWriteArrayList<>();

		private final CountDownLatch done = new CountDownLatch(4);

		private volatile boolean checked;

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext incarnation) {
			this.context = incarnation;
			incarnation.work().worker("listen", this::listen).start();
			incarnation.work().task("recount", this.done::countDown).queue();
			incarnation.work().every("tick", Duration.ofMillis(1), this::tick);
			incarnation.events().emit("vote");
		}

		private void tick() {
			if (this.done.getCount() == 1) {
				this.done.countDown();
			}
		}

		private void listen(WorkerContext worker) throws Exception {
			Objects.requireNonNull(this.context).work().run(MicroTask.medium("count"), () -> {
				this.done.countDown();
				return 1;
			});
			new CountDownLatch(1).await();
		}

		@Worker
		void declared() {
		}

		@OnServiceEvent
		void heard(String vote) {
			this.heard.add(vote);
			this.done.countDown();
		}

		@Override
		public void checkHealth() {
			this.checked = true;
		}

		boolean isDone() {
			return this.done.getCount() == 0;
		}

	}

	@ManagedService(name = "reminders")
	static class Reminders implements ItemService<Long> {

		private final List<Long> done = new CopyOnWriteArrayList<>();

		private final Set<String> names = ConcurrentHashMap.newKeySet();

		private void note(String what) {
			this.names.add(MDC.get(NamesInContext.SERVICE) + "/" + MDC.get(NamesInContext.WORK) + what);
		}

		@Override
		public Outcome process(Long id) {
			note("");
			this.done.add(id);
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			note("");
			return this.done.contains(7L) ? Stream.empty()
					: Stream.of(new DueItem<>(7L, Instant.EPOCH)).peek((item) -> note(" while it is read"));
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			note("");
			return this.done.contains(id) ? null : Instant.EPOCH;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	static class Renaming extends DefaultServiceObservationConvention {

		@Override
		public String getName(ServiceObservationDocumentation kind) {
			return "my." + kind.getContextualName();
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(ServiceObservationContext context) {
			return super.getLowCardinalityKeyValues(context).and(KeyValue.of("team", "polls"));
		}

	}

	static class Broken implements ObservationHandler<ServiceObservationContext> {

		private final List<String> told = new ArrayList<>();

		@Override
		public void onStart(ServiceObservationContext context) {
			this.told.add(context.getService());
			throw new IllegalStateException("broken");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof ServiceObservationContext;
		}

	}

}
