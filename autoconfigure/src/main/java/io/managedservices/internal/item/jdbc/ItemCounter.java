// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;

/**
 * Counts what is in the table of items. Safe for use by several threads.
 */
final class ItemCounter {

	private final JdbcTemplate jdbc;

	private final String table;

	private final JdbcCustomization dialect;

	private final StatementRetry retry;

	ItemCounter(DataSource dataSource, String table, JdbcCustomization dialect, StatementRetry retry) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.table = table;
		this.dialect = dialect;
		this.retry = retry;
	}

	/**
	 * Counts the rows of a task that are not in hand.
	 * @param task the name of the task
	 * @param now the present time
	 * @return how many there are, and when the next is due
	 */
	Count count(String task, Instant now) {
		return this.retry.call(task, () -> countOnce(task, now));
	}

	private Count countOnce(String task, Instant now) {
		Count count = this.jdbc
			.query("select count(*) as armed, sum(case when execution_time <= ? then 1 else 0 end) as due,"
					+ " min(execution_time) as next_time from " + this.table + " where task_name = ? and picked = ?",
					(PreparedStatement statement) -> {
						this.dialect.setInstant(statement, 1, now);
						statement.setString(2, task);
						statement.setBoolean(3, false);
					}, (ResultSetExtractor<Count>) this::count);
		return (count != null) ? count : Count.NONE;
	}

	private Count count(ResultSet row) throws SQLException {
		return row.next() ? new Count(row.getInt("armed"), row.getInt("due"), this.dialect.getInstant(row, "next_time"))
				: Count.NONE;
	}

	/**
	 * What is in the table.
	 *
	 * @param armed how many rows
	 * @param due how many of them are due
	 * @param next when the first is due
	 */
	record Count(int armed, int due, @Nullable Instant next) {

		static final Count NONE = new Count(0, 0, null);

	}

}
