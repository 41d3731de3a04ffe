// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.text.FailureText;

/**
 * Tries whether the table of items keeps ids and times as they are, whoever has created
 * it: puts rows into it, reads them, and rolls that back. Immutable.
 */
public final class ItemTableProbe {

	private static final Log logger = LineLog.of(ItemTableProbe.class);

	/**
	 * Ids that some collations take for the same, or some character sets cannot hold.
	 * Each has a time about when some zone puts its clocks forward or back, or one that
	 * is known to the microsecond.
	 */
	private static final Map<String, Instant> ROWS = Map.of("a", Instant.parse("2026-03-08T07:30:00.123456Z"), "a ",
			Instant.parse("2026-11-01T05:30:00Z"), "A", Instant.parse("2026-11-01T06:30:00Z"), "\u00e1",
			Instant.parse("2026-03-29T01:30:00Z"), "\ud83d\udd52".repeat(50), Instant.parse("2026-10-25T00:30:00Z"),
			"\u20ac".repeat(100), Instant.parse("2026-10-25T01:30:00Z"));

	/** Nothing of any service, so it is not counted. */
	private static final StatementRetry RETRY = new StatementRetry(() -> {
	});

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final String table;

	private final @Nullable ItemDatabase database;

	private final TableTime times;

	/**
	 * Create a probe.
	 * @param dataSource of the database
	 * @param table the name of the table
	 * @param database which database it is, or {@code null}
	 */
	public ItemTableProbe(DataSource dataSource, String table, @Nullable ItemDatabase database) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		this.table = table;
		this.database = database;
		this.times = TableTime.of(database);
	}

	/**
	 * Tries it. What is wrong in a database that we do not know is only warned of: it may
	 * concern ids that nobody has.
	 * @throws IllegalStateException if the table does not keep them
	 */
	public void check() {
		try {
			tryIt();
		}
		catch (IllegalStateException ex) {
			if (this.database != null) {
				throw ex;
			}
			logger.warn(ex.getMessage());
		}
	}

	private void tryIt() {
		try {
			checkTimeType();
			RETRY.run(() -> this.transaction.executeWithoutResult((status) -> {
				status.setRollbackOnly();
				checkRows("probe:" + UUID.randomUUID());
			}));
		}
		catch (DataIntegrityViolationException ex) {
			throw wrong("texts of up to 100 characters", FailureText.of(ex), ex);
		}
		catch (DataAccessException ex) {
			throw new IllegalStateException(
					"The table of items '%s' cannot be written: %s".formatted(this.table, FailureText.of(ex)), ex);
		}
	}

	// One without a time zone depends on that of the session, and one with on all that
	// convert it.
	private void checkTimeType() {
		if (this.database != null) {
			String found = this.jdbc.query("select execution_time from " + this.table + " where 1 = 0",
					(ResultSetExtractor<String>) (rows) -> rows.getMetaData().getColumnTypeName(1));
			String expected = this.database.timeType();
			if (!expected.equalsIgnoreCase(found)) {
				throw wrong("a column 'execution_time' of type " + expected, String.valueOf(found), null);
			}
		}
	}

	private void checkRows(String task) {
		ROWS.forEach((id, time) -> insert(task, id, time));
		Map<String, Instant> found = new LinkedHashMap<>();
		this.jdbc.query("select task_instance, execution_time from " + this.table + " where task_name = ?",
				(RowCallbackHandler) (row) -> found.put(row.getString("task_instance"),
						this.times.get(row, "execution_time")),
				task);
		if (!found.equals(ROWS)) {
			throw wrong("rows as they were written, " + ROWS, found.toString(), null);
		}
	}

	private void insert(String task, String id, Instant time) {
		try {
			this.jdbc.update(
					"insert into " + this.table
							+ " (task_name, task_instance, execution_time, picked, version) values (?, ?, ?, ?, ?)",
					(statement) -> {
						statement.setString(1, task);
						statement.setString(2, id);
						this.times.set(statement, 3, time);
						statement.setBoolean(4, false);
						statement.setLong(5, 1);
					});
		}
		catch (DuplicateKeyException ex) {
			throw wrong(
					"a key that tells apart ids that differ in blanks at the end, in upper and lower case, or in accents",
					"that it takes '%s' for one of %s".formatted(id, List.of("a", "a ", "A", "\u00e1")), ex);
		}
	}

	private IllegalStateException wrong(String expected, String found, @Nullable Exception cause) {
		String cure = (this.database != null)
				? "Drop it while no instance runs, and create it with io/managedservices/item/jdbc/%s, or let managed-services.items.db-scheduler.create-table do so. What is lost of it is found again by the next checkAll"
					.formatted(this.database.script())
				: "Change the table, or have ids that it keeps";
		return new IllegalStateException("The table of items '%s' cannot keep all items: expected %s, found %s. %s"
			.formatted(this.table, expected, found, cure), cause);
	}

}
