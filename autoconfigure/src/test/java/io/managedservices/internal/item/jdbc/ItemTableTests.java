// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.managedservices.internal.item.sql.DuePicker;
import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.ItemRow;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.internal.item.sql.StatementRetry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ItemTable}: what happens between a look at the rows and their change.
 */
class ItemTableTests {

	private static final String NAME = "managed_service_items";

	private static final StatementRetry RETRY = new StatementRetry(() -> {
	});

	private static final String TASK = "item:polls";

	private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

	@Test
	void armOnPostgresWhenARowWasInHandMeanwhileLeavesItAndTellsIt() {
		armWhileInHand(TestPostgres.database());
	}

	@Test
	void armOnH2WhenARowWasInHandMeanwhileLeavesItAndTellsIt() {
		JdbcDataSource database = new JdbcDataSource();
		database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		armWhileInHand(database);
	}

	// One is picked meanwhile, another picked and rescheduled, the third one left alone.
	private void armWhileInHand(DataSource database) {
		ItemTableSchema schema = new ItemTableSchema(database, NAME);
		schema.create();
		ItemDatabase type = ItemDatabase.of(database);
		ItemTable table = new ItemTable(database, NAME, type, RETRY);
		Instant later = this.now.plusSeconds(3600);
		table.arm(TASK, Map.of("1", later, "2", later, "3", later), null);
		Instant rescheduled = this.now.plusSeconds(7200);
		JdbcTemplate jdbc = new JdbcTemplate(database);
		List<Integer> changed = new ArrayList<>();
		assertThat(table.arm(TASK, Map.of("1", this.now, "2", this.now, "3", this.now), () -> {
			// The clock is asked between the look and the change.
			DuePicker picker = new DuePicker(database, NAME, "other", type, RETRY);
			jdbc.update("update " + NAME + " set execution_time = ? where task_instance in ('1', '2')",
					Timestamp.from(this.now.minusSeconds(60)));
			for (ItemRow row : picker.pick(TASK, this.now, 2)) {
				changed.add(Integer.valueOf(row.id()));
			}
			jdbc.update("update " + NAME
					+ " set picked = false, execution_time = ?, version = version + 1 where task_instance = '2'",
					Timestamp.from(rescheduled));
			return this.now;
		})).containsExactly("1", "2");
		assertThat(changed).containsExactlyInAnyOrder(1, 2);
		Map<String, Instant> times = new LinkedHashMap<>();
		jdbc.query("select task_instance, execution_time from " + NAME + " order by 1",
				(RowCallbackHandler) (row) -> times.put(row.getString(1), row.getTimestamp(2).toInstant()));
		assertThat(times).containsEntry("1", this.now.minusSeconds(60))
			.containsEntry("2", rescheduled)
			.containsEntry("3", this.now);
	}

	@Test
	void rowsWhenThePoolDoesNotCommitByItselfAreChangedNevertheless() {
		DataSource database = TestPostgres.database();
		new ItemTableSchema(database, NAME).create();
		CountingDataSource pool = new CountingDataSource(database);
		pool.autoCommit(false);
		ItemTable table = new ItemTable(pool, NAME, ItemDatabase.POSTGRESQL, RETRY);
		DuePicker picker = new DuePicker(pool, NAME, "here", ItemDatabase.POSTGRESQL, RETRY);
		table.arm(TASK, Map.of("1", this.now, "2", this.now), null);
		List<ItemRow> picked = picker.pick(TASK, this.now, 2);
		assertThat(picked).hasSize(2);
		table.putBack(TASK, "1",
				picked.stream().filter((row) -> row.id().equals("1")).findAny().orElseThrow().version(), this.now);
		assertThat(picked(database)).containsExactly("2");
		table.takeOver(this.now, this.now);
		assertThat(picked(database)).isEmpty();
	}

	private static List<String> picked(DataSource database) {
		return new JdbcTemplate(database).queryForList("select task_instance from " + NAME + " where picked",
				String.class);
	}

}
