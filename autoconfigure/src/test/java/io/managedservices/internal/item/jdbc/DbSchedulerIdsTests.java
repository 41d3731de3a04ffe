// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.internal.item.ItemSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link DbSchedulerItemEngine} makes of ids that it cannot store, and of items that
 * cannot be asked: the others are not held up.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerIdsTests {

	private static final String LONG = "x".repeat(101);

	/** No text of PostgreSQL. */
	private static final String NUL = "zero\0";

	/** PostgreSQL would take it for another one. */
	private static final String HALF = "half\uD800";

	/** The table that we give it has no room for it. */
	private static final String UNWANTED = "unwanted";

	private final TextItems items = new TextItems();

	private final JdbcTemplate table = new JdbcTemplate();

	private ItemInstance<String, TextItems> instance;

	@AfterEach
	void stop() {
		this.instance.stop();
	}

	@Test
	void searchWhenIdsCannotBeStoredOrAskedDoesTheOthersAndTellsEach() {
		start(TestPostgres.database());
		plant();
		this.items.due("a", NUL, "b", HALF, "c", LONG, "d", UNWANTED, "e", "mute", "f");
		this.instance.begin();
		await(() -> this.items.processed.size() == 6);
		await(() -> told("mute", "no answer"));
		assertThat(this.items.processed).containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f");
		assertThat(told(NUL, "u+0000")).isTrue();
		assertThat(told(HALF, "u+d800")).isTrue();
		assertThat(told(LONG, "too long")).isTrue();
		assertThat(told(UNWANTED, "nobody_wants")).isTrue();
		// Nothing is wrong with the search.
		assertThat(this.instance.context.failed()).noneMatch((each) -> each.startsWith("checkAll"));
	}

	@Test
	void searchOnH2WhenAnIdCannotBeStoredDoesTheOthersAndTellsIt() {
		JdbcDataSource database = new JdbcDataSource();
		database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		start(database);
		plant();
		this.items.due("a", UNWANTED, "b");
		this.instance.begin();
		await(() -> this.items.processed.size() == 2);
		assertThat(told(UNWANTED, "nobody_wants")).isTrue();
	}

	@Test
	void scheduleWhenIdsCannotBeStoredOrAskedDoesTheOthersAndTriesThoseAgain() {
		start(TestPostgres.database());
		plant();
		this.instance.begin();
		await(() -> this.instance.items().snapshot().checkAll().last() != null);
		this.items.mute.add("mute");
		List<String> ids = List.of("a", NUL, "b", HALF, "c", LONG, "d", UNWANTED, "e", "mute", "f");
		this.items.due(ids.toArray(String[]::new));
		ids.forEach(this.instance.items()::schedule);
		await(() -> this.items.processed.size() == 6);
		await(() -> this.instance.context.failed().stream().filter((each) -> each.startsWith(UNWANTED)).count() >= 2);
		await(() -> told("mute", "no answer"));
		assertThat(told(NUL, "u+0000")).isTrue();
		assertThat(told(HALF, "u+d800")).isTrue();
		assertThat(told(LONG, "too long")).isTrue();
		this.items.mute.clear();
		this.table.execute("alter table managed_service_items drop constraint nobody_wants");
		await(() -> this.items.processed.size() == 8);
		assertThat(this.items.processed).containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f", UNWANTED, "mute");
	}

	private void plant() {
		this.items.mute.add("mute");
		this.table.execute("alter table managed_service_items add constraint nobody_wants check (task_instance <> '"
				+ UNWANTED + "')");
	}

	private boolean told(String id, String why) {
		return this.instance.context.failed()
			.stream()
			.anyMatch((each) -> each.startsWith(id) && each.toLowerCase(Locale.ROOT).contains(why));
	}

	private void start(DataSource database) {
		this.table.setDataSource(database);
		this.instance = new ItemInstance<>(database, this.items,
				new ItemSettings(2, new ItemSettings.Retry(Duration.ofMillis(100), 2, Duration.ofSeconds(1)),
						Duration.ofMinutes(1), ItemSettings.DEFAULTS.maxItems()));
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
