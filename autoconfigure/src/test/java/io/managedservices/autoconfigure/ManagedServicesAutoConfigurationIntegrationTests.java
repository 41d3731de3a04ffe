// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceLookup;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.engine.run.EngineSettings.OnFailure;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycle;
import io.managedservices.internal.lifecycle.StartupMode;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceOperator;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ManagedServicesAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ManagedServicesAutoConfigurationIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class));

	@Test
	void importsFileNamesAutoConfiguration() throws Exception {
		try (InputStream stream = getClass()
			.getResourceAsStream("/META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports")) {
			assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines())
				.contains(ManagedServicesAutoConfiguration.class.getName())
				.isSorted();
		}
	}

	@Test
	void whenThereAreNoServicesIsReadyWithoutThreadsOrLog(CapturedOutput output) {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(ManagedServices.class);
			assertThat(context.getBean(ManagedServices.class).isReady()).isTrue();
			assertThat(context.getBean(ManagedServices.class).isHealthy()).isTrue();
			assertThat(context.getBean(ManagedServicesLifecycle.class).isRunning()).isTrue();
			assertThat(newThreads(before)).isEmpty();
		});
		assertThat(newThreads(before)).isEmpty();
		assertThat(output).doesNotContain("managedservices.lifecycle", "managed-services");
	}

	@Test
	void whenDisabledThereIsNothing() {
		this.runner.withUserConfiguration(Polls.class)
			.withPropertyValues("managed-services.enabled=false")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(ManagedServices.class)
					.doesNotHaveBean(ManagedServicesLifecycle.class)
					.doesNotHaveBean(LifecycleListener.class);
				assertThat(context.getBean(Journal.class).entries()).isEmpty();
			});
	}

	@Test
	void whenUserHasFacadeUsesIt() {
		ManagedServices services = mock(ManagedServices.class);
		given(services.snapshots()).willReturn(List.of());
		this.runner.withBean(ManagedServices.class, () -> services)
			.run((context) -> assertThat(context).hasSingleBean(ManagedServices.class));
	}

	@Test
	void partsOfFacadeAreInjectedByType() {
		this.runner.withUserConfiguration(Polls.class, Parts.class).run((context) -> {
			Parts parts = context.getBean(Parts.class);
			assertThat(parts.lookup).isSameAs(context.getBean(ManagedServices.class));
			assertThat(parts.monitor.snapshot("pollBook").state()).isEqualTo(ServiceState.RUNNING);
			parts.operator.stop("database").join();
			assertThat(parts.monitor.snapshot("pollBook").state()).isNotEqualTo(ServiceState.RUNNING);
			parts.operator.start("database").join();
			parts.operator.restart("pollBook", "database").join();
			assertThat(parts.lookup.whenRunning("pollBook").join().state()).isEqualTo(ServiceState.RUNNING);
		});
	}

	@Test
	void partsOfFacadeAreInjectedWhenServicesAreOff() {
		this.runner.withUserConfiguration(Parts.class)
			.withConfiguration(AutoConfigurations.of(ManagedServicesOffAutoConfiguration.class))
			.withPropertyValues("managed-services.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenParentManagesServicesChildManagesItsOwn() {
		this.runner.withUserConfiguration(Polls.class)
			.run((parent) -> this.runner.withParent(parent)
				.withBean(ServiceRegistration.class, () -> new ServiceRegistration("child", new ServiceLifecycle() {
				}))
				.run((child) -> {
					assertThat(names(child.getBean(ManagedServices.class))).containsExactly("child");
					assertThat(names(parent.getBean(ManagedServices.class))).containsExactly("database", "pollBook");
				}));
	}

	@Test
	void whenInitializationIsLazyRunsServices() {
		this.runner.withUserConfiguration(Polls.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getBean(ManagedServices.class).snapshots())
				.extracting(ServiceSnapshot::state)
				.containsExactly(ServiceState.RUNNING, ServiceState.RUNNING));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void whenThreadsAreVirtualStartsServicesOnThem() {
		this.runner.withBean(ThreadService.class)
			.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> assertThat(context.getBean(ThreadService.class).thread.getClass().getSimpleName())
				.isEqualTo("VirtualThread"));
	}

	@Test
	void whenThreadsArePlatformStartsServicesOnThem() {
		this.runner.withBean(ThreadService.class)
			.run((context) -> assertThat(context.getBean(ThreadService.class).thread.getName())
				.startsWith("managed-services-"));
	}

	@Test
	void facadeWhenUsedBeforeSingletonsExistThrows() {
		this.runner.withUserConfiguration(Polls.class)
			.withBean(TooEarly.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(IllegalStateException.class)
				.hasMessageStartingWith("The services are not known yet"));
	}

	@Test
	void facadeWhenUsedByLazyServiceWhileItIsCreatedThrows() {
		this.runner.withUserConfiguration(LazyTooEarly.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageStartingWith("The services are not known yet"));
	}

	@Test
	void facadeCanBeUsedOnceSingletonsExistWhoeverComesFirst() {
		// Before and after the façade in the order of definitions.
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean("asksFirst", Asking.class);
		context.register(LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class, Polls.class);
		context.registerBean("asksLast", Asking.class);
		try (context) {
			context.refresh();
			assertThat(context.getBean("asksFirst", Asking.class).names).containsExactly("database", "pollBook");
			assertThat(context.getBean("asksLast", Asking.class).names).containsExactly("database", "pollBook");
		}
	}

	@Test
	void facadeTellsOfServices() {
		this.runner.withUserConfiguration(Polls.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.get("pollBook", Object.class, Duration.ZERO)).isNotNull();
			assertThat(services.whenRunning("pollBook")).succeedsWithin(Duration.ofSeconds(5));
			assertThat(services.blockers("pollBook")).isEmpty();
			assertThat(services.readiness().ok()).isTrue();
			assertThat(services.health().ok()).isTrue();
			assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> services.snapshot("databse"))
				.withMessage("There is no service 'databse'. Did you mean 'database'?");
		});
	}

	@Test
	void eventsArePublishedAndListenersTold() {
		Events events = new Events();
		List<LifecycleEvent> heard = new CopyOnWriteArrayList<>();
		List<LifecycleEvent> heardToo = new CopyOnWriteArrayList<>();
		this.runner.withUserConfiguration(Polls.class)
			.withBean(Events.class, () -> events)
			.withBean("listener", LifecycleListener.class, () -> heard::add)
			.withBean("another", LifecycleListener.class, () -> heardToo::add)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(events.changes).containsExactly("database STARTING", "pollBook WAITING", "database RUNNING",
				"pollBook STARTING", "pollBook RUNNING", "pollBook STOPPING", "pollBook STOPPED", "database STOPPING",
				"database STOPPED");
		assertThat(events.all).startsWith("Starting").endsWith("Stopped").contains("Started", "Stopping");
		assertThat(heard).hasSameSizeAs(events.all).isEqualTo(heardToo);
	}

	@Test
	void whenListenerIsPrototypeFails() {
		this.runner.withBean("listener", LifecycleListener.class, () -> (event) -> {
		}, (definition) -> definition.setScope("prototype"))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasMessage("A LifecycleListener has to be a singleton, and bean 'listener' is not. Make it one, or "
						+ "give each instance to ManagedServices.addListener."));
	}

	@Test
	void propertiesWhenNothingIsConfiguredAreDefaults() {
		this.runner.run((context) -> {
			ManagedServicesProperties properties = context.getBean(ManagedServicesProperties.class);
			ResolvedProperties resolved = ResolvedProperties.of(properties, Duration.ofSeconds(30));
			assertThat(resolved.discovery()).isEqualTo(DiscoverySettings.DEFAULTS);
			assertThat(resolved.engine()).isEqualTo(EngineSettings.DEFAULTS);
			assertThat(properties.enabled()).isTrue();
			assertThat(properties.startup().mode()).isEqualTo(StartupMode.AWAIT);
		});
	}

	@Test
	void shutdownTimeoutFollowsThatOfSpring() {
		this.runner.run((context) -> {
			ManagedServicesProperties properties = context.getBean(ManagedServicesProperties.class);
			assertThat(shutdownTimeout(properties, "60s")).isEqualTo("PT55S");
			assertThat(shutdownTimeout(properties, "12s")).isEqualTo("PT10S");
			assertThat(shutdownTimeout(properties, "600ms")).isEqualTo("PT0.5S");
		});
		this.runner
			.withPropertyValues("managed-services.shutdown.timeout=40s",
					"spring.lifecycle.timeout-per-shutdown-phase=41s")
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner
			.withPropertyValues("managed-services.shutdown.timeout=41s",
					"spring.lifecycle.timeout-per-shutdown-phase=41s")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.isInstanceOf(InvalidServiceGraphException.class));
	}

	@Test
	void propertiesAreBound() {
		this.runner
			.withPropertyValues("managed-services.startup.mode=background",
					"managed-services.startup.on-failure=continue", "managed-services.startup.timeout=1h",
					"managed-services.defaults.retry.excludes=java.io.IOException",
					"managed-services.services.pollBook.required=false",
					"managed-services.services.[my.service].activation=on-demand",
					"managed-services.services.pollBook.retry.excludes=java.io.IOException,java.lang.Error",
					"managed-services.services.pollBook.retry.includes=java.lang.LinkageError",
					"managed-services.services.pollBook.retry.max-retries=20",
					"managed-services.services.pollBook.health.interval=3s")
			.withUserConfiguration(Polls.class)
			.withBean(ServiceRegistration.class, () -> new ServiceRegistration("my.service", new ServiceLifecycle() {
			}))
			.run((context) -> {
				ManagedServicesProperties properties = context.getBean(ManagedServicesProperties.class);
				assertThat(properties.startup()).isEqualTo(new ManagedServicesProperties.Startup(StartupMode.BACKGROUND,
						Duration.ofHours(1), OnFailure.CONTINUE, Duration.ofSeconds(10)));
				assertThat(properties.defaults().retry().excludes()).containsExactly(IOException.class);
				assertThat(properties.services().get("pollBook").retry().excludes()).containsExactly(IOException.class,
						Error.class);
				assertThat(properties.services().get("pollBook").retry().includes())
					.containsExactly(LinkageError.class);
				ManagedServices services = context.getBean(ManagedServices.class);
				assertThat(services.snapshot("pollBook").service().required()).isFalse();
				assertThat(services.snapshot("pollBook").attempt().total()).isEqualTo(21);
				assertThat(services.snapshot("my.service").service().activation()).isEqualTo(Activation.ON_DEMAND);
			});
	}

	@Test
	void propertiesOfServicesAreBoundFromEnvironment() {
		this.runner.withUserConfiguration(Polls.class)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("MANAGEDSERVICES_SERVICES_POLLBOOK_REQUIRED", "false"))))
			.run((context) -> assertThat(
					context.getBean(ManagedServices.class).snapshot("pollBook").service().required())
				.isFalse());
	}

	private static String shutdownTimeout(ManagedServicesProperties properties, String phaseTimeout) {
		Duration timeout = DurationStyle.detectAndParse(phaseTimeout);
		return ResolvedProperties.of(properties, timeout).engine().shutdownTimeout().toString();
	}

	private static Set<String> newThreads(Set<Thread> before) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !before.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.startsWith("managed-services"))
			.collect(Collectors.toSet());
	}

	private static List<String> names(ManagedServices services) {
		return services.snapshots().stream().map(ServiceSnapshot::name).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Polls {

		@Bean
		Journal journal() {
			return new Journal();
		}

		@Bean
		@ManagedService
		ServiceLifecycle database(Journal journal) {
			return journal.service("database");
		}

		@Bean
		@ManagedService(dependsOn = "database")
		ServiceLifecycle pollBook(Journal journal) {
			return journal.service("pollBook");
		}

	}

	@ManagedService
	static class ThreadService implements ServiceLifecycle {

		volatile Thread thread;

		@Override
		public void start(ServiceContext context) {
			this.thread = Thread.currentThread();
		}

	}

	static class TooEarly {

		TooEarly(ManagedServices services) {
			services.snapshots();
		}

	}

	@Lazy
	@ManagedService
	static class LazyTooEarly {

		LazyTooEarly(ManagedServices services) {
			services.snapshots();
		}

	}

	static class Asking implements SmartInitializingSingleton {

		private final ManagedServices services;

		List<String> names;

		Asking(ManagedServices services) {
			this.services = services;
		}

		@Override
		public void afterSingletonsInstantiated() {
			this.names = names(this.services);
		}

	}

	static class Events {

		final List<String> changes = new CopyOnWriteArrayList<>();

		final List<String> all = new CopyOnWriteArrayList<>();

		@EventListener
		void onChange(LifecycleEvent.StateChanged event) {
			this.changes.add(event.service().name() + " " + event.service().state());
		}

		@EventListener
		void onEvent(LifecycleEvent event) {
			this.all.add(event.getClass().getSimpleName());
		}

	}

	/**
	 * Has each part of the façade injected by itself.
	 *
	 * @param lookup finds services
	 * @param monitor shows services
	 * @param operator operates services
	 */
	record Parts(ServiceLookup lookup, ServiceMonitor monitor, ServiceOperator operator) {

	}

}
