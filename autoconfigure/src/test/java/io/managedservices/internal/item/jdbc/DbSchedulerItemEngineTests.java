// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.state.ServiceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DbSchedulerItemEngine}: several instances over one database.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerItemEngineTests {

	static final ItemSettings SETTINGS = new ItemSettings(1,
			new ItemSettings.Retry(Duration.ofMillis(100), 2, Duration.ofSeconds(1)), Duration.ofMinutes(1), 1_000_000);

	private final List<ItemInstance<Long, Polls>> instances = new ArrayList<>();

	@AfterEach
	void stopAll() {
		this.instances.forEach(ItemInstance::stop);
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
		JdbcTemplate jdbc = PollTables.polls(database);
		for (int id = 1; id <= 150; id++) {
			PollTables.poll(jdbc, id, Instant.now().plusMillis(10 * id));
		}
		PollTables.poll(jdbc, 999, Instant.now().plusSeconds(3600));
		for (int index = 0; index < 3; index++) {
			instance(database).begin();
		}
		await(() -> PollTables.audited(jdbc) == 150);
		assertThat(PollTables.closed(jdbc)).isEqualTo(150);
		await(() -> PollTables.rows(jdbc, "item:polls") == 1);
		assertThat(PollTables.rows(jdbc, "check-all:polls")).isOne();
		assertThat(this.instances).allSatisfy((each) -> assertThat(each.context.failed()).isEmpty());
		assertThat(this.instances.stream().mapToLong((each) -> each.items().snapshot().processed()).sum())
			.isEqualTo(150);
		await(() -> this.instances.get(0).items().snapshot().armed() == 1);
		assertThat(jdbc.queryForObject("select count(task_data) from managed_service_items", Integer.class)).isZero();
	}

	@Test
	void itemsWhenServiceDoesNotRunHereAreLeftToOthers() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		ItemInstance<Long, Polls> without = instance(database);
		ItemInstance<Long, Polls> with = instance(database);
		PollTables.poll(jdbc, 1, Instant.now());
		with.begin();
		await(() -> PollTables.audited(jdbc) == 1);
		with.stopService();
		// What it was about to pick as it stopped is over.
		int stopped = with.database.lent();
		await(() -> with.database.lent() > stopped + 2);
		PollTables.poll(jdbc, 2, Instant.now());
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
		await(() -> PollTables.audited(jdbc) == 2);
	}

	@Test
	void itemsThatWaitForTheirTurnAreLate() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		for (int poll = 1; poll <= 20; poll++) {
			PollTables.poll(jdbc, poll, Instant.now().minusSeconds(3600));
		}
		ItemInstance<Long, Polls> instance = instance(database);
		CountDownLatch release = instance.service.hang();
		instance.begin();
		await(() -> instance.items().snapshot().lateness().now().compareTo(Duration.ofMinutes(59)) > 0);
		release.countDown();
		await(() -> instance.items().snapshot().lateness().now().isZero());
	}

	@Test
	void itemsWhenInstanceDiesAreTakenOver() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		PollTables.poll(jdbc, 1, Instant.now());
		ItemInstance<Long, Polls> first = instance(database);
		CountDownLatch release = first.service.hang();
		first.begin();
		await(() -> first.service.entered.get() == 1);
		first.database.cut();
		ItemInstance<Long, Polls> second = instance(database);
		second.begin();
		await(() -> PollTables.audited(jdbc) == 1);
		release.countDown();
		await(() -> first.items().snapshot().inHand() == 0);
		await(() -> PollTables.rows(jdbc, "item:polls") == 0);
		assertThat(PollTables.audited(jdbc)).isOne();
	}

	@Test
	void itemsWhenRowsAreLateOrRedundantAreLeftAlone() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		ItemInstance<Long, Polls> instance = instance(database);
		PollTables.poll(jdbc, 1, Instant.now().plusSeconds(3600));
		for (String id : List.of("1", "2")) {
			jdbc.update(
					"insert into managed_service_items (task_name, task_instance, execution_time, picked, version) values ('item:polls', ?, now() - interval '10 years', false, 1)",
					id);
		}
		instance.begin();
		await(() -> jdbc.queryForObject(
				"select count(*) from managed_service_items where task_name = 'item:polls' and execution_time > now()",
				Integer.class) == 1);
		await(() -> PollTables.rows(jdbc, "item:polls") == 1);
		assertThat(instance.service.entered).hasValue(0);
	}

	@Test
	void scheduleWhenCalledOftenAsksOnce() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		ItemInstance<Long, Polls> instance = instance(database);
		PollTables.poll(jdbc, 1, Instant.now());
		CountDownLatch release = instance.service.hang();
		instance.begin();
		await(() -> instance.service.entered.get() == 1);
		PollTables.poll(jdbc, 2, Instant.now().plusSeconds(3600));
		int before = instance.service.asked.get();
		for (int index = 0; index < 10_000; index++) {
			instance.items().schedule(2L);
		}
		release.countDown();
		await(() -> List.of("2")
			.equals(jdbc.queryForList("select task_instance from managed_service_items where task_name = 'item:polls'",
					String.class)));
		await(() -> instance.items().snapshot().inHand() == 0);
		// The item that was in hand is asked about by itself, or together with this one.
		assertThat(instance.service.asked.get() - before).isBetween(1, 2);
		jdbc.update("update poll set closes_at = now() where id = 2");
		instance.items().schedule(2L);
		await(() -> PollTables.audited(jdbc) == 2);
	}

	@Test
	void itemThatFailsIsRetriedAndTold() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		PollTables.poll(jdbc, 1, Instant.now());
		PollTables.poll(jdbc, 2, Instant.now());
		ItemInstance<Long, Polls> instance = instance(database);
		instance.service.failures.set(2);
		instance.begin();
		await(() -> PollTables.audited(jdbc) == 2);
		assertThat(instance.context.failed()).hasSize(2)
			.allMatch((each) -> each.endsWith("IllegalStateException: planted"));
		assertThat(instance.items().snapshot().failed()).isEqualTo(2);
		await(() -> PollTables.rows(jdbc, "item:polls") == 0);
	}

	@Test
	void stopOfServiceFinishesItemInHandAndBeginsNoOther() {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		PollTables.poll(jdbc, 1, Instant.now());
		PollTables.poll(jdbc, 2, Instant.now());
		ItemInstance<Long, Polls> instance = instance(database);
		CountDownLatch release = instance.service.hang();
		instance.begin();
		await(() -> instance.service.entered.get() == 1);
		instance.context.tellToStop();
		release.countDown();
		instance.stopService();
		assertThat(PollTables.audited(jdbc)).isOne();
		assertThat(instance.service.entered).hasValue(1);
		instance.engine.stop(instance.context.get());
		instance.engine.start(instance.context.get());
		instance.begin();
		await(() -> PollTables.audited(jdbc) == 2);
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

	private static void await(java.util.concurrent.Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofMillis(50)).until(condition);
	}

	private ItemInstance<Long, Polls> instance(DataSource database) {
		ItemInstance<Long, Polls> instance = new ItemInstance<>(database, new Polls(database), SETTINGS);
		this.instances.add(instance);
		return instance;
	}

}
