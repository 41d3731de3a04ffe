// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.ManagedServicesItemsProperties;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.item.ItemEngine;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.embedded.EmbeddedItemEngine;
import io.managedservices.internal.item.jdbc.DbSchedulerItemEngine;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Integration tests for what is configured of services that act on items, and for their
 * engines.
 */
class ItemConfigurationIntegrationTests {

	private static final String PREFIX = "managed-services.items.";

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class));

	@Test
	void settingsWhenNothingIsConfiguredAreDefaults() {
		this.runner.run((context) -> {
			assertThat(settings(context, "pollClosing")).isEqualTo(ItemSettings.DEFAULTS);
			assertThat(context).hasSingleBean(EmbeddedItemEngine.class).hasSingleBean(ItemEngine.class);
		});
	}

	@Test
	void settingsWhenServiceIsConfiguredWinOverThoseOfAll() {
		this.runner.withBean("pollClosing", NoPolls.class)
			.withBean("my.polls", NoPolls.class)
			.withBean("snake_case", NoPolls.class)
			.withPropertyValues(PREFIX + "concurrency=2", PREFIX + "late-threshold=3s", PREFIX + "retry.multiplier=4",
					PREFIX + "pollClosing.concurrency=5", PREFIX + "pollClosing.retry.delay=6s",
					PREFIX + "pollClosing.retry.maxDelay=7m", PREFIX + "[my.polls].max-items=8",
					PREFIX + "snake_case.max-items=9")
			.run((context) -> {
				assertThat(settings(context, "pollClosing")).isEqualTo(
						new ItemSettings(5, new ItemSettings.Retry(Duration.ofSeconds(6), 4, Duration.ofMinutes(7)),
								Duration.ofSeconds(3), ItemSettings.DEFAULTS.maxItems()));
				assertThat(settings(context, "my.polls").maxItems()).isEqualTo(8);
				assertThat(settings(context, "my.polls").concurrency()).isEqualTo(2);
				assertThat(settings(context, "snake_case").maxItems()).isEqualTo(9);
			});
	}

	@Test
	void startWhenConcurrencyIsConfiguredHasAsManyLanes() {
		this.runner.withBean("pollClosing", NoPolls.class)
			.withPropertyValues(PREFIX + "poll-closing.concurrency=3")
			.run((context) -> assertThat(context.getBean(ManagedServices.class).work("pollClosing").tasks())
				.extracting(TaskStatus::name)
				.contains("items", "items-2", "items-3")
				.doesNotContain("items-4"));
	}

	@Test
	void refreshWhenSettingsAreWrongReportsAllAtOnce() {
		this.runner.withBean("pollClosing", NoPolls.class)
			.withBean("lateThreshold", NoPolls.class)
			.withPropertyValues(PREFIX + "pollClosing.concurrency=0", PREFIX + "pollClosing.max-items=0",
					PREFIX + "pollClosing.late-threshold=0s", PREFIX + "retry.delay=-1s", PREFIX + "retry.max-delay=0s",
					PREFIX + "pollClosing.retry.multiplier=0.5")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(InvalidServiceGraphException.class, (ex) -> {
					assertThat(ex.getProblems()).extracting(GraphProblem::description)
						.containsExactlyInAnyOrder(
								"concurrency of item service 'pollClosing' is invalid: expected 1 to 1000, found 0.",
								"max-items of item service 'pollClosing' is invalid: expected 1 or more, found 0.",
								"late-threshold of item service 'pollClosing' is invalid: expected a duration above 0 and up to 36500d, found PT0S.",
								"retry.delay of item service 'pollClosing' is invalid: expected a duration above 0 and up to 36500d, found PT-1S.",
								"retry.max-delay of item service 'pollClosing' is invalid: expected a duration above 0 and up to 36500d, found PT0S.",
								"retry.multiplier of item service 'pollClosing' is invalid: expected a number of at least 1, found 0.5.",
								"The name of item service 'lateThreshold' is that of a property of all item services.");
					assertThat(ex.getProblems()).extracting(GraphProblem::action)
						.contains(
								"Correct managed-services.items.pollClosing.concurrency or managed-services.items.concurrency.",
								"Give service 'lateThreshold' another name.");
				}));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					retry.delay=10m           | retry.delay is invalid: expected at most retry.max-delay, which is PT5M, found PT10M.
					retry.multiplier=Infinity | retry.multiplier is invalid: expected a number of at least 1, found Infinity.
					retry.multiplier=NaN      | retry.multiplier is invalid: expected a number of at least 1, found NaN.
					db-scheduler.heartbeat=106751991167d | db-scheduler.heartbeat is invalid: expected a duration from 1ms to 365d, found 'PT2562047788008H'.
					db-scheduler.heartbeat=100ns         | db-scheduler.heartbeat is invalid: expected a duration from 1ms to 365d, found 'PT0.0000001S'.
					db-scheduler.table=items; drop       | db-scheduler.table is invalid: expected letters, digits and underscores, with a schema before a dot if need be, found 'items; drop'.
					""")
	void refreshWhenSettingOfAllIsWrongRefusesItInBothEngines(String property, String description) {
		for (String engine : List.of("embedded", "DB_SCHEDULER")) {
			this.runner.withUserConfiguration(PollDatabase.class)
				.withPropertyValues(PREFIX + property, PREFIX + "engine=" + engine)
				.run((context) -> assertThat(
						NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure())))
					.as(engine)
					.isInstanceOf(InvalidServiceGraphException.class)
					.hasMessage(PREFIX + description));
		}
	}

	@Test
	void refreshWhenIdsAreOfAnotherTypeRefusesItInBothEngines() {
		for (String engine : List.of("embedded", "db-scheduler")) {
			this.runner.withUserConfiguration(PollDatabase.class)
				.withBean("numbered", Numbered.class)
				.withPropertyValues(PREFIX + "engine=" + engine)
				.run((context) -> assertThat(context.getStartupFailure()).as(engine)
					.isInstanceOfSatisfying(InvalidServiceGraphException.class, (ex) -> assertThat(ex.getProblems())
						.containsExactly(new GraphProblem(
								"The ids of item service 'numbered' have the type 'java.lang.Integer': expected Long, UUID or String.",
								"Let %s implement ItemService<Long>, ItemService<UUID> or ItemService<String>."
									.formatted(Numbered.class.getName())))));
		}
	}

	@Test
	void engineWhenDbSchedulerIsWrittenInAnotherWayIsTaken() {
		this.runner.withUserConfiguration(PollDatabase.class)
			.withPropertyValues(PREFIX + "engine=DB_SCHEDULER", PREFIX + "db-scheduler.create-table=yes")
			.run((context) -> assertThat(context).hasSingleBean(DbSchedulerItemEngine.class));
	}

	@Test
	void refreshWhenConfiguredServiceDoesNotExistSaysSo() {
		this.runner.withBean("pollClosing", NoPolls.class)
			.withPropertyValues(PREFIX + "poll-closing.concurrency=3", PREFIX + "pollClosng.concurrency=2")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(
					InvalidServiceGraphException.class,
					(ex) -> assertThat(ex.getProblems()).containsExactly(new GraphProblem(
							"managed-services.items.pollClosng (\"managed-services.items.pollClosng.concurrency\" from property source \"test\") configures item service 'pollClosng', and there is no item service of that name.",
							"Correct or remove managed-services.items.pollClosng. Did you mean 'pollClosing'?"))));
	}

	@Test
	void runWhenEngineIsDbSchedulerProcessesItems() {
		this.runner.withUserConfiguration(PollDatabase.class)
			.withBean("pollClosing", PollClosing.class)
			.withPropertyValues(PREFIX + "engine=db-scheduler", PREFIX + "db-scheduler.create-table=true",
					PREFIX + "db-scheduler.polling-interval=50ms")
			.run((context) -> {
				assertThat(context).hasSingleBean(DbSchedulerItemEngine.class).hasSingleBean(ItemEngine.class);
				ManagedServices services = context.getBean(ManagedServices.class);
				assertThat(services.snapshot("itemScheduler").state()).isEqualTo(ServiceState.RUNNING);
				assertThat(services.snapshot("pollClosing").service().dependencies())
					.extracting(ServiceDependency::name)
					.containsExactly("itemScheduler");
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				jdbc.update("insert into poll (id, closes_at) values (1, ?)",
						OffsetDateTime.now(ZoneOffset.UTC).plusNanos(200_000_000));
				context.getBean(PollClosing.class).items.schedule(1L);
				Awaitility.await()
					.untilAsserted(
							() -> assertThat(jdbc.queryForObject("select closed from poll where id = 1", Boolean.class))
								.isTrue());
			});
	}

	@Test
	void engineWhenUserHasOneIsTaken() {
		this.runner.withUserConfiguration(PollDatabase.class)
			.withBean("own", ItemEngine.class, () -> mock(ItemEngine.class))
			.withPropertyValues(PREFIX + "engine=db-scheduler")
			.run((context) -> {
				assertThat(context).hasSingleBean(ItemEngine.class);
				assertThat(context.getBean(ManagedServices.class).snapshots()).isEmpty();
			});
	}

	private static ItemSettings settings(ApplicationContext context, String service) {
		List<GraphProblem> problems = new ArrayList<>();
		ItemSettings settings = new ConfiguredItems(context.getBean(ManagedServicesItemsProperties.class),
				context.getEnvironment())
			.of(service, problems::add);
		assertThat(problems).isEmpty();
		return settings;
	}

	@ManagedService
	static class NoPolls implements ItemService<Long> {

		@Override
		public Outcome process(Long id) {
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return Stream.empty();
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			return null;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	@ManagedService
	static class Numbered implements ItemService<Integer> {

		@Override
		public Outcome process(Integer id) {
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Integer>> checkAll() {
			return Stream.of();
		}

		@Override
		public Instant checkOne(Integer id) {
			return Instant.MAX;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	@ManagedService
	static class PollClosing extends SqlItems<Long> {

		final ItemScheduler<Long> items;

		PollClosing(DataSource dataSource, ItemScheduler<Long> items) {
			super(dataSource, new ItemSql(
					"update poll set closed = true where id = :id and closes_at <= :now and not closed",
					"select id, closes_at from poll where not closed and closes_at <= :until order by closes_at",
					"select closes_at from poll where id = :id and not closed"));
			this.items = items;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
