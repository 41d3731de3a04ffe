// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.ManagedServicesEndpoint;
import io.managedservices.actuate.work.ItemsDescriptor;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.endpoint.ManagedServicesEndpointAutoConfiguration;
import io.managedservices.autoconfigure.metrics.ManagedServicesMetricsAutoConfiguration;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;
import io.managedservices.metrics.ItemMetrics;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Condition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for what is seen of items that are shared over a database: figures,
 * health and log, in real time.
 */
@ExtendWith(OutputCaptureExtension.class)
class DbSchedulerReadersIntegrationTests {

	private static final int ROUNDS = Integer.getInteger("items.restarts", 20);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
				ManagedServicesItemsAutoConfiguration.class, ManagedServicesEndpointAutoConfiguration.class,
				ManagedServicesMetricsAutoConfiguration.class))
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean(DataSource.class,
				() -> JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", ""))
		.withPropertyValues("managed-services.items.engine=db-scheduler",
				"managed-services.items.db-scheduler.create-table=true",
				"managed-services.items.db-scheduler.polling-interval=50ms", "managed-services.items.retry.delay=50ms",
				"managed-services.items.polls.max-items=100",
				"management.endpoints.web.exposure.include=managedservices");

	@Test
	void figuresAreTheSameInSnapshotEndpointAndMetersAndGoOnThroughARestart() {
		this.runner.withBean("polls", Polls.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			context.getBean(ItemMetrics.class).bindTo(registry);
			Polls polls = context.getBean(Polls.class);
			for (String id : new String[] { "done", "notYet", "failing", "later" }) {
				polls.deadlines.put(id, id.equals("later") ? Instant.now().plusSeconds(600) : Instant.now());
			}
			ItemServices items = context.getBean(ItemServices.class);
			// The first search came before there was anything, and the next one is to be
			// in an hour.
			ManagedServices services = context.getBean(ManagedServices.class);
			services.perform(ServiceAction.RESTART, "polls").get(20, TimeUnit.SECONDS);
			await(() -> {
				ItemsSnapshot figures = items.snapshot("polls");
				assertThat(figures).isNotNull();
				assertThat(figures.processed()).isEqualTo(2);
				assertThat(figures.notYet()).isOne();
				assertThat(figures.failed()).isOne();
				assertThat(figures.retried()).isOne();
				assertThat(figures.inHand()).isZero();
				assertThat(figures.lateness().max()).isPositive();
				assertThat(figures.checkAll().items()).isEqualTo(4);
				assertThat(figures.checkAll().problem()).isNull();
				assertThat(context.getBean(ManagedServicesEndpoint.class).service("polls").items()).isNotNull()
					.extracting(ItemsDescriptor::processed, ItemsDescriptor::notYet, ItemsDescriptor::failed,
							ItemsDescriptor::retried, ItemsDescriptor::inHand, (shown) -> shown.lateness().max())
					.containsExactly(2L, 1L, 1L, 1L, 0, figures.lateness().max());
			});
			assertThat(count(registry, "processed")).isEqualTo(2);
			assertThat(count(registry, "not.yet")).isEqualTo(1);
			assertThat(count(registry, "failed")).isEqualTo(1);
			assertThat(count(registry, "retried")).isEqualTo(1);
			assertThat(registry.get("managed.services.items.lateness.max")
				.tag("service", "polls")
				.timeGauge()
				.value(TimeUnit.SECONDS)).isPositive();
			// The item that was not yet due is looked at again.
			await(() -> assertThat(
					registry.get("managed.services.items.in.hand").tag("service", "polls").gauge().value())
				.isZero());
			polls.deadlines.put("more", Instant.now());
			services.perform(ServiceAction.RESTART, "polls").get(20, TimeUnit.SECONDS);
			await(() -> assertThat(count(registry, "processed")).isEqualTo(3));
			assertThat(count(registry, "failed")).isEqualTo(1);
		});
	}

	@Test
	void itemsAreProcessedSoonWhenTheServiceIsRestartedAtAnyMoment() {
		this.runner.withBean("polls", Polls.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Polls polls = context.getBean(Polls.class);
			for (int round = 0; round < ROUNDS; round++) {
				String id = "item-" + round;
				polls.deadlines.put(id, Instant.now());
				services.perform(ServiceAction.RESTART, "polls").get(20, TimeUnit.SECONDS);
				services.perform(ServiceAction.RESTART, "polls").get(20, TimeUnit.SECONDS);
				await(() -> assertThat(polls.deadlines).doesNotContainKey(id));
			}
		});
	}

	@Test
	void searchThatIsWrongIsToldInHealthAndLogAndTheServiceGoesOn(CapturedOutput output) {
		this.runner.withBean("polls", Polls.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Polls polls = context.getBean(Polls.class);
			polls.interval = Duration.ofMillis(100);
			services.perform(ServiceAction.RESTART, "polls").get(20, TimeUnit.SECONDS);
			for (Search search : Search.values()) {
				String id = search.name();
				polls.deadlines.put(id, Instant.now());
				polls.search = search;
				await(() -> {
					ServiceSnapshot snapshot = services.snapshot("polls");
					assertThat(snapshot.vitals().healthy()).isFalse();
					assertThat(snapshot.reports().conditions()).extracting(Condition::message)
						.singleElement()
						.asString()
						.contains("'polls'", search.problem, "What could be read is kept.");
					assertThat(polls.closed.contains(id)).isEqualTo(search != Search.NULL);
					assertThat(output).contains("polls").contains(search.problem);
				});
				polls.search = null;
				await(() -> {
					assertThat(services.snapshot("polls").vitals().healthy()).isTrue();
					assertThat(polls.closed).contains(id);
				});
			}
			assertThat(services.snapshot("polls").attempt().number()).isLessThanOrEqualTo(1);
		});
	}

	private static double count(MeterRegistry registry, String what) {
		return registry.get("managed.services.items." + what).tag("service", "polls").functionCounter().count();
	}

	private static void await(org.awaitility.core.ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
	}

	/**
	 * What may be wrong with a search, and what is told of it.
	 */
	private enum Search {

		UNSORTED("yields 1 items after ones with a later time"), FAILING("checkAll failed"),
		ENDLESS("yields more than 100 items"), NULLS("yields 3 items that are null or have no id or no time"),
		NULL("expected a stream, found null");

		private final String problem;

		Search(String problem) {
			this.problem = problem;
		}

		@SuppressWarnings("NullAway")
		@Nullable Stream<DueItem<String>> of(DueItem<String> item) {
			Instant now = Instant.now();
			return switch (this) {
				case UNSORTED -> Stream.of(new DueItem<>("none", now.plusMillis(1)), item);
				case FAILING -> Stream.concat(Stream.of(item), Stream.of(item).peek((each) -> {
					throw new IllegalStateException("connection lost");
				}));
				case ENDLESS ->
					Stream.concat(Stream.of(item), Stream.iterate(0, (id) -> (id + 1) % 10).map((id) -> item));
				case NULLS -> Stream.concat(
						Arrays.asList(null, new DueItem<String>(null, now), new DueItem<String>("none", null)).stream(),
						Stream.of(item));
				case NULL -> null;
			};
		}

	}

	@ManagedService
	static class Polls implements ItemService<String> {

		final Map<String, Instant> deadlines = new ConcurrentHashMap<>();

		final Set<String> closed = ConcurrentHashMap.newKeySet();

		private final Set<String> failed = ConcurrentHashMap.newKeySet();

		volatile Duration interval = Duration.ofHours(1);

		volatile @Nullable Search search;

		@Override
		public Outcome process(String id) {
			if (id.equals("failing") && this.failed.add(id)) {
				throw new IllegalStateException("no paper");
			}
			if (id.equals("notYet")) {
				this.deadlines.put(id, Instant.now().plusSeconds(600));
				return Outcome.NOT_YET;
			}
			this.closed.add(id);
			this.deadlines.remove(id);
			return Outcome.DONE;
		}

		@Override
		@SuppressWarnings("NullAway")
		public Stream<DueItem<String>> checkAll() {
			Search wrong = this.search;
			return (wrong != null) ? wrong.of(new DueItem<>(wrong.name(), Instant.now()))
					: this.deadlines.entrySet()
						.stream()
						.sorted(Map.Entry.comparingByValue())
						.map((each) -> new DueItem<>(each.getKey(), each.getValue()));
		}

		@Override
		public @Nullable Instant checkOne(String id) {
			return this.deadlines.get(id);
		}

		@Override
		public Duration interval() {
			return this.interval;
		}

	}

}
