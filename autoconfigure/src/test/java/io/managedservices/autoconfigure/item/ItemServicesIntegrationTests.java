// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;
import io.managedservices.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for services that act on items, in simulated time.
 */
class ItemServicesIntegrationTests {

	private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
				ManagedServicesItemsAutoConfiguration.class))
		.withBean(SimulatedTime.class, () -> SimulatedTime.startingAt(START));

	@Test
	void advanceWhenMonthPassesProcessesEachItemAtItsTime() {
		this.runner.withBean("pollClosing", PollClosing.class).run((context) -> {
			SimulatedTime time = context.getBean(SimulatedTime.class);
			PollClosing polls = context.getBean(PollClosing.class);
			for (long id = 0; id < 720; id++) {
				context.publishEvent(new PollCreated(id, START.plus(Duration.ofHours(id + 1)).plusMillis(id)));
			}
			time.advance(Duration.ofDays(15));
			assertThat(polls.closed).hasSize(360 - 1);
			context.publishEvent(new PollCreated(1000, START.plus(Duration.ofDays(20))));
			time.advance(Duration.ofDays(16));
			assertThat(polls.closed).hasSize(721).isEqualTo(polls.deadlines);
			ItemsSnapshot items = snapshot(context, "pollClosing");
			assertThat(items.processed()).isEqualTo(721);
			assertThat(items.failed()).isZero();
			assertThat(items.lateness()).isEqualTo(ItemsSnapshot.Lateness.NONE);
		});
	}

	@Test
	void snapshotWhenServiceWasRestartedGoesOnCounting() {
		this.runner.withBean("pollClosing", PollClosing.class).run((context) -> {
			SimulatedTime time = context.getBean(SimulatedTime.class);
			context.publishEvent(new PollCreated(1, START.plusSeconds(60)));
			time.advance(Duration.ofMinutes(2));
			context.getBean(ManagedServices.class).perform(ServiceAction.RESTART, "pollClosing");
			context.publishEvent(new PollCreated(2, START.plusSeconds(600)));
			time.advance(Duration.ofMinutes(9));
			assertThat(snapshot(context, "pollClosing").processed()).isEqualTo(2);
		});
	}

	@Test
	void snapshotWhenServiceIsStoppedHasNothingThatIsDue() {
		this.runner.withBean("pollClosing", PollClosing.class).run((context) -> {
			SimulatedTime time = context.getBean(SimulatedTime.class);
			context.publishEvent(new PollCreated(1, START.plusSeconds(60)));
			time.advance(Duration.ofSeconds(1));
			assertThat(snapshot(context, "pollClosing").armed()).isOne();
			context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "pollClosing");
			time.advance(Duration.ofMinutes(2));
			context.getBean(PollClosing.class).items.schedule(1L);
			ItemsSnapshot items = snapshot(context, "pollClosing");
			assertThat(items.due()).isZero();
			assertThat(items.armed()).isZero();
			assertThat(items.checkAll().next()).isNull();
			assertThat(items.checkAll().last()).isNotNull();
		});
	}

	@Test
	void stopWhenCalledEndsService() {
		this.runner.withBean("pollClosing", PollClosing.class).run((context) -> {
			context.getBean(PollClosing.class).items.stop();
			context.getBean(SimulatedTime.class).advance(Duration.ofSeconds(1));
			assertThat(context.getBean(ManagedServices.class).snapshot("pollClosing").state())
				.isEqualTo(ServiceState.STOPPED);
		});
	}

	@Test
	void scheduleWhenWithinTransactionTakesEffectAfterCommit() {
		database().run((context) -> {
			SimulatedTime time = context.getBean(SimulatedTime.class);
			SqlPolls polls = context.getBean(SqlPolls.class);
			transaction(context).executeWithoutResult((status) -> {
				insert(context, 1);
				context.publishEvent(new PollCreated(1, START.plusSeconds(60)));
				time.advance(Duration.ofSeconds(1));
				assertThat(polls.asked).hasValue(0);
			});
			time.advance(Duration.ofSeconds(1));
			assertThat(polls.asked).hasValue(1);
			assertThat(snapshot(context, "sqlPolls").armed()).isEqualTo(1);
			time.advance(Duration.ofMinutes(1));
			assertThat(closed(context)).isEqualTo(1);
		});
	}

	@Test
	void scheduleWhenTransactionIsRolledBackHasNoEffect() {
		database().run((context) -> {
			SimulatedTime time = context.getBean(SimulatedTime.class);
			transaction(context).executeWithoutResult((status) -> {
				insert(context, 1);
				context.publishEvent(new PollCreated(1, START.plusSeconds(60)));
				status.setRollbackOnly();
			});
			time.advance(Duration.ofSeconds(1));
			assertThat(context.getBean(SqlPolls.class).asked).hasValue(0);
			assertThat(snapshot(context, "sqlPolls").armed()).isZero();
		});
	}

	@Test
	void advanceWhenItemsAreInDatabaseProcessesThem() {
		database().run((context) -> {
			for (long id = 0; id < 30; id++) {
				context.getBean(JdbcTemplate.class)
					.update("insert into poll (id, closes_at) values (?, ?)", id,
							START.plus(Duration.ofDays(id + 1)).atOffset(ZoneOffset.UTC));
			}
			SimulatedTime time = context.getBean(SimulatedTime.class);
			time.advance(Duration.ofDays(10).plusMinutes(1));
			assertThat(closed(context)).isEqualTo(10);
			time.advance(Duration.ofDays(20));
			assertThat(closed(context)).isEqualTo(30);
		});
	}

	private ApplicationContextRunner database() {
		return this.runner.withUserConfiguration(Database.class).withBean("sqlPolls", SqlPolls.class);
	}

	@Test
	void injectWhenSeveralServicesExistFindsOwnQualifiedAndByType() {
		this.runner.withBean("pollClosing", PollClosing.class)
			.withBean("reminder", Reminder.class)
			.withBean("renewal", Renewal.class)
			.withBean(Editor.class)
			.run((context) -> {
				PollClosing polls = context.getBean(PollClosing.class);
				Reminder reminder = context.getBean(Reminder.class);
				Renewal renewal = context.getBean(Renewal.class);
				Editor editor = context.getBean(Editor.class);
				polls.items.schedule(1L);
				editor.reminders.schedule(2L);
				editor.renewals.schedule(new UUID(0, 3));
				context.getBean(SimulatedTime.class).advance(Duration.ZERO);
				assertThat(polls.asked).containsOnlyKeys(1L);
				assertThat(reminder.asked).containsOnlyKeys(2L);
				assertThat(renewal.asked).containsOnlyKeys(new UUID(0, 3));
			});
	}

	@Test
	void injectWhenBeanMethodHasParameterFindsItsBean() {
		this.runner.withUserConfiguration(TwoOfOneClass.class).run((context) -> {
			context.getBean("first", Scheduling.class).items.schedule(1L);
			context.getBean("second", Scheduling.class).items.schedule(2L);
			context.getBean(SimulatedTime.class).advance(Duration.ZERO);
			assertThat(context.getBean("first", Scheduling.class).asked).containsOnlyKeys(1L);
			assertThat(context.getBean("second", Scheduling.class).asked).containsOnlyKeys(2L);
		});
	}

	@Test
	void injectWhenOwnIdsAreOfAnotherTypeFindsOtherService() {
		this.runner.withBean("pollClosing", PollClosing.class).withBean("caller", Caller.class).run((context) -> {
			context.getBean(Caller.class).polls.schedule(1L);
			context.getBean(SimulatedTime.class).advance(Duration.ZERO);
			assertThat(context.getBean(PollClosing.class).asked).containsOnlyKeys(1L);
		});
	}

	@Test
	void refreshWhenClassHasSeveralBeansNamesThem() {
		this.runner.withBean("pollClosing", PollClosing.class)
			.withBean("first", Scheduling.class)
			.withBean("second", Scheduling.class)
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(InvalidServiceGraphException.class, (ex) -> {
					assertThat(ex.getProblems()).hasSize(2);
					assertThat(ex.getProblems()).extracting("description")
						.containsOnly(
								"Parameter 1 of the constructor of class Scheduling needs an item service with ids of type 'java.lang.Long', and several could be meant: 'first' (java.lang.Long), 'second' (java.lang.Long).");
					assertThat(ex.getProblems()).extracting("action")
						.containsOnly(
								"Name the service at the injection point, such as @Qualifier(\"first\"). If several beans have this injection point in common, give each a parameter of its own constructor or @Bean method.");
				}));
	}

	@Test
	void refreshWhenSchedulersFindNoServiceReportsAll() {
		this.runner.withBean("pollClosing", PollClosing.class)
			.withBean("reminder", Reminder.class)
			.withBean("lost", Lost.class)
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(InvalidServiceGraphException.class, (ex) -> {
					assertThat(ex.getProblems()).extracting("description")
						.containsExactly(
								"Parameter 1 of the constructor of class Lost needs an item service with ids of type 'java.lang.Long' named 'remindr' (@Qualifier), and there is none among 'pollClosing' (java.lang.Long), 'reminder' (java.lang.Long).",
								"Parameter 2 of the constructor of class Lost needs an item service with ids of type 'java.lang.Long', and several could be meant: 'pollClosing' (java.lang.Long), 'reminder' (java.lang.Long).",
								"Parameter 3 of the constructor of class Lost needs an item service with ids of type 'java.lang.String', and there is none among 'pollClosing' (java.lang.Long), 'reminder' (java.lang.Long).");
					assertThat(ex.getProblems()).extracting("action")
						.containsExactly(
								"Name the service with @Qualifier, or correct the type. Did you mean 'reminder'?",
								"Name the service at the injection point, such as @Qualifier(\"pollClosing\"). If several beans have this injection point in common, give each a parameter of its own constructor or @Bean method.",
								"Name the service with @Qualifier, or correct the type.");
				}));
	}

	@Test
	void refreshWhenThereIsNoItemServiceSaysSo() {
		this.runner.withBean(Editor.class)
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(InvalidServiceGraphException.class, (ex) -> assertThat(ex.getProblems())
					.extracting("description")
					.containsExactly(
							"Parameter 1 of the constructor of class Editor needs an item service with ids of type 'java.lang.Long' named 'reminder' (@Qualifier), and there is no item service.",
							"Parameter 2 of the constructor of class Editor needs an item service with ids of type 'java.util.UUID', and there is no item service.")));
	}

	private static ItemsSnapshot snapshot(ApplicationContext context, String service) {
		return Objects.requireNonNull(context.getBean(ItemServices.class).snapshot(service));
	}

	private static TransactionTemplate transaction(ApplicationContext context) {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	private static void insert(ApplicationContext context, long id) {
		context.getBean(JdbcTemplate.class)
			.update("insert into poll (id, closes_at) values (?, ?)", id,
					START.plusSeconds(60).atOffset(ZoneOffset.UTC));
	}

	private static @Nullable Integer closed(ApplicationContext context) {
		return context.getBean(JdbcTemplate.class)
			.queryForObject("select count(*) from poll where closed", Integer.class);
	}

	record PollCreated(long id, Instant closesAt) {

	}

	/**
	 * Items in memory.
	 *
	 * @param <I> the type of the ids
	 */
	abstract static class MemoryItems<I extends Comparable<I>> implements ItemService<I> {

		final Map<I, Instant> deadlines = new ConcurrentSkipListMap<>();

		final Map<I, Instant> closed = new ConcurrentSkipListMap<>();

		final Map<I, Integer> asked = new ConcurrentSkipListMap<>();

		private final SimulatedTime time;

		MemoryItems(SimulatedTime time) {
			this.time = time;
		}

		@Override
		public Outcome process(I id) {
			return (this.closed.putIfAbsent(id, this.time.now()) == null) ? Outcome.DONE : Outcome.NOT_YET;
		}

		@Override
		public Stream<DueItem<I>> checkAll() {
			return this.deadlines.keySet()
				.stream()
				.filter((id) -> !this.closed.containsKey(id))
				.map((id) -> new DueItem<>(id, Objects.requireNonNull(this.deadlines.get(id))))
				.sorted(Comparator.comparing(DueItem::due));
		}

		@Override
		public @Nullable Instant checkOne(I id) {
			this.asked.merge(id, 1, Integer::sum);
			return this.closed.containsKey(id) ? null : this.deadlines.get(id);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	@ManagedService
	static class PollClosing extends MemoryItems<Long> {

		final ItemScheduler<Long> items;

		PollClosing(ItemScheduler<Long> items, SimulatedTime time) {
			super(time);
			this.items = items;
		}

		@EventListener
		void on(PollCreated event) {
			this.deadlines.put(event.id(), event.closesAt());
			this.items.schedule(event.id());
		}

	}

	@ManagedService
	static class Reminder extends MemoryItems<Long> {

		Reminder(SimulatedTime time) {
			super(time);
		}

	}

	@ManagedService
	static class Renewal extends MemoryItems<UUID> {

		Renewal(SimulatedTime time) {
			super(time);
		}

	}

	@ManagedService
	static class Scheduling extends MemoryItems<Long> {

		final ItemScheduler<Long> items;

		Scheduling(ItemScheduler<Long> items, SimulatedTime time) {
			super(time);
			this.items = items;
		}

	}

	@ManagedService
	static class Caller extends MemoryItems<UUID> {

		final ItemScheduler<Long> polls;

		Caller(ItemScheduler<Long> polls, SimulatedTime time) {
			super(time);
			this.polls = polls;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoOfOneClass {

		@Bean
		Scheduling first(ItemScheduler<Long> items, SimulatedTime time) {
			return new Scheduling(items, time);
		}

		@Bean("second")
		@ManagedService(name = "other")
		Scheduling another(ItemScheduler<Long> items, SimulatedTime time) {
			return new Scheduling(items, time);
		}

	}

	static class Editor {

		final ItemScheduler<Long> reminders;

		final ItemScheduler<UUID> renewals;

		Editor(@Qualifier("reminder") ItemScheduler<Long> reminders, ItemScheduler<UUID> renewals) {
			this.reminders = reminders;
			this.renewals = renewals;
		}

	}

	static class Lost {

		Lost(@Qualifier("remindr") ItemScheduler<Long> misspelt, ItemScheduler<Long> ambiguous,
				ItemScheduler<String> none) {
		}

	}

	@ManagedService
	static class SqlPolls extends SqlItems<Long> {

		final AtomicInteger asked = new AtomicInteger();

		private final ItemScheduler<Long> items;

		SqlPolls(DataSource dataSource, ItemScheduler<Long> items, SimulatedTime time) {
			super(dataSource, new ItemSql(
					"update poll set closed = true where id = :id and closes_at <= :now and not closed",
					"select id, closes_at from poll where not closed and closes_at <= :until order by closes_at",
					"select closes_at from poll where id = :id and not closed"), time.clock());
			this.items = items;
		}

		@EventListener
		void on(PollCreated event) {
			this.items.schedule(event.id());
		}

		@Override
		public @Nullable Instant checkOne(Long id) throws Exception {
			this.asked.incrementAndGet();
			return super.checkOne(id);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(PollDatabase.class)
	static class Database {

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new DataSourceTransactionManager(dataSource);
		}

	}

}
