// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link DbSchedulerItemEngine} makes of items that it has taken for dead.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerTakeOverTests {

	private static final Instant LONG_AGO = Instant.parse("1990-01-01T00:00:00Z");

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

	private @Nullable ItemInstance<Long, MemoryItems> instance;

	@AfterEach
	void stop() {
		if (this.instance != null) {
			this.instance.stop();
		}
	}

	@Test
	void itemThatIsTakenOverIsAsLateAsItIs() {
		MemoryItems items = new MemoryItems();
		ItemInstance<Long, MemoryItems> created = instance(items);
		items.rows.put(1L, LONG_AGO);
		this.jdbc.update(
				"insert into managed_service_items (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, version) values ('item:polls', '1', ?, true, 'dead', ?, 1)",
				LONG_AGO.atOffset(ZoneOffset.UTC), LONG_AGO.atOffset(ZoneOffset.UTC));
		created.begin();
		await(() -> items.processed.size() == 1);
		ItemsSnapshot snapshot = created.items().snapshot();
		assertThat(snapshot.lateness().max()).isGreaterThan(Duration.ofDays(10_000));
		assertThat(snapshot.retried()).isZero();
	}

	@Test
	void itemThatIsTakenForDeadWhileItRunsDoesNotBlockThoseBehindIt() {
		CountDownLatch hanging = new CountDownLatch(1);
		MemoryItems items = new MemoryItems() {

			@Override
			public Outcome process(Long id) throws Exception {
				this.processed.add(id);
				if (id == 1) {
					hanging.await();
				}
				return (this.rows.remove(id) != null) ? Outcome.DONE : Outcome.NOT_YET;
			}

		};
		ItemInstance<Long, MemoryItems> created = instance(items);
		items.rows.put(1L, LONG_AGO);
		created.begin();
		await(() -> items.processed.size() == 1);
		this.jdbc.update(
				"update managed_service_items set picked = false, picked_by = null, version = version + 1 where task_name = 'item:polls'");
		items.rows.put(2L, Instant.now());
		created.items().schedule(2L);
		await(() -> items.processed.contains(2L));
		assertThat(items.processed).containsExactly(1L, 2L);
		hanging.countDown();
		await(() -> PollTables.rows(this.jdbc, "item:polls") == 0);
		assertThat(items.processed).containsExactly(1L, 2L);
	}

	private ItemInstance<Long, MemoryItems> instance(MemoryItems items) {
		ItemInstance<Long, MemoryItems> created = new ItemInstance<>(this.database, items, new ItemSettings(2,
				DbSchedulerItemEngineTests.SETTINGS.retry(), Duration.ofMinutes(1), ItemSettings.DEFAULTS.maxItems()));
		this.instance = created;
		return created;
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
