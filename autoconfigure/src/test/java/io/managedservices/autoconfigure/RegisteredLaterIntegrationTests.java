// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.SubServices;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.autoconfigure.metrics.ManagedServicesMetricsAutoConfiguration;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;
import io.managedservices.work.Task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Services that come to an application that runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class RegisteredLaterIntegrationTests {

	private final ApplicationContextRunner empty = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.empty.withUserConfiguration(Database.class);

	@Test
	void firstServiceOfAnApplicationRunsAndIsStoppedWithIt() {
		Recorded recorded = new Recorded();
		Events events = new Events();
		this.empty.withBean(Events.class, () -> events).run((context) -> {
			register(context.getBean(ManagedServices.class), new ServiceRegistration("feed", recorded));
			assertThat(context.getBean(ManagedServices.class).isReady()).isTrue();
		});
		assertThat(recorded.calls).containsExactly("start", "stop");
		assertThat(events.told).anyMatch(LifecycleEvent.ServiceRegistered.class::isInstance)
			.anyMatch(LifecycleEvent.Stopped.class::isInstance);
	}

	@Test
	void firstServiceWithoutAnyListenerRunsAndIsStopped() {
		Recorded recorded = new Recorded();
		this.empty.run((context) -> register(context.getBean(ManagedServices.class),
				new ServiceRegistration("feed", recorded)));
		assertThat(recorded.calls).containsExactly("start", "stop");
	}

	@Test
	void registerAfterAnOperatorHasStoppedAllStartsNothing() {
		this.runner.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			services.stop().get(10, TimeUnit.SECONDS);
			services.register(new ServiceRegistration("feed", new Recorded())).get(10, TimeUnit.SECONDS);
			assertThat(services.snapshots()).extracting(ServiceSnapshot::state)
				.containsExactly(ServiceState.STOPPED, ServiceState.STOPPED);
		});
	}

	@Test
	void settingsOfAPatternHoldForServicesThatComeLater() {
		this.runner
			.withPropertyValues("managed-services.services.[tenant-*].retry.max-retries=7",
					"managed-services.services.[tenant-*].required=false")
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				register(services, new ServiceRegistration("tenant-1", new Recorded()).dependsOn("database"));
				assertThat(services.snapshot("tenant-1").attempt().total()).isEqualTo(8);
				assertThat(services.snapshot("tenant-1").service().required()).isFalse();
			});
	}

	@Test
	void registrationThatIsWrongIsRefused() {
		this.runner.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Recorded shared = new Recorded();
			register(services, new ServiceRegistration("feed", shared));
			CompletableFuture<Void> refused = services.register(
					new ServiceRegistration("page", new Recorded()).dependsOn("dtabase").startTimeout(Duration.ZERO),
					new ServiceRegistration("other", shared));
			assertThatExceptionOfType(CompletionException.class).isThrownBy(refused::join)
				.withCauseInstanceOf(OperationRefusedException.class)
				.withMessageContaining("Service 'page' depends on 'dtabase' (dependsOn of ServiceRegistration 'page')")
				.withMessageContaining("Did you mean 'database'?")
				.withMessageContaining("Service 'page' has an invalid start-timeout")
				.withMessageContaining("Services 'feed' and 'other' are one object");
			assertThat(services.snapshots()).extracting(ServiceSnapshot::name).containsExactly("database", "feed");
		});
	}

	@Test
	void beanThatIsRegisteredAfterTheRefreshJoins() {
		this.runner.run((context) -> {
			GenericApplicationContext generic = (GenericApplicationContext) context.getSourceApplicationContext();
			generic.registerBean("late", Late.class);
			Late late = generic.getBean(Late.class);
			ManagedServices services = context.getBean(ManagedServices.class);
			services.whenRunning("late").get(10, TimeUnit.SECONDS);
			assertThat(services.snapshot("late").service().dependencies()).singleElement()
				.satisfies((dependency) -> assertThat(dependency.name()).isEqualTo("database"));
			assertThat(late.ticked).isNotNull();
			generic.registerBean("registered", ServiceRegistration.class,
					() -> new ServiceRegistration("page", new Recorded()).dependsOn("late"));
			generic.getBean("registered");
			services.whenRunning("page").get(10, TimeUnit.SECONDS);
		});
	}

	@Test
	void beanThatIsWrongIsRefusedWithAMessage(CapturedOutput output) {
		this.runner.run((context) -> {
			GenericApplicationContext generic = (GenericApplicationContext) context.getSourceApplicationContext();
			generic.registerBean("registered", ServiceRegistration.class,
					() -> new ServiceRegistration("page", new Recorded()).dependsOn("nothing"));
			generic.getBean("registered");
			assertThat(output).contains("A bean that was created later does not join the services")
				.contains("Service 'page' depends on 'nothing'");
			assertThat(context.getBean(ManagedServices.class).snapshots()).hasSize(1);
		});
	}

	@Test
	void beansThatComeTogetherJoinInAnyOrder() {
		this.runner.run((context) -> {
			GenericApplicationContext generic = (GenericApplicationContext) context.getSourceApplicationContext();
			generic.registerBean("dependent", ServiceRegistration.class,
					() -> new ServiceRegistration("page", new Recorded()).dependsOn("late", "archive", "index"));
			generic.registerBean("late", Late.class);
			generic.registerBean("archiveBean", Archive.class);
			generic.registerBean("indexRegistration", ServiceRegistration.class,
					() -> new ServiceRegistration("index", new Recorded()));
			generic.getBean("dependent");
			ManagedServices services = context.getBean(ManagedServices.class);
			services.whenRunning("page").get(10, TimeUnit.SECONDS);
			assertThat(services.snapshots()).extracting(ServiceSnapshot::name)
				.containsExactlyInAnyOrder("database", "late", "archive", "index", "page");
		});
	}

	@Test
	void beanThatIsInjectedWithOneThatCameLateDependsOnIt() {
		this.runner.run((context) -> {
			GenericApplicationContext generic = (GenericApplicationContext) context.getSourceApplicationContext();
			generic.registerBean("archiveBean", Archive.class);
			generic.getBean("archiveBean");
			generic.registerBean("reader", Reader.class);
			generic.getBean("reader");
			ManagedServices services = context.getBean(ManagedServices.class);
			services.whenRunning("reader").get(10, TimeUnit.SECONDS);
			assertThat(services.snapshot("reader").service().dependencies()).extracting(ServiceDependency::name)
				.containsExactly("archive");
		});
	}

	@Test
	void beanThatIsInjectedWithOneThatWasUnregisteredDoesNotDependOnIt() {
		this.runner.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			services.unregister("database").get(10, TimeUnit.SECONDS);
			GenericApplicationContext generic = (GenericApplicationContext) context.getSourceApplicationContext();
			generic.registerBean("late", Late.class);
			generic.getBean(Late.class);
			services.whenRunning("late").get(10, TimeUnit.SECONDS);
			assertThat(services.snapshot("late").service().dependencies()).isEmpty();
		});
	}

	@Test
	void beanThatTakesTheNameOfAnEarlierOneJoins(CapturedOutput output) {
		this.runner.run((context) -> {
			GenericApplicationContext generic = (GenericApplicationContext) context.getSourceApplicationContext();
			ManagedServices services = context.getBean(ManagedServices.class);
			generic.registerBean("late", Late.class);
			Late first = generic.getBean(Late.class);
			services.whenRunning("late").get(10, TimeUnit.SECONDS);
			services.unregister("late").get(10, TimeUnit.SECONDS);
			generic.removeBeanDefinition("late");
			generic.registerBean("late", Late.class);
			assertThat(generic.getBean(Late.class)).isNotSameAs(first);
			services.whenRunning("late").get(10, TimeUnit.SECONDS);
			generic.removeBeanDefinition("late");
			generic.registerBean("late", Late.class);
			generic.getBean(Late.class);
			assertThat(output).contains("A bean that was created later does not join the services")
				.contains("Two services have the name 'late'");
		});
	}

	@Test
	void itemServicesThatGoAreForgotten() {
		this.runner.withConfiguration(AutoConfigurations.of(ManagedServicesItemsAutoConfiguration.class))
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				ItemServices items = context.getBean(ItemServices.class);
				Owner owner = new Owner();
				register(services, new ServiceRegistration("owner", owner));
				await().untilAsserted(() -> assertThat(items.names()).containsExactly("inner"));
				owner.services().unregister("inner").get(10, TimeUnit.SECONDS);
				assertThat(items.names()).isEmpty();
				owner.services().register(new ServiceRegistration("inner", new Mails())).get(10, TimeUnit.SECONDS);
				assertThat(items.names()).containsExactly("inner");
				services.unregister("owner").get(10, TimeUnit.SECONDS);
				assertThat(items.names()).isEmpty();
				register(services, new ServiceRegistration("mails", new Mails()));
				for (int round = 0; round < 100; round++) {
					services.unregister("mails").get(10, TimeUnit.SECONDS);
					register(services, new ServiceRegistration("mails", new Mails()));
					assertThat(items.names()).containsExactly("mails");
				}
				CompletableFuture<Void> refused = services
					.register(new ServiceRegistration("refused", new Mails()).dependsOn("nothing"));
				assertThat(refused).isCompletedExceptionally();
				assertThat(items.names()).containsExactly("mails");
			});
	}

	@Test
	void metersGoWithTheirService() {
		this.runner.withConfiguration(AutoConfigurations.of(ManagedServicesMetricsAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				context.getBeansOfType(io.micrometer.core.instrument.binder.MeterBinder.class)
					.values()
					.forEach((binder) -> binder.bindTo(registry));
				ManagedServices services = context.getBean(ManagedServices.class);
				int before = registry.getMeters().size();
				register(services, new ServiceRegistration("feed", new Recorded()));
				await().untilAsserted(
						() -> assertThat(registry.find("managed.services.ready").tag("service", "feed").gauge())
							.satisfies((gauge) -> assertThat(gauge.value()).isEqualTo(1)));
				services.unregister("feed").get(10, TimeUnit.SECONDS);
				await().untilAsserted(
						() -> assertThat(registry.find("managed.services.ready").tag("service", "feed").gauge())
							.isNull());
				assertThat(registry.getMeters()).allMatch((meter) -> !"feed".equals(meter.getId().getTag("service")));
				assertThat(registry.getMeters().size()).isGreaterThanOrEqualTo(before);
			});
	}

	@Test
	void closedApplicationRefuses() {
		ManagedServices[] kept = new ManagedServices[1];
		this.runner.run((context) -> kept[0] = context.getBean(ManagedServices.class));
		CompletableFuture<Void> refused = kept[0].register(new ServiceRegistration("feed", new Recorded()));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(refused::join)
			.withMessageContaining("Services cannot be registered now: the application is closed, or is being closed");
	}

	private static void register(ManagedServices services, ServiceRegistration registration) throws Exception {
		services.register(registration).get(10, TimeUnit.SECONDS);
		assertThat(services.snapshot(registration.getName()).state()).isEqualTo(ServiceState.RUNNING);
	}

	static final class Events implements LifecycleListener {

		final List<LifecycleEvent> told = new CopyOnWriteArrayList<>();

		@Override
		public void onEvent(LifecycleEvent event) {
			this.told.add(event);
		}

	}

	static final class Recorded implements ServiceLifecycle {

		final List<String> calls = new CopyOnWriteArrayList<>();

		@Override
		public void start(ServiceContext context) {
			this.calls.add("start");
		}

		@Override
		public void stop(ServiceContext context) {
			this.calls.add("stop");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Database {

		@Bean
		@ManagedService
		DatabaseService database() {
			return new DatabaseService();
		}

	}

	static final class DatabaseService implements ServiceLifecycle {

	}

	@ManagedService(name = "archive")
	static class Archive implements ServiceLifecycle {

	}

	@ManagedService
	static class Reader implements ServiceLifecycle {

		final Archive archive;

		Reader(Archive archive) {
			this.archive = archive;
		}

	}

	static final class Owner implements ServiceLifecycle {

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext context) {
			this.context = context;
			context.services().register(new ServiceRegistration("inner", new Mails()));
		}

		SubServices services() {
			return Objects.requireNonNull(this.context).services();
		}

	}

	static final class Mails implements ItemService<Long>, ServiceLifecycle {

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return Stream.of();
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			return null;
		}

		@Override
		public Outcome process(Long id) {
			return Outcome.DONE;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	@ManagedService
	static class Late implements ServiceLifecycle {

		final DatabaseService database;

		volatile Object ticked = "not yet";

		Late(DatabaseService database) {
			this.database = database;
		}

		@Task(every = "1h")
		void recount() {
			this.ticked = "once";
		}

	}

}
