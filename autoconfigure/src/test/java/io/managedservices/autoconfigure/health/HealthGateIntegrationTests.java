// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Integration tests for gates: services that run while a health contributor is up.
 */
@ExtendWith(OutputCaptureExtension.class)
class HealthGateIntegrationTests {

	private static final String[] FAST = { "managed-services.startup.mode=background",
			"managed-services.services.database.health.interval=20ms",
			"managed-services.services.database.retry.max-delay=20ms",
			"managed-services.services.database.retry.delay=10ms",
			"managed-services.services.database.restart.delay=10ms" };

	@ParameterizedTest
	@ValueSource(strings = { "db", "stores/primary", "stores", "reactive" })
	void dependentsFollowTheContributor(String contributor) {
		try (ConfigurableApplicationContext context = run(Polls.class, "database.health=" + contributor)) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Switch resource = context.getBean(Switch.class);
			Events events = context.getBean(Events.class);
			await(() -> assertThat(services.snapshot("database").attempt().number()).isGreaterThan(2));
			assertThat(services.snapshot("polls").state()).isEqualTo(ServiceState.WAITING);
			for (int round = 0; round < 3; round++) {
				resource.set(Health.up().build());
				await(() -> assertThat(services.isReady()).isTrue());
				events.clear();
				resource.set(Health.down().withDetail("error", "refused").build());
				await(() -> assertThat(events.downs()).containsExactly("polls DEPENDENCY", "pollBook DEPENDENCY",
						"database FAILURE"));
				await(() -> assertThat(services.snapshot("database").attempt().number()).isGreaterThan(2));
				assertThat(services.isReady()).isFalse();
			}
			assertThat(services.snapshot("database").failure()).hasMessageContaining("is DOWN")
				.hasMessageContaining("refused");
		}
	}

	@Test
	void serviceWhenThresholdIsAboveOneIsNotReadyBeforeItFails() {
		try (ConfigurableApplicationContext context = run(Polls.class, "database.health=db",
				"database.failure-threshold=3")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Switch resource = context.getBean(Switch.class);
			Events events = context.getBean(Events.class);
			resource.set(Health.up().build());
			await(() -> assertThat(services.isReady()).isTrue());
			resource.set(Health.down().build());
			await(() -> assertThat(events.downs()).contains("database FAILURE"));
			assertThat(events.vitals()).contains("database ready: false, healthy: false, RUNNING");
		}
	}

	@Test
	void serviceWhenContributorHangsFailsAndComesBack() {
		try (ConfigurableApplicationContext context = run(Polls.class, "database.health=db",
				"database.timeout=100ms")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Switch resource = context.getBean(Switch.class);
			resource.set(Health.up().build());
			await(() -> assertThat(services.isReady()).isTrue());
			resource.hang();
			await(() -> assertThat(services.snapshot("database").failure())
				.hasMessageContaining("is still hanging since"));
			assertThat(services.snapshot("polls").state()).isEqualTo(ServiceState.WAITING);
			assertThat(queryThreads()).hasSize(1);
			resource.goOn();
			await(() -> assertThat(services.isReady()).isTrue());
		}
		await(() -> assertThat(queryThreads()).isEmpty());
	}

	@Test
	void closeWhenContributorHangsDoesNotWaitForIt() {
		ConfigurableApplicationContext context = run(Polls.class, "database.health=db", "database.timeout=10s");
		Switch resource = context.getBean(Switch.class);
		resource.set(Health.up().build());
		await(() -> assertThat(context.getBean(ManagedServices.class).isReady()).isTrue());
		resource.hang();
		await(() -> assertThat(resource.isHanging()).isTrue());
		long begin = System.nanoTime();
		context.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
		resource.goOn();
		await(() -> assertThat(queryThreads()).isEmpty());
	}

	@Test
	void gateHasSettingsOfItsOwnUnderThoseOfTheService() {
		try (ConfigurableApplicationContext context = run(Polls.class, "database.health=db", "other.health=db",
				"other.interval=1m", "../services.other.required=false", "../services.other.retry.max-retries=1",
				"../services.other.retry.max-delay=20ms", "../defaults.retry.delay=10ms", "../defaults.watchdog=50ms",
				"../defaults.restart.policy=never")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.snapshot("database").attempt().hasLimit()).isFalse();
			await(() -> assertThat(services.snapshot("other").state()).isEqualTo(ServiceState.FAILED));
			assertThat(services.snapshot("other").attempt().progress()).isEqualTo("2 of 2");
			assertThat(services.snapshot("other").service().required()).isFalse();
			context.getBean(Switch.class).set(Health.up().build());
			await(() -> assertThat(services.snapshot("database").ready()).isTrue());
			context.getBean(Switch.class).set(Health.down().build());
			Events events = context.getBean(Events.class);
			await(() -> assertThat(events.downs()).contains("database FAILURE"));
			context.getBean(Switch.class).set(Health.up().build());
			await(() -> assertThat(services.snapshot("database").ready()).isTrue());
		}
	}

	@Test
	void runWhenContributorIsUnknownNamesThoseThatThereAre(CapturedOutput output) {
		assertThat(analysis(output, Polls.class, "database.health=stores/primry")).containsExactly("Description:", "",
				"managed-services.gates.database.health is 'stores/primry': expected the name of a health contributor, and there is 'db', 'diskSpace', 'livenessState', 'ping', 'reactive', 'readinessState', 'ssl', 'stores', 'stores/primary', 'stores/replica'.",
				"", "Action:", "",
				"Correct managed-services.gates.database.health. Did you mean 'stores/primary'? One that is switched off by management.health.<name>.enabled cannot be used.");
	}

	@Test
	void runWhenContributorIsMissingReportsIt(CapturedOutput output) {
		assertThat(analysis(output, Polls.class, "database.interval=1s")).anyMatch((line) -> line.startsWith(
				"managed-services.gates.database.health is '': expected the name of a health contributor, and there is 'db'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "managedServices", "managedServices/polls", "managedServicesReadiness" })
	void runWhenContributorShowsTheServicesRefusesIt(String contributor, CapturedOutput output) {
		assertThat(analysis(output, Polls.class, "database.health=" + contributor)).containsExactly("Description:", "",
				"managed-services.gates.database.health names the health contributor '%s', which shows the services themselves: the gate would wait for itself."
					.formatted(contributor),
				"", "Action:", "",
				"Name the health contributor of a resource in managed-services.gates.database.health, such as 'db'. A service that needs another one names it in dependsOn.");
	}

	@Test
	void runWhenGateHasTheNameOfAServiceReportsBoth(CapturedOutput output) {
		assertThat(analysis(output, Polls.class, "database.health=db", "polls.health=db")).contains(
				"Two services have the name 'polls': ServiceRegistration bean 'polls' and managed-services.gates.polls.");
	}

	@Test
	void runWhenSettingsOfGateAreInvalidReportsEachOnce(CapturedOutput output) {
		assertThat(analysis(output, Polls.class, "database.health=db", "database.interval=0s", "database.timeout=-1s",
				"database.failure-threshold=0"))
			.containsSequence("The services of the application have 3 problems:", "",
					"1. managed-services.gates.database.interval is invalid: expected a duration above 0 and up to 36500d, found PT0S.",
					"2. managed-services.gates.database.timeout is invalid: expected a duration above 0 and up to 36500d, found PT-1S.",
					"3. managed-services.gates.database.failure-threshold is invalid: expected 1 or more, found 0.");
	}

	@Test
	void runWhenThereAreNoHealthContributorsReportsIt(CapturedOutput output) {
		assertThat(analysis(output, Plain.class, "database.health=db", "redis.health=redis")).contains(
				"managed-services.gates configures 'database', 'redis', and the application has no health contributors that a gate could follow.",
				"Add spring-boot-starter-actuator to the application, or remove managed-services.gates.");
	}

	private static List<String> analysis(CapturedOutput output, Class<?> source, String... gates) {
		assertThatException().isThrownBy(() -> application(source).run(arguments(gates)).close());
		String out = output.getOut();
		return out.substring(out.indexOf("Description:")).strip().lines().toList();
	}

	private static ConfigurableApplicationContext run(Class<?> source, String... gates) {
		return application(source).run(arguments(gates));
	}

	private static SpringApplicationBuilder application(Class<?> source) {
		return new SpringApplicationBuilder(source).web(WebApplicationType.NONE);
	}

	private static String[] arguments(String... gates) {
		List<String> arguments = new ArrayList<>();
		arguments.add("--spring.main.banner-mode=off");
		arguments.add("--spring.main.keep-alive=false");
		for (String property : FAST) {
			arguments.add("--" + property);
		}
		for (String gate : gates) {
			arguments.add(gate.startsWith("../") ? "--managed-services." + gate.substring(3)
					: "--managed-services.gates." + gate);
		}
		return arguments.toArray(String[]::new);
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).untilAsserted(assertion);
	}

	private static List<Thread> queryThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("managed-services-gate"))
			.toList();
	}

	/**
	 * A resource whose health the test sets. Safe for use by several threads.
	 */
	static class Switch {

		private final AtomicReference<Health> health = new AtomicReference<>(
				Health.down().withDetail("error", "refused").build());

		private volatile CountDownLatch passage = new CountDownLatch(0);

		private volatile boolean hanging;

		void set(Health newHealth) {
			this.health.set(newHealth);
		}

		void hang() {
			this.passage = new CountDownLatch(1);
		}

		void goOn() {
			this.passage.countDown();
		}

		boolean isHanging() {
			return this.hanging;
		}

		Health get() {
			CountDownLatch latch = this.passage;
			while (latch.getCount() > 0) {
				this.hanging = true;
				try {
					latch.await();
				}
				catch (InterruptedException ex) {
					// As a driver that reads from a socket does not notice.
				}
			}
			this.hanging = false;
			return this.health.get();
		}

	}

	/**
	 * What happened to services, in order. Safe for use by several threads.
	 */
	static class Events implements LifecycleListener {

		private final List<String> downs = new ArrayList<>();

		private final List<String> vitals = new ArrayList<>();

		@Override
		public synchronized void onEvent(LifecycleEvent event) {
			if (event instanceof LifecycleEvent.StateChanged changed && changed.service().stopReason() != null
					&& (changed.previous() == ServiceState.STOPPING || changed.previous() == ServiceState.RUNNING)
					&& changed.service().state() != ServiceState.STOPPING) {
				StopReason reason = changed.service().stopReason();
				this.downs.add(changed.service().name() + " " + reason);
			}
			if (event instanceof LifecycleEvent.VitalsChanged changed) {
				ServiceSnapshot service = changed.service();
				this.vitals.add("%s ready: %s, healthy: %s, %s".formatted(service.name(), service.ready(),
						service.healthy(), service.state()));
			}
		}

		synchronized void clear() {
			this.downs.clear();
		}

		synchronized List<String> downs() {
			return List.copyOf(this.downs);
		}

		synchronized List<String> vitals() {
			return List.copyOf(this.vitals);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Polls {

		@Bean
		Switch resource() {
			return new Switch();
		}

		@Bean
		Events events() {
			return new Events();
		}

		@Bean
		HealthIndicator dbHealthIndicator(Switch resource) {
			return resource::get;
		}

		@Bean
		ReactiveHealthIndicator reactiveHealthIndicator(Switch resource) {
			return () -> Mono.fromCallable(resource::get);
		}

		@Bean
		CompositeHealthContributor storesHealthContributor(Switch resource) {
			HealthIndicator primary = resource::get;
			HealthIndicator replica = () -> Health.up().build();
			return CompositeHealthContributor.fromMap(Map.of("primary", primary, "replica", replica));
		}

		@Bean
		ServiceRegistration pollBook() {
			return new ServiceRegistration("pollBook", new ServiceLifecycle() {
			}).dependsOn("database");
		}

		@Bean
		ServiceRegistration polls() {
			return new ServiceRegistration("polls", new ServiceLifecycle() {
			}).dependsOn("pollBook");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class Plain {

	}

}
