// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceContext;
import io.managedservices.actuate.endpoint.ManagedServicesEndpoint;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.endpoint.ManagedServicesEndpointAutoConfiguration;
import io.managedservices.autoconfigure.metrics.ManagedServicesMetricsAutoConfiguration;
import io.managedservices.internal.item.ItemEngine;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.ItemsSnapshot.CheckAll;
import io.managedservices.item.ItemsSnapshot.Lateness;
import io.managedservices.item.Outcome;
import io.managedservices.metrics.ItemMetrics;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for what is seen of items: at the endpoint and as metrics.
 */
class ItemReadersIntegrationTests {

	private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

	@Test
	void getShowsItems() {
		try (ServedServices application = ServedServices.run(Application.class, WebApplicationType.SERVLET,
				ServedServices.SHOWN)) {
			Polls polls = application.context().getBean(Polls.class);
			SimulatedTime time = application.context().getBean(SimulatedTime.class);
			script(polls, time);
			Answer answer = application.get("/actuator/managedservices/polls");
			assertThat(answer.<Map<String, Object>>json("$.items")).containsEntry("due", 0)
				.containsEntry("armed", 3)
				.containsEntry("inHand", 0)
				.containsEntry("processed", 1)
				.containsEntry("notYet", 1)
				.containsEntry("failed", 2)
				.containsEntry("retried", 1)
				.containsEntry("lateness",
						Map.of("median", "PT0S", "medianMillis", 0, "p99", "PT0S", "p99Millis", 0, "max", "PT0S",
								"maxMillis", 0))
				.containsEntry("checkAll", Map.of("last", "2030-01-01T00:00:00Z", "duration", "PT0S", "durationMillis",
						0, "next", "2030-01-01T01:00:00Z", "items", 0));
			assertThat(application.get("/actuator/managedservices").<Map<String, Object>>json("$.services.polls"))
				.doesNotContainKey("items");
		}
	}

	@Test
	void getShowsEachFigureInItsPlace() {
		try (ServedServices application = ServedServices.run(FiguresApplication.class, WebApplicationType.SERVLET,
				ServedServices.SHOWN)) {
			Answer answer = application.get("/actuator/managedservices/polls");
			assertThat(answer.<Map<String, Object>>json("$.items"))
				.containsExactlyInAnyOrderEntriesOf(Map.of("due", 2, "armed", 3, "inHand", 4, "processed", 5, "notYet",
						6, "failed", 7, "retried", 8, "conflicts", 13, "lateness",
						Map.of("median", "PT9S", "medianMillis", 9000, "p99", "PT10S", "p99Millis", 10000, "max",
								"PT11S", "maxMillis", 11000),
						"checkAll", Map.of("last", "2030-01-01T00:00:20Z", "duration", "PT1.5S", "durationMillis", 1500,
								"next", "2030-01-01T00:00:30.250Z", "items", 12)));
		}
	}

