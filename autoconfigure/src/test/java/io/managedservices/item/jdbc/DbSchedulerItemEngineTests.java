package io.managedservices.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.ServiceException;
import io.managedservices.concurrent.ThreadBackend;
import io.managedservices.item.ItemProcessing;
import io.managedservices.item.ItemSettings;
import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DbSchedulerItemEngine}: several instances over one database.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerItemEngineTests {

	private static final ItemSettings SETTINGS = new ItemSettings(1,
			new ItemSettings.Retry(Duration.ofMillis(100), 2, Duration.ofSeconds(1)), Duration.ofMinutes(1), 1_000_000);

	private final List<Instance> instances = new ArrayList<>();

	@AfterEach
	void stopAll() {
		this.instances.forEach(Instance::stop);
	}

	@Test
	void itemsOnThreeInstancesOfPostgresAreDoneOnceEach() {
		share(TestPostgres.database());
	}

	@Test
	void itemsOnThreeInstancesOfH2AreDoneOnceEach() {
		share(h2());
	}

	private void share(DataSource database) {
		JdbcTemplate jdbc = polls(database);
		for (int id = 1; id <= 150; id++) {
			poll(jdbc, id, Instant.now().plusMillis(10 * id));
		}
		poll(jdbc, 999, Instant.now().plusSeconds(3600));
		for (int index = 0; index < 3; index++) {
			instance(database).begin();
		}
		await(() -> audited(jdbc) == 150);
		assertThat(closed(jdbc)).isEqualTo(150);
		await(() -> rows(jdbc, "item:polls") == 1);
		assertThat(rows(jdbc, "check-all:polls")).isOne();
		assertThat(this.instances).allSatisfy((each) -> assertThat(each.context.failed()).isEmpty());
		assertThat(this.instances.stream().mapToLong((each) -> each.items().snapshot().processed()).sum())
			.isEqualTo(150);
		await(() -> this.instances.get(0).items().snapshot().armed() == 1);
		assertThat(jdbc.queryForObject("select count(task_data) from managed_service_items", Integer.class)).isZero();
	}

	@Test
	void itemsWhenServiceDoesNotRunHereAreLeftToOthers() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = polls(database);
		Instance without = instance(database);
		Instance with = instance(database);
		poll(jdbc, 1, Instant.now());
		with.begin();
		await(() -> audited(jdbc) == 1);
		with.stopService();
		poll(jdbc, 2, Instant.now());
		Instant due = Instant.parse("2026-01-01T00:00:00Z");
		jdbc.update(
				"insert into managed_service_items (task_name, task_instance, execution_time, picked, version) values ('item:polls', '2', ?, false, 1)",
				due.atOffset(ZoneOffset.UTC));
		// It goes on to look after what is dead, all the time.
		int before = without.database.lent();
		await(() -> without.database.lent() > before + 5);
		assertThat(jdbc.queryForObject(
				"select version from managed_service_items where task_instance = '2' and picked = false and execution_time = ?",
				Long.class, due.atOffset(ZoneOffset.UTC)))
			.isOne();
		without.begin();
		await(() -> audited(jdbc) == 2);
	}

	@Test
	void itemsWhenInstanceDiesAreTakenOver() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = polls(database);
		poll(jdbc, 1, Instant.now());
		Instance first = instance(database);
		CountDownLatch release = first.service.hang();
		first.begin();
		await(() -> first.service.entered.get() == 1);
		first.database.cut();
		Instance second = instance(database);
		second.begin();
		await(() -> audited(jdbc) == 1);
		release.countDown();
		await(() -> first.items().snapshot().inHand() == 0);
		await(() -> rows(jdbc, "item:polls") == 0);
		assertThat(audited(jdbc)).isOne();
	}

	@Test
	void itemsWhenRowsAreLateOrRedundantAreLeftAlone() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = polls(database);
		Instance instance = instance(database);
		poll(jdbc, 1, Instant.now().plusSeconds(3600));
		for (String id : List.of("1", "2")) {
			jdbc.update(
					"insert into managed_service_items (task_name, task_instance, execution_time, picked, version) values ('item:polls', ?, now() - interval '10 years', false, 1)",
					id);
		}
		instance.begin();
		await(() -> jdbc.queryForObject(
				"select count(*) from managed_service_items where task_name = 'item:polls' and execution_time > now()",
				Integer.class) == 1);
		await(() -> rows(jdbc, "item:polls") == 1);
		assertThat(instance.service.entered).hasValue(0);
	}

	@Test
	void scheduleWhenCalledOftenAsksOnce() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = polls(database);
		Instance instance = instance(database);
		poll(jdbc, 1, Instant.now());
		CountDownLatch release = instance.service.hang();
		instance.begin();
		await(() -> instance.service.entered.get() == 1);
		poll(jdbc, 2, Instant.now().plusSeconds(3600));
		int before = instance.service.asked.get();
		for (int index = 0; index < 10_000; index++) {
			instance.items().schedule(2L);
		}
		release.countDown();
		await(() -> rows(jdbc, "item:polls") == 1);
		await(() -> instance.items().snapshot().inHand() == 0);
		// One more is for the item that was in hand.
		assertThat(instance.service.asked.get() - before).isEqualTo(2);
		jdbc.update("update poll set closes_at = now() where id = 2");
		instance.items().schedule(2L);
		await(() -> audited(jdbc) == 2);
	}

	@Test
	void itemThatFailsIsRetriedAndTold() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = polls(database);
		poll(jdbc, 1, Instant.now());
		poll(jdbc, 2, Instant.now());
		Instance instance = instance(database);
		instance.service.failures.set(2);
		instance.begin();
		await(() -> audited(jdbc) == 2);
		assertThat(instance.context.failed()).hasSize(2)
			.allMatch((each) -> each.endsWith("IllegalStateException: planted"));
		assertThat(instance.items().snapshot().failed()).isEqualTo(2);
		await(() -> rows(jdbc, "item:polls") == 0);
	}

	@Test
	void stopOfServiceFinishesItemInHandAndBeginsNoOther() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = polls(database);
		poll(jdbc, 1, Instant.now());
		poll(jdbc, 2, Instant.now());
		Instance instance = instance(database);
		CountDownLatch release = instance.service.hang();
		instance.begin();
		await(() -> instance.service.entered.get() == 1);
		instance.context.tellToStop();
		release.countDown();
		instance.stopService();
		assertThat(audited(jdbc)).isOne();
		assertThat(instance.service.entered).hasValue(1);
		instance.engine.stop(instance.context.get());
		instance.engine.start(instance.context.get());
		instance.begin();
		await(() -> audited(jdbc) == 2);
	}

	@Test
	void startWhenTableIsMissingTellsHowToCreateIt() {
		DataSource database = h2();
		DbSchedulerItemEngine engine = new DbSchedulerItemEngine(database, DbSchedulerSettings.DEFAULTS,
				ThreadBackend.platform());
		assertThatIllegalStateException().isThrownBy(() -> engine.start(new FakeServiceContext("itemScheduler").get()))
			.withMessageStartingWith("The table of items 'managed_service_items' cannot be read. Create it with");
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> engine.begin(new Polls(database), SETTINGS, new FakeServiceContext("polls").get()))
			.withMessageContaining("expected that service 'itemScheduler' runs");
	}

	private static DataSource h2() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		return dataSource;
	}

	private static JdbcTemplate polls(DataSource database) {
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute(
				"create table poll (id bigint primary key, closes_at timestamp with time zone, closed boolean not null)");
		jdbc.execute("create table audit (id bigint primary key)");
		return jdbc;
	}

	private static void poll(JdbcTemplate jdbc, long id, Instant closesAt) {
		jdbc.update("insert into poll (id, closes_at, closed) values (?, ?, false)", id,
				closesAt.atOffset(ZoneOffset.UTC));
	}

	private static int audited(JdbcTemplate jdbc) {
		return count(jdbc, "audit");
	}

	private static int closed(JdbcTemplate jdbc) {
		return count(jdbc, "poll where closed");
	}

	private static int rows(JdbcTemplate jdbc, String task) {
		return count(jdbc, "managed_service_items where task_name = '" + task + "'");
	}

	private static int count(JdbcTemplate jdbc, String from) {
		Integer count = jdbc.queryForObject("select count(*) from " + from, Integer.class);
		return (count != null) ? count : 0;
	}

	private static void await(java.util.concurrent.Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50)).until(condition);
	}

	private Instance instance(DataSource database) {
		Instance instance = new Instance(database);
		this.instances.add(instance);
		return instance;
	}

	/**
	 * An instance of the application.
	 */
	private static final class Instance {

		private final CountingDataSource database;

		private final Polls service;

		private final DbSchedulerItemEngine engine;

		private FakeServiceContext context = new FakeServiceContext("polls");

		private @Nullable ItemProcessing<Long> items;

		Instance(DataSource database) {
			this.database = new CountingDataSource(database);
			this.service = new Polls(database);
			this.engine = new DbSchedulerItemEngine(this.database, new DbSchedulerSettings("managed_service_items",
					true, 4, Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(14)),
					ThreadBackend.platform());
			this.engine.start(this.context.get());
		}

		void begin() {
			if (this.context.get().isStopping()) {
				this.context = new FakeServiceContext("polls");
			}
			this.items = this.engine.begin(this.service, SETTINGS, this.context.get());
		}

		ItemProcessing<Long> items() {
			assertThat(this.items).isNotNull();
			return this.items;
		}

		void stopService() {
			this.context.stop();
		}

		void stop() {
			this.context.tellToStop();
			this.engine.stop(this.context.get());
		}

	}

	/**
	 * Closes polls; each that is closed is audited, in the same transaction.
	 */
	static class Polls extends SqlItems<Long> {

		private final JdbcTemplate jdbc;

		private final AtomicInteger entered = new AtomicInteger();

		private final AtomicInteger asked = new AtomicInteger();

		private final AtomicInteger failures = new AtomicInteger();

		private volatile @Nullable CountDownLatch hanging;

		Polls(DataSource dataSource) {
			super(dataSource, new ItemSql(
					"update poll set closed = true where id = :id and closes_at <= :now and not closed",
					"select id, closes_at from poll where not closed and closes_at <= :until order by closes_at",
					"select closes_at from poll where id = :id and not closed"));
			this.jdbc = new JdbcTemplate(dataSource);
		}

		CountDownLatch hang() {
			CountDownLatch latch = new CountDownLatch(1);
			this.hanging = latch;
			return latch;
		}

		@Override
		public Outcome process(Long id) throws Exception {
			this.entered.incrementAndGet();
			if (this.failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
				throw new IllegalStateException("planted");
			}
			CountDownLatch latch = this.hanging;
			if (latch != null) {
				latch.await();
			}
			Outcome outcome = super.process(id);
			if (outcome == Outcome.DONE) {
				this.jdbc.update("insert into audit values (?)", id);
			}
			return outcome;
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

}
