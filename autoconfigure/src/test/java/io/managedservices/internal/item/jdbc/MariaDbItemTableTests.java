// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.managedservices.internal.item.sql.DuePicker;
import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.ItemRow;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.ItemTableProbe;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.internal.item.sql.StatementRetry;
import io.managedservices.internal.item.sql.TableTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the table of items on a real MariaDB, with its own driver and with that of
 * MySQL.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MariaDbItemTableTests {

	private static final String NAME = "managed_service_items";

	private static final String TASK = "item:polls";

	private static final Set<String> IDS = Set.of("a", "a ", "A", "\u00e1", "a\u0301", "a\t", "\ud83d\udd52", "ss",
			"\u00df");

	private final String database = TestMariaDb.database();

	private final TimeZone zone = TimeZone.getDefault();

	private final AtomicInteger conflicts = new AtomicInteger();

	private final StatementRetry retry = new StatementRetry(() -> this.conflicts.incrementAndGet());

	@AfterEach
	void restoreZone() {
		TimeZone.setDefault(this.zone);
	}

	@ParameterizedTest
	@EnumSource
	void idsThatLookAlikeAreItemsOfTheirOwn(TestMariaDb.Driver driver) {
		DataSource dataSource = driver.connect(this.database, "");
		new ItemTableSchema(dataSource, NAME).create();
		assertThatIdsAreKept(dataSource);
	}

	@ParameterizedTest
	@EnumSource
	void idsThatLookAlikeAreItemsOfTheirOwnInTheTableForMySql(TestMariaDb.Driver driver) {
		DataSource dataSource = driver.connect(this.database, "");
		new ResourceDatabasePopulator(new ClassPathResource("io/managedservices/item/jdbc/mysql.sql"))
			.execute(dataSource);
		assertThatIdsAreKept(dataSource);
	}

	private void assertThatIdsAreKept(DataSource dataSource) {
		ItemDatabase type = ItemDatabase.of(dataSource);
		assertThat(type).isEqualTo(ItemDatabase.MARIADB);
		new ItemTableProbe(dataSource, NAME, type).check();
		Instant now = Instant.now();
		Map<String, Instant> times = new TreeMap<>();
		IDS.forEach((id) -> times.put(id, now));
		assertThat(table(dataSource).arm(TASK, times, null)).isEmpty();
		assertThat(picker(dataSource).pick(TASK, now.plusSeconds(1), 100)).extracting(ItemRow::id)
			.containsExactlyInAnyOrderElementsOf(IDS);
	}

	@ParameterizedTest
	@EnumSource
	void itemsOnTwoInstancesAreDoneOnceEach(TestMariaDb.Driver driver) {
		MemoryItems items = new MemoryItems();
		for (long id = 1; id <= 60; id++) {
			items.rows.put(id, Instant.now().plusMillis(10 * id));
		}
		DataSource dataSource = driver.connect(this.database, "");
		List<ItemInstance<Long, MemoryItems>> instances = new ArrayList<>();
		try {
			for (int number = 0; number < 2; number++) {
				ItemInstance<Long, MemoryItems> instance = new ItemInstance<>(dataSource, items,
						DbSchedulerItemEngineTests.SETTINGS);
				instances.add(instance);
				instance.begin();
			}
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			Awaitility.await()
				.atMost(Duration.ofMinutes(4))
				.until(() -> items.rows.isEmpty() && PollTables.rows(jdbc, TASK) == 0);
			assertThat(items.processed).hasSize(60).doesNotHaveDuplicates();
			assertThat(instances).allSatisfy((each) -> assertThat(each.context.failed()).isEmpty());
		}
		finally {
			instances.forEach(ItemInstance::stop);
		}
	}

	@ParameterizedTest
	@CsvSource({ "MARIADB, utf8mb4_bin", "MYSQL, utf8mb4_bin", "MARIADB, utf8mb4_general_ci",
			"MARIADB, utf8mb4_nopad_ci" })
	void startWhenTableTakesIdsForTheSameTellsWhatToDo(TestMariaDb.Driver driver, String collation) {
		DataSource dataSource = driver.connect(this.database, "");
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		new ItemTableSchema(dataSource, NAME).create();
		jdbc.execute("alter table " + NAME + " convert to character set utf8mb4 collate "
				+ collation.replace("utf8mb4_nopad_ci", "utf8mb4_general_nopad_ci"));
		assertThatIllegalStateException().isThrownBy(() -> instance(dataSource))
			.withMessageStartingWith(
					"The table of items 'managed_service_items' cannot keep all items: expected a key that tells apart ids that differ in blanks at the end, in upper and lower case, or in accents, found that it takes ")
			.withMessageContaining(
					"Drop it while no instance runs, and create it with io/managedservices/item/jdbc/mariadb.sql");
		assertThat(jdbc.queryForObject("select count(*) from " + NAME, Integer.class)).isZero();
		jdbc.execute("drop table " + NAME);
		instance(dataSource).stop();
	}

	private static ItemInstance<Long, MemoryItems> instance(DataSource dataSource) {
		return new ItemInstance<>(dataSource, new MemoryItems(), DbSchedulerItemEngineTests.SETTINGS);
	}

	@Test
	void startWhenTableHasTimesThatDependOnTheSessionTellsWhatToDo() {
		DataSource dataSource = TestMariaDb.Driver.MARIADB.connect(this.database, "");
		new ItemTableSchema(dataSource, NAME).create();
		new JdbcTemplate(dataSource).execute("alter table " + NAME + " modify execution_time timestamp(6) not null");
		assertThatIllegalStateException().isThrownBy(() -> instance(dataSource))
			.withMessageContaining("expected a column 'execution_time' of type DATETIME, found TIMESTAMP.");
	}

	@ParameterizedTest
	@CsvSource({ "MARIADB, ''", "MARIADB, preserveInstants=true", "MARIADB, connectionTimeZone=UTC",
			"MARIADB, timezone=UTC", "MYSQL, ''", "MYSQL, connectionTimeZone=UTC", "MYSQL, connectionTimeZone=SERVER",
			"MYSQL, preserveInstants=false", "MYSQL, useServerPrepStmts=true", "MARIADB, useServerPrepStmts=true" })
	void timesAreTheSameInEachZone(TestMariaDb.Driver driver, String options) {
		List<String> zones = List.of("UTC", "America/New_York", "Asia/Kolkata");
		Map<String, Instant> times = new TreeMap<>();
		for (String time : List.of("2026-03-08T02:30:00Z", "2026-03-08T07:30:00.123456Z", "2026-11-01T05:30:00Z",
				"2026-11-01T06:30:00Z", "9999-01-01T00:00:00Z", "1900-01-01T00:00:00Z")) {
			times.put(time, Instant.parse(time));
		}
		for (String writer : zones) {
			TimeZone.setDefault(TimeZone.getTimeZone(writer));
			DataSource dataSource = driver.connect(this.database, options);
			new ItemTableSchema(dataSource, NAME).create();
			table(dataSource).arm("item:" + writer, times, null);
			for (String reader : zones) {
				TimeZone.setDefault(TimeZone.getTimeZone(reader));
				DataSource other = driver.connect(this.database, options);
				Map<String, Instant> found = new TreeMap<>();
				TableTime time = TableTime.of(ItemDatabase.MARIADB);
				new JdbcTemplate(other).query(
						"select task_instance, execution_time from " + NAME + " where task_name = ?",
						(RowCallbackHandler) (row) -> found.put(row.getString(1), time.get(row, "execution_time")),
						"item:" + writer);
				assertThat(found).as("written in %s, read in %s", writer, reader).isEqualTo(times);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "MARIADB, ''", "MARIADB, useBulkStmts=true", "MARIADB, useBulkStmts=true&useServerPrepStmts=true",
			"MARIADB, allowMultiQueries=true", "MYSQL, ''", "MYSQL, rewriteBatchedStatements=true",
			"MYSQL, rewriteBatchedStatements=true&useServerPrepStmts=true", "MYSQL, useAffectedRows=true" })
	void armWhateverTheDriverTellsOfABatchTellsWhichAreInHand(TestMariaDb.Driver driver, String options) {
		DataSource dataSource = driver.connect(this.database, options);
		new ItemTableSchema(dataSource, NAME).create();
		ItemTable table = table(dataSource);
		Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
		Map<String, Instant> later = new TreeMap<>();
		Map<String, Instant> soon = new TreeMap<>();
		for (int id = 10; id < 30; id++) {
			later.put(Integer.toString(id), now.plusSeconds(3600));
			soon.put(Integer.toString(id), now.minusSeconds(id));
		}
		assertThat(table.arm(TASK, later, null)).isEmpty();
		JdbcTemplate jdbc = new JdbcTemplate(TestMariaDb.Driver.MARIADB.connect(this.database, ""));
		List<String> changed = List.of("12", "17", "25");
		assertThat(table.arm(TASK, soon, () -> {
			// The clock is asked between the look and the change. The others are faster:
			// one has it in hand, one has put it off, one has removed it.
			jdbc.update(
					"update managed_service_items set picked = true, version = version + 1 where task_instance = '12'");
			jdbc.update("update managed_service_items set version = version + 2 where task_instance = '17'");
			jdbc.update("delete from managed_service_items where task_instance = '25'");
			return now;
		})).containsExactlyElementsOf(changed);
		assertThat(jdbc.queryForList("select task_instance from managed_service_items where execution_time < ?",
				String.class, java.time.LocalDateTime.ofInstant(now, java.time.ZoneOffset.UTC)))
			.hasSize(17)
			.doesNotContainAnyElementsOf(changed);
	}

	@ParameterizedTest
	@CsvSource({ "MARIADB, ON", "MARIADB, OFF", "MYSQL, ON", "MYSQL, OFF" })
	void armWhenManyAreAtTheSameRowsNeverFails(TestMariaDb.Driver driver, String snapshotIsolation) throws Exception {
		JdbcTemplate jdbc = new JdbcTemplate(driver.connect(this.database, ""));
		jdbc.execute("set global innodb_snapshot_isolation = " + snapshotIsolation);
		ExecutorService executor = Executors.newFixedThreadPool(6);
		try {
			DataSource dataSource = driver.connect(this.database, "");
			new ItemTableSchema(dataSource, NAME).create();
			List<Future<Integer>> writers = new ArrayList<>();
			for (int number = 0; number < 6; number++) {
				writers.add(executor.submit(writer(dataSource, number)));
			}
			for (Future<Integer> writer : writers) {
				assertThat(writer.get()).isPositive();
			}
			assertThat(jdbc.queryForObject("select count(*) from " + NAME, Integer.class)).isEqualTo(40);
		}
		finally {
			executor.shutdownNow();
			jdbc.execute("set global innodb_snapshot_isolation = default");
		}
	}

	// Brings forward, picks and puts off, as instances do.
	private Callable<Integer> writer(DataSource dataSource, int number) {
		return () -> {
			ItemTable table = table(dataSource);
			DuePicker picker = picker(dataSource);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			int picked = 0;
			Instant begin = Instant.parse("2026-01-01T00:00:00Z");
			for (int round = 0; round < 10; round++) {
				Map<String, Instant> times = new TreeMap<>();
				for (int id = 0; id < 40; id++) {
					times.put(Integer.toString(id), begin.minusSeconds(round * 100L + (id * 7 + number) % 40));
				}
				table.arm(TASK, times, null);
				for (ItemRow each : picker.pick(TASK, begin, 5)) {
					picked++;
					jdbc.update("update managed_service_items set picked = false, version = version + 1, "
							+ "execution_time = '2026-02-01' where task_name = ? and task_instance = ? and version = ?",
							TASK, each.id(), each.version());
				}
			}
			return picked;
		};
	}

	private ItemTable table(DataSource dataSource) {
		return new ItemTable(dataSource, NAME, ItemDatabase.MARIADB, this.retry);
	}

	private DuePicker picker(DataSource dataSource) {
		return new DuePicker(dataSource, NAME, "here", ItemDatabase.MARIADB, this.retry);
	}

}
