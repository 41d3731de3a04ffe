// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.RowMapperResultSetExtractor;

import io.managedservices.internal.line.LineLog;

/**
 * Picks what is due of one task: on PostgreSQL in one statement that passes over what
 * others are at, else row by row. Used by one thread at a time.
 */
public final class DuePicker {

	private static final Log logger = LineLog.of(DuePicker.class);

	/** Others may be faster with the first ones. */
	private static final int CANDIDATES = 3;

	private final JdbcTemplate jdbc;

	private final RowMapperResultSetExtractor<ItemRow> rows;

	private final String table;

	private final String update;

	private final String instance;

	private final @Nullable ItemDatabase database;

	private final TableTime times;

	private final StatementRetry retry;

	/**
	 * Create a picker.
	 * @param dataSource of the database
	 * @param table the name of the table
	 * @param instance who picks
	 * @param database which one it is, or {@code null}
	 * @param retry repeats what others have come in between
	 */
	public DuePicker(DataSource dataSource, String table, String instance, @Nullable ItemDatabase database,
			StatementRetry retry) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.table = table;
		this.update = "update " + table + " set picked = ?, picked_by = ?, last_heartbeat = ?, version = version + 1";
		this.instance = instance;
		this.database = database;
		this.times = TableTime.of(database);
		this.rows = new RowMapperResultSetExtractor<>((row, number) -> ItemRow.of(row, this.times));
		this.retry = retry;
	}

	/**
	 * Picks.
	 * @param task the name of the task
	 * @param now what is due by then
	 * @param limit how many at most, 1 or more
	 * @return what was picked, in the order of the times
	 */
	public List<ItemRow> pick(String task, Instant now, int limit) {
		return (this.database == ItemDatabase.POSTGRESQL) ? pickInOne(task, now, limit) : pickEach(task, now, limit);
	}

	// The bounds are compared as rows of three, in the order of the index. PostgreSQL
	// seldom has statistics of a table that fills and empties: of a task that equals a
	// name it would expect a handful of rows, and read and sort them all for each pick.
	// The array is made once, and its rows are found by their places; with "in" more than
	// the limit might be locked, anew for each row.
	private List<ItemRow> pickInOne(String task, Instant now, int limit) {
		String sql = "with taken as (" + this.update + " where ctid = any(array(select ctid from " + this.table
				+ " where (picked, task_name, execution_time) >= (false, ?, '-infinity')"
				+ " and (picked, task_name, execution_time) <= (false, ?, ?)"
				+ " order by picked, task_name, execution_time for update skip locked limit " + limit
				+ ")) returning *) select * from taken order by execution_time";
		return update(sql, now, (statement) -> {
			statement.setString(4, task);
			statement.setString(5, task);
			this.times.set(statement, 6, now);
			try (ResultSet picked = statement.executeQuery()) {
				return this.rows.extractData(picked);
			}
		});
	}

	// One statement is a transaction of its own, unless the pool has it otherwise.
	private <T> T update(String sql, Instant now, PreparedStatementCallback<T> rest) {
		return this.retry.call(() -> this.jdbc.execute(sql, (PreparedStatementCallback<T>) (statement) -> {
			statement.setBoolean(1, true);
			statement.setString(2, this.instance);
			this.times.set(statement, 3, now);
			T result = rest.doInPreparedStatement(statement);
			if (!statement.getConnection().getAutoCommit()) {
				statement.getConnection().commit();
			}
			return result;
		}));
	}

	private List<ItemRow> candidates(String task, Instant now, int limit) {
		String sql = "select * from " + this.table
				+ " where picked = ? and execution_time <= ? and task_name = ? order by execution_time"
				+ ((this.database != null) ? " limit " + limit : "");
		return this.jdbc.query(sql, (statement) -> {
			statement.setBoolean(1, false);
			this.times.set(statement, 2, now);
			statement.setString(3, task);
			statement.setMaxRows(limit);
		}, this.rows);
	}

	// Each in a transaction of its own. What was picked is not to wait until it is taken
	// for dead, since another one could not be.
	private List<ItemRow> pickEach(String task, Instant now, int limit) {
		List<ItemRow> candidates = this.retry.call(() -> candidates(task, now, CANDIDATES * limit));
		List<ItemRow> picked = new ArrayList<>();
		try {
			for (ItemRow each : candidates) {
				if (picked.size() < limit && pick(task, each, now)) {
					picked.add(each.asPicked());
				}
			}
		}
		catch (RuntimeException ex) {
			if (picked.isEmpty()) {
				throw ex;
			}
			logger.warn("Items that are due could not all be taken, the rest is taken later", ex);
		}
		return picked;
	}

	private boolean pick(String task, ItemRow candidate, Instant now) {
		String sql = this.update + " where picked = ? and task_name = ? and task_instance = ? and version = ?";
		return update(sql, now, (statement) -> {
			statement.setBoolean(4, false);
			statement.setString(5, task);
			statement.setString(6, candidate.id());
			statement.setLong(7, candidate.version());
			return statement.executeUpdate() == 1;
		});
	}

}