	@Test
	void metersTellEachFigureInItsPlace() {
		runner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesItemsAutoConfiguration.class,
					ManagedServicesMetricsAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.withBean(ItemEngine.class, Figures::new)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				context.getBean(ItemMetrics.class).bindTo(registry);
				assertThat(gauge(registry, "due")).isEqualTo(2);
				assertThat(gauge(registry, "armed")).isEqualTo(3);
				assertThat(gauge(registry, "in.hand")).isEqualTo(4);
				assertThat(count(registry, "processed")).isEqualTo(5);
				assertThat(count(registry, "not.yet")).isEqualTo(6);
				assertThat(count(registry, "failed")).isEqualTo(7);
				assertThat(count(registry, "retried")).isEqualTo(8);
				assertThat(count(registry, "conflicts")).isEqualTo(13);
				assertThat(seconds(registry, "late")).isEqualTo(12);
				assertThat(seconds(registry, "lateness.median")).isEqualTo(9);
				assertThat(seconds(registry, "lateness.p99")).isEqualTo(10);
				assertThat(seconds(registry, "lateness.max")).isEqualTo(11);
				assertThat(seconds(registry, "check.all.duration")).isEqualTo(1.5);
				assertThat(seconds(registry, "check.all.last")).isEqualTo(START.getEpochSecond() + 21.5);
				assertThat(seconds(registry, "check.all.next")).isEqualTo(START.getEpochSecond() + 30.25);
				assertThat(itemMeters(registry)).isEqualTo(15);
				context.getBean(ManagedServices.class).unregister("polls").get(10, TimeUnit.SECONDS);
				Awaitility.await().until(() -> itemMeters(registry) == 0);
			});
	}

	private static long itemMeters(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("managed.services.items."))
			.count();
	}

	@Test
	void metersTellOfItemsThroughRestarts() {
		runner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesItemsAutoConfiguration.class,
					ManagedServicesMetricsAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				context.getBean(ItemMetrics.class).bindTo(registry);
				SimulatedTime time = context.getBean(SimulatedTime.class);
				script(context.getBean(Polls.class), time);
				assertThat(gauge(registry, "due")).isZero();
				assertThat(gauge(registry, "armed")).isEqualTo(3);
				assertThat(gauge(registry, "in.hand")).isZero();
				for (String what : new String[] { "lateness.median", "lateness.p99", "lateness.max",
						"check.all.duration" }) {
					assertThat(seconds(registry, what)).isZero();
				}
				assertThat(seconds(registry, "check.all.last")).isEqualTo(START.getEpochSecond());
				assertThat(seconds(registry, "check.all.next")).isEqualTo(START.getEpochSecond() + 3600);
				assertThat(count(registry, "processed")).isEqualTo(1);
				assertThat(count(registry, "not.yet")).isEqualTo(1);
				assertThat(count(registry, "failed")).isEqualTo(2);
				assertThat(count(registry, "retried")).isEqualTo(1);
				context.getBean(ManagedServices.class)
					.perform(ServiceAction.RESTART, "polls")
					.get(10, TimeUnit.SECONDS);
				time.advance(Duration.ZERO);
				assertThat(count(registry, "processed")).isEqualTo(1);
				assertThat(count(registry, "failed")).isEqualTo(2);
				assertThat(gauge(registry, "armed")).isZero();
				assertThat(seconds(registry, "check.all.last")).isEqualTo(START.getEpochSecond() + 61.5);
				context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "polls").get(10, TimeUnit.SECONDS);
				assertThat(seconds(registry, "check.all.last")).isEqualTo(START.getEpochSecond() + 61.5);
				assertThat(seconds(registry, "check.all.next")).isNaN();
			});
	}

	@Test
	void readersWhenItemsAreNotConfiguredShowServices() {
		runner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesEndpointAutoConfiguration.class,
					ManagedServicesMetricsAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=managedservices")
			.withUserConfiguration(Other.class)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(ItemMetrics.class);
				assertThat(context.getBean(ManagedServicesEndpoint.class).service("plain").items()).isNull();
			});
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));
	}

	/**
	 * One is done, one has nothing to do yet, one fails twice, one is for later.
	 */
	private static void script(Polls polls, SimulatedTime time) {
		for (String id : new String[] { "done", "notYet", "failing" }) {
			polls.deadlines.put(id, START.plusSeconds(60));
			polls.items.schedule(id);
		}
		polls.deadlines.put("later", START.plusSeconds(600));
		polls.items.schedule("later");
		time.advance(Duration.ofSeconds(60));
		// The first retry comes after a second.
		polls.deadlines.put("notYet", START.plusSeconds(700));
		polls.items.schedule("notYet");
		time.advance(Duration.ofMillis(1500));
	}

	private static double gauge(MeterRegistry registry, String what) {
		return registry.get("managed.services.items." + what).tag("service", "polls").gauge().value();
	}

	private static double seconds(MeterRegistry registry, String what) {
		return registry.get("managed.services.items." + what)
			.tag("service", "polls")
			.timeGauge()
			.value(TimeUnit.SECONDS);
	}

	private static double count(MeterRegistry registry, String what) {
		return registry.get("managed.services.items." + what).tag("service", "polls").functionCounter().count();
	}

	@ManagedService
	static class Polls implements ItemService<String> {

		final Map<String, Instant> deadlines = new ConcurrentHashMap<>();

		final ItemScheduler<String> items;

		Polls(ItemScheduler<String> items) {
			this.items = items;
		}

		@Override
		public Outcome process(String id) {
			if (id.equals("failing")) {
				throw new IllegalStateException("no paper");
			}
			if (id.equals("notYet")) {
				return Outcome.NOT_YET;
			}
			this.deadlines.remove(id);
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<String>> checkAll() {
			return Stream.empty();
		}

		@Override
		public @Nullable Instant checkOne(String id) {
			return this.deadlines.get(id);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Other {

		@Bean
		@ManagedService
		Object plain() {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application extends Beans {

	}

	@Configuration(proxyBeanMethods = false)
	static class FiguresApplication extends Application {

		@Bean
		Figures figures() {
			return new Figures();
		}

	}

	/**
	 * Does nothing, and tells of it with figures of which no two are alike.
	 */
	static class Figures implements ItemEngine {

		private static final ItemsSnapshot SNAPSHOT = new ItemsSnapshot(2, 3, 4,
				new ItemsSnapshot.Counts(5, 6, 7, 8, 13),
				new Lateness(Duration.ofSeconds(9), Duration.ofSeconds(10), Duration.ofSeconds(11),
						Duration.ofSeconds(12)),
				new CheckAll(START.plusSeconds(20), Duration.ofMillis(1500), START.plusMillis(30_250), 12, null));

		@Override
		public <I> ItemProcessing<I> begin(ItemService<I> service, ItemSettings settings, ServiceContext context) {
			return new ItemProcessing<>() {

				@Override
				public void schedule(I id) {
				}

				@Override
				public ItemsSnapshot snapshot() {
					return SNAPSHOT;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		SimulatedTime simulatedTime() {
			return SimulatedTime.startingAt(START);
		}

		@Bean
		Polls polls(ItemScheduler<String> items) {
			return new Polls(items);
		}

	}

}
