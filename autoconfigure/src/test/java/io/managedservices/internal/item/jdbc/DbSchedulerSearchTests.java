// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.item.DueItem;

/**
 * What {@link DbSchedulerItemEngine} makes of searches that are slow.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerSearchTests {

	private final PGSimpleDataSource database = TestPostgres.database();

	private @Nullable ItemInstance<Long, MemoryItems> instance;

	@AfterEach
	void stop() {
		if (this.instance != null) {
			this.instance.stop();
		}
	}

	private ItemInstance<Long, MemoryItems> instance(MemoryItems items) {
		ItemInstance<Long, MemoryItems> created = new ItemInstance<>(this.database, items,
				DbSchedulerItemEngineTests.SETTINGS, withoutDuration());
		this.instance = created;
		return created;
	}

	// No search takes any time, so that there is none left for the items after it: the
	// next one is due at once.
	private static Backend withoutDuration() {
		Backend real = ThreadBackend.platform();
		return (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] { Backend.class },
				(proxy, method, arguments) -> method.getName().equals("nanoTime") ? 0L
						: method.invoke(real, arguments));
	}

	@Test
	void itemsHaveATurnBetweenSearchesThatTakeAsLongAsTheInterval() {
		MemoryItems items = new MemoryItems() {

			@Override
			public Stream<DueItem<Long>> checkAll() throws Exception {
				// Longer than the interval, and than between two looks at the table.
				new CountDownLatch(1).await(150, TimeUnit.MILLISECONDS);
				return super.checkAll();
			}

		};
		items.interval = Duration.ofNanos(1000);
		for (long id = 1; id <= 3; id++) {
			items.rows.put(id, Instant.now());
		}
		instance(items).begin();
		await(() -> items.processed.size() == 3);
		int searched = items.searched.size();
		await(() -> items.searched.size() > searched + 1);
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
