// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.Conditions;

/**
 * What {@link DbSchedulerItemEngine} makes of searches that cannot be stored.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerStoreTests {

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

	private @Nullable ItemInstance<Long, MemoryItems> instance;

	@AfterEach
	void stop() {
		if (this.instance != null) {
			this.instance.stop();
		}
	}

	private ItemInstance<Long, MemoryItems> instance(MemoryItems items) {
		ItemInstance<Long, MemoryItems> created = new ItemInstance<>(this.database, items,
				DbSchedulerItemEngineTests.SETTINGS);
		this.instance = created;
		return created;
	}

	@Test
	void searchThatCannotBeStoredRaisesAConditionUntilOneIs() {
		MemoryItems items = new MemoryItems();
		ItemInstance<Long, MemoryItems> begun = instance(items);
		this.jdbc.execute(
				"create function full_disk() returns trigger language plpgsql as 'begin raise exception using errcode = ''53100'', message = ''disk full''; end'");
		this.jdbc.execute(
				"create trigger full_disk before insert on managed_service_items for each row when (new.task_name = 'item:polls') execute function full_disk()");
		items.rows.put(1L, Instant.now());
		begun.begin();
		Conditions conditions = begun.context.get().conditions();
		Awaitility.await()
			.untilAsserted(() -> Mockito.verify(conditions, Mockito.atLeastOnce())
				.error(Mockito.eq("check-all-stored"), Mockito.anyString(), Mockito.contains("disk full")));
		Mockito.verify(conditions, Mockito.never()).resolve("check-all-stored");
		this.jdbc.execute("drop trigger full_disk on managed_service_items");
		await(() -> items.processed.size() == 1);
		Mockito.verify(conditions).resolve("check-all-stored");
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
