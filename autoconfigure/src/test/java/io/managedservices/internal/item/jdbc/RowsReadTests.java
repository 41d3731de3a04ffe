// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.internal.item.sql.DuePicker;
import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.internal.item.sql.StatementRetry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many rows of a large table PostgreSQL reads, which has no statistics of it, to pick
 * what is due and to find what is told of: no more than are wanted, and a few that others
 * have in hand.
 */
class RowsReadTests {

	private static final Instant DUE = Instant.parse("2026-01-01T00:00:00Z");

	private static final int ROWS = 4000;

	private static final int WANTED = 8;

	private static final int TOLD = 500;

	private static final StatementRetry RETRY = new StatementRetry(() -> {
	});

	private static final String TASK = "item:polls";

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

	private final ItemTable table = new ItemTable(this.database, "items", ItemDatabase.POSTGRESQL, RETRY);

	@BeforeEach
	void fill() {
		new ItemTableSchema(this.database, "items").create();
		this.jdbc.execute("alter table items set (autovacuum_enabled = false)");
		this.table.arm(TASK, times(0, ROWS), null);
	}

	@Test
	void pickWhenManyAreDueReadsThoseOnly() {
		DuePicker picker = new DuePicker(this.database, "items", "here", ItemDatabase.POSTGRESQL, RETRY);
		long read = rowsRead(() -> picker.pick(TASK, DUE, WANTED).size() == WANTED);
		assertThat(read).isBetween((long) WANTED, 5L * WANTED);
	}

	@Test
	void pickWhenNoneOfManyIsDueReadsNone() {
		DuePicker picker = new DuePicker(this.database, "items", "here", ItemDatabase.POSTGRESQL, RETRY);
		long read = rowsRead(() -> picker.pick(TASK, DUE.minusSeconds(1), WANTED).isEmpty());
		assertThat(read).isLessThan(WANTED);
	}

	@Test
	void armWhenManyAreArmedReadsThoseOnly() {
		long read = rowsRead(() -> this.table.arm(TASK, times(ROWS / 2, TOLD), null).isEmpty());
		assertThat(read).isBetween((long) TOLD, 2L * TOLD);
	}

	private static Map<String, Instant> times(int first, int count) {
		Map<String, Instant> times = new TreeMap<>();
		for (int row = first; row < first + count; row++) {
			times.put(Integer.toString(row), DUE);
		}
		return times;
	}

	// A backend tells what it has read at its end, which is soon after its connection is
	// closed.
	private long rowsRead(BooleanSupplier action) {
		awaitBackendsEnd();
		long before = rowsRead();
		assertThat(action.getAsBoolean()).isTrue();
		awaitBackendsEnd();
		return rowsRead() - before;
	}

	private void awaitBackendsEnd() {
		Awaitility.await()
			.atMost(Duration.ofMinutes(4))
			.until(() -> number(
					"select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()") == 0);
	}

	private long rowsRead() {
		return number(
				"select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'items'");
	}

	private long number(String sql) {
		Long number = this.jdbc.queryForObject(sql, Long.class);
		return (number != null) ? number : 0;
	}

}
