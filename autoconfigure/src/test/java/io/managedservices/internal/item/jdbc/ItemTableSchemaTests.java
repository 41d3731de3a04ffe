// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.item.sql.ItemTableSchema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ItemTableSchema}: several instances that start at once.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ItemTableSchemaTests {

	private static final int INSTANCES = 6;

	private final ExecutorService executor = Executors.newFixedThreadPool(INSTANCES);

	@AfterEach
	void shutdown() {
		this.executor.shutdownNow();
	}

	@RepeatedTest(10)
	void createWhenSeveralDoItOnPostgresIsCompleteForEach(CapturedOutput output) throws Exception {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = new JdbcTemplate(database);
		List<Integer> indexes = atOnce(() -> {
			new ItemTableSchema(database, "managed_service_items").create();
			return jdbc.queryForObject("select count(*) from pg_indexes where tablename = 'managed_service_items'",
					Integer.class);
		});
		assertThat(indexes).containsOnly(3);
		assertThat(output).doesNotContain("may be incomplete");
	}

	@RepeatedTest(10)
	void createWhenSeveralDoItOnH2IsCompleteForEach() throws Exception {
		JdbcDataSource database = new JdbcDataSource();
		database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		JdbcTemplate jdbc = new JdbcTemplate(database);
		List<Integer> indexes = atOnce(() -> {
			new ItemTableSchema(database, "managed_service_items").create();
			return jdbc.queryForObject(
					"select count(*) from information_schema.indexes where table_name = 'MANAGED_SERVICE_ITEMS'",
					Integer.class);
		});
		assertThat(indexes).containsOnly(3);
	}

	@RepeatedTest(3)
	void startWhenSeveralDoItOnEmptyDatabaseSucceeds() throws Exception {
		DataSource database = TestPostgres.database();
		List<DbSchedulerItemEngine> engines = atOnce(() -> {
			DbSchedulerItemEngine engine = new DbSchedulerItemEngine(database,
					new DbSchedulerSettings("managed_service_items", true, Duration.ofMillis(50), Duration.ofSeconds(1),
							Duration.ofSeconds(5)),
					ThreadBackend.platform());
			engine.start(new FakeServiceContext("itemScheduler").get());
			return engine;
		});
		assertThat(engines).hasSize(INSTANCES).allSatisfy(DbSchedulerItemEngine::checkHealth);
		for (DbSchedulerItemEngine engine : engines) {
			engine.stop(new FakeServiceContext("itemScheduler").get());
		}
	}

	@Test
	void createWhenTableIsThereAndNothingMayBeCreatedGoesOnAndTells(CapturedOutput output) {
		PGSimpleDataSource database = TestPostgres.database();
		new ItemTableSchema(database, "managed_service_items").create();
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute("create role item_reader login");
		jdbc.execute("grant select on managed_service_items to item_reader");
		database.setUser("item_reader");
		ItemTableSchema schema = new ItemTableSchema(database, "managed_service_items");
		schema.create();
		schema.verify();
		assertThat(output).contains("The table of items 'managed_service_items' may be incomplete");
	}

	@Test
	void verifyWhenThereIsNoTableTellsHowToCreateIt() {
		ItemTableSchema schema = new ItemTableSchema(TestPostgres.database(), "managed_service_items");
		assertThatIllegalStateException().isThrownBy(schema::verify)
			.withMessageContaining("Create it with")
			.withMessageContaining("set managed-services.items.db-scheduler.create-table to 'true'");
	}

	@Test
	void verifyWhenThereIsNoDatabaseDoesNotTellToCreateTheTable() {
		JdbcDataSource database = new JdbcDataSource();
		database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";IFEXISTS=TRUE");
		ItemTableSchema schema = new ItemTableSchema(database, "managed_service_items");
		assertThatIllegalStateException().isThrownBy(schema::verify)
			.withMessageStartingWith("The table of items 'managed_service_items' cannot be read: ")
			.withMessageNotContaining("Create it");
	}

	@Test
	void recoveryThatFailsIsToldOncePerEpisode(CapturedOutput output) {
		PGSimpleDataSource database = TestPostgres.database();
		JdbcTemplate jdbc = new JdbcTemplate(database);
		ItemInstance<Long, MemoryItems> instance = new ItemInstance<>(database, new MemoryItems(),
				DbSchedulerItemEngineTests.SETTINGS);
		try {
			for (int episode = 1; episode <= 2; episode++) {
				int expected = episode;
				jdbc.execute("alter table managed_service_items rename to away");
				Awaitility.await().until(() -> told(output) == expected);
				awaitRounds(instance);
				jdbc.execute("alter table away rename to managed_service_items");
				awaitRounds(instance);
				assertThat(told(output)).isEqualTo(expected);
			}
		}
		finally {
			instance.stop();
		}
	}

	private static void awaitRounds(ItemInstance<Long, MemoryItems> instance) {
		int before = instance.database.lent();
		Awaitility.await().until(() -> instance.database.lent() > before + 10);
	}

	private static int told(CapturedOutput output) {
		return output.getAll().split("could not be looked for, which is tried again", -1).length - 1;
	}

	private <T> List<T> atOnce(Callable<T> action) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(INSTANCES);
		List<Future<T>> futures = new ArrayList<>();
		for (int number = 0; number < INSTANCES; number++) {
			futures.add(this.executor.submit(() -> {
				barrier.await();
				return action.call();
			}));
		}
		List<T> results = new ArrayList<>();
		for (Future<T> future : futures) {
			results.add(future.get());
		}
		return results;
	}

}
