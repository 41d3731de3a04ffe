// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceComponent;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for health, metrics and the endpoint over services that run, fail and
 * recover.
 */
class ReadersIntegrationTests {

	private static final String[] PROPERTIES = { "managed-services.startup.mode=background",
			"managed-services.services.database.retry.max-retries=100000",
			"managed-services.services.database.retry.delay=10ms",
			"managed-services.services.database.retry.multiplier=1",
			"managed-services.services.statistics.retry.max-retries=0",
			"management.endpoint.health.show-details=always", "management.endpoint.managedservices.show-values=always",
			"management.endpoint.health.group.storage.include=managedServices/database" };

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void readersFollowServicesThatFailAndRecover(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, PROPERTIES)) {
			awaitTransition(application, "database", "BACKOFF");
			awaitTransition(application, "statistics", "FAILED");
			assertNotReady(application);
			application.context().getBean(FailingDatabase.class).repair();
			Awaitility.await().until(() -> application.get("/actuator/health/readiness").statusLine().equals("200 UP"));
			assertReady(application);
		}
	}

	private void awaitTransition(ServedServices application, String service, String state) {
		Awaitility.await()
			.until(() -> application.get("/actuator/managedservices/" + service)
				.<List<String>>json("$.transitions[*].to")
				.contains(state));
	}

	private void assertNotReady(ServedServices application) {
		Answer readiness = application.get("/actuator/health/startup");
		assertThat(readiness.statusLine()).isEqualTo("503 OUT_OF_SERVICE");
		assertThat(readiness.<Map<String, ?>>json("$.components.managedServicesReadiness.details.services"))
			.containsOnlyKeys("database", "pollBook");
		assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("503 OUT_OF_SERVICE");
		assertThat(application.get("/actuator/health/storage").code()).isEqualTo(503);
		Answer health = application.get("/actuator/health");
		assertThat(health.statusLine()).isEqualTo("503 OUT_OF_SERVICE");
		String children = "$.components.managedServices.components.";
		assertThat(health.<String>json(children + "statistics.status")).isEqualTo("DEGRADED");
		assertThat(health.<String>json(children + "pollBook.status")).isEqualTo("OUT_OF_SERVICE");
		assertThat(health.<List<String>>json(children + "pollBook.details.waitsFor")).containsExactly("database");
		assertThat(health.<String>json(children + "pollBook.details.rootCause")).contains("'database'", "refused");
		Answer pollBook = application.get("/actuator/managedservices/pollBook");
		assertThat(pollBook.<List<String>>json("$.blockers[*].name")).containsExactly("database");
		assertThat(pollBook.<String>json("$.blockers[0].reason")).isEqualTo("java.lang.IllegalStateException: refused");
		assertThat(measure(application, "managed.services.attempts?tag=service:database")).isGreaterThanOrEqualTo(1);
		assertThat(measure(application, "managed.services.failures?tag=service:database")).isGreaterThanOrEqualTo(1);
		assertThat(measure(application, "managed.services.state?tag=state:failed")).isEqualTo(1);
		assertThat(measure(application, "managed.services.state?tag=state:waiting")).isEqualTo(1);
		assertThat(measure(application, "managed.services.ready?tag=service:database")).isZero();
		assertThat(measure(application, "managed.services.started.time?tag=service:statistics&tag=outcome:failure"))
			.isEqualTo(1);
		assertThat(measure(application, "managed.services.healthy?tag=service:statistics")).isZero();
	}

	private void assertReady(ServedServices application) {
		assertThat(application.get("/actuator/health/startup").statusLine()).isEqualTo("200 UP");
		assertThat(application.get("/actuator/health").statusLine()).isEqualTo("200 UP");
		Answer database = application.get("/actuator/managedservices/database");
		assertThat(database.<String>json("$.state")).isEqualTo("RUNNING");
		assertThat(database.<Integer>json("$.attempt.number")).isGreaterThan(1);
		assertThat(database.<List<String>>json("$.blockers")).isEmpty();
		assertThat(database.<List<?>>json("$.transitions")).hasSizeLessThanOrEqualTo(20);
		assertThat(application.get("/actuator/managedservices?format=mermaid").body()).contains("RUNNING", "FAILED");
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(measure(application, "managed.services.state?tag=state:running")).isEqualTo(2));
		assertThat(measure(application, "managed.services.started.time?tag=service:database&tag=outcome:success"))
			.isEqualTo(1);
		assertThat(measure(application, "managed.services.ready?tag=service:database")).isEqualTo(1);
	}

	@Test
	void metersWhenServicesAreRestartedAHundredTimesDoNotGrow() throws Exception {
		try (ServedServices application = ServedServices.run(Polls.class, WebApplicationType.NONE, PROPERTIES)) {
			application.context().getBean(FailingDatabase.class).repair();
			ManagedServices services = application.context().getBean(ManagedServices.class);
			MeterRegistry registry = application.context().getBean(MeterRegistry.class);
			int meters = 0;
			for (int restart = 1; restart <= 101; restart++) {
				services.start().get(10, TimeUnit.SECONDS);
				services.stop().get(10, TimeUnit.SECONDS);
				long stops = restart;
				Awaitility.await()
					.pollInterval(Duration.ofMillis(1))
					.until(() -> registry.get("managed.services.stopped.time")
						.tag("service", "database")
						.timer()
						.count() == stops);
				meters = (restart == 1) ? count(registry) : meters;
			}
			assertThat(count(registry)).isEqualTo(meters);
			assertThat(registry.get("managed.services.started.time").tag("service", "pollBook").timer().count())
				.isEqualTo(101);
			assertThat(registry.get("managed.services.state").tag("state", "stopped").gauge().value()).isEqualTo(3);
		}
	}

	private int count(MeterRegistry registry) {
		return (int) registry.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("managed.services."))
			.count();
	}

	private double measure(ServedServices application, String meter) {
		return application.get("/actuator/metrics/" + meter).<Number>json("$.measurements[0].value").doubleValue();
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void readersShowWhatAServiceReports(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Reports.class, type,
				"management.endpoint.health.show-details=always",
				"management.endpoint.managedservices.show-values=always",
				"managed-services.services.feed.health.error-buffer=2")) {
			Answer health = application.get("/actuator/health/managedServices/feed");
			assertThat(health.statusLine()).isEqualTo("503 DOWN");
			assertThat(health.<String>json("$.details.conditions[0].severity")).isEqualTo("ERROR");
			assertThat(health.<Integer>json("$.details.droppedErrors")).isEqualTo(1);
			assertThat(health.<String>json("$.details.errors[1].error"))
				.isEqualTo("java.lang.IllegalStateException: item 2");
			Awaitility.await()
				.until(() -> application.get("/actuator/health/managedServices/feed")
					.<String>json("$.details.components.pool.status")
					.equals("UP"));
			Answer service = application.get("/actuator/managedservices/feed");
			assertThat(service.<String>json("$.reports.conditions[0].title")).isEqualTo("No index");
			assertThat(service.<List<?>>json("$.reports.errors")).hasSize(2);
			assertThat(service.<Boolean>json("$.reports.components[0].healthy")).isTrue();
			assertThat(service.<Boolean>json("$.healthy")).isFalse();
			ManagedServices services = application.context().getBean(ManagedServices.class);
			assertThat(services.perform(ServiceAction.CLEAR_ERRORS, "feed")).succeedsWithin(Duration.ofSeconds(10));
			assertThat(services.isHealthy()).isFalse();
			application.context().getBean(Feed.class).resolve();
			Awaitility.await().until(services::isHealthy);
			assertThat(application.get("/actuator/health/managedServices/feed").statusLine()).isEqualTo("200 UP");
			List<LifecycleEvent.ConditionChanged> changes = application.context().getBean(Changes.class).changes;
			Awaitility.await().until(() -> changes.size() == 2);
			assertThat(changes).extracting((change) -> change.current() == null).containsExactly(false, true);
		}
	}

	static final class Feed implements ServiceLifecycle {

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext context) {
			this.context = context;
			context.conditions().error("index", "No index", "build it");
			context.component("pool", new ServiceComponent() {
			});
			for (int number = 0; number < 3; number++) {
				context.reportError(new IllegalStateException("item " + number));
			}
		}

		void resolve() {
			Objects.requireNonNull(this.context).conditions().resolve("index");
		}

	}

	static final class Changes {

		private final List<LifecycleEvent.ConditionChanged> changes = new CopyOnWriteArrayList<>();

		@EventListener
		void changed(LifecycleEvent.ConditionChanged change) {
			this.changes.add(change);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Reports {

		@Bean
		@ManagedService
		Feed feed() {
			return new Feed();
		}

		@Bean
		Changes changes() {
			return new Changes();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Polls {

		@Bean
		FailingDatabase failingDatabase() {
			return new FailingDatabase();
		}

		@Bean
		ServiceRegistration database(FailingDatabase database) {
			return new ServiceRegistration("database", database);
		}

		@Bean
		ServiceRegistration pollBook() {
			return new ServiceRegistration("pollBook", new ServiceLifecycle() {
			}).dependsOn("database");
		}

		@Bean
		ServiceRegistration statistics() {
			return new ServiceRegistration("statistics", new FailingDatabase()).required(false);
		}

	}

}
