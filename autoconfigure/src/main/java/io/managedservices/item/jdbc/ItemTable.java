package io.managedservices.item.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table of items: what is put into it by us, beside what db-scheduler does with it.
 * Always in transactions of its own. Safe for use by several threads.
 */
final class ItemTable {

	private static final int BATCH = 500;

	private static final int ATTEMPTS = 5;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final String name;

	private final JdbcCustomization dialect;

	ItemTable(DataSource dataSource, String name, JdbcCustomization dialect) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.name = name;
		this.dialect = dialect;
	}

	/**
	 * Sees to it that rows are due at their times, or before; never puts one off, since
	 * it may have been brought forward by somebody who knows better. Leaves those alone
	 * that are in hand.
	 * @param task the name of the task
	 * @param times the ids, and when they are due
	 * @param failedToo whether to bring forward those, too, that wait after a failure
	 * @return the ids of those that are in hand
	 */
	Set<String> arm(String task, Map<String, Instant> times, boolean failedToo) {
		Set<String> inHand = new TreeSet<>();
		// In the order of the ids, so that two who do it do not wait for each other.
		List<String> ids = new ArrayList<>(new TreeSet<>(times.keySet()));
		for (int from = 0; from < ids.size(); from += BATCH) {
			List<String> part = ids.subList(from, Math.min(ids.size(), from + BATCH));
			inHand.addAll(armPart(task, part, times, failedToo));
		}
		return inHand;
	}

	private Set<String> armPart(String task, List<String> ids, Map<String, Instant> times, boolean failedToo) {
		for (int attempt = 1;; attempt++) {
			try {
				Set<String> inHand = this.transaction.execute((status) -> armOnce(task, ids, times, failedToo));
				return (inHand != null) ? inHand : Set.of();
			}
			catch (DuplicateKeyException ex) {
				// Somebody else has inserted one since we looked.
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private Set<String> armOnce(String task, List<String> ids, Map<String, Instant> times, boolean failedToo) {
		Map<String, Row> known = find(task, ids);
		List<String> missing = new ArrayList<>();
		List<String> later = new ArrayList<>();
		Set<String> inHand = new TreeSet<>();
		for (String id : ids) {
			Row row = known.get(id);
			if (row == null) {
				missing.add(id);
			}
			else if (row.picked()) {
				inHand.add(id);
			}
			else if (row.time().isAfter(time(times, id)) && (failedToo || row.failures() == 0)) {
				later.add(id);
			}
		}
		insert(task, missing, times);
		inHand.addAll(bringForward(task, later, times));
		return inHand;
	}

	private Map<String, Row> find(String task, List<String> ids) {
		Map<String, Row> rows = new TreeMap<>();
		this.jdbc.query("select task_instance, execution_time, picked, consecutive_failures from " + this.name
				+ " where task_name = ? and task_instance in ("
				+ String.join(", ", Collections.nCopies(ids.size(), "?")) + ")", (statement) -> {
					statement.setString(1, task);
					for (int index = 0; index < ids.size(); index++) {
						statement.setString(index + 2, ids.get(index));
					}
				},
				(RowCallbackHandler) (row) -> rows.put(row.getString("task_instance"),
						new Row(this.dialect.getInstant(row, "execution_time"), row.getBoolean("picked"),
								row.getInt("consecutive_failures"))));
		return rows;
	}

	private void insert(String task, List<String> ids, Map<String, Instant> times) {
		if (!ids.isEmpty()) {
			this.jdbc.batchUpdate(
					"insert into " + this.name
							+ " (task_name, task_instance, execution_time, picked, version) values (?, ?, ?, ?, ?)",
					ids, BATCH, (statement, id) -> {
						statement.setString(1, task);
						statement.setString(2, id);
						this.dialect.setInstant(statement, 3, time(times, id));
						statement.setBoolean(4, false);
						statement.setLong(5, 1);
					});
		}
	}

	private Set<String> bringForward(String task, List<String> ids, Map<String, Instant> times) {
		Set<String> inHand = new TreeSet<>();
		if (!ids.isEmpty()) {
			int[][] updated = this.jdbc.batchUpdate("update " + this.name
					+ " set execution_time = ?, version = version + 1 where task_name = ? and task_instance = ? and picked = ?",
					ids, BATCH, (statement, id) -> {
						this.dialect.setInstant(statement, 1, time(times, id));
						statement.setString(2, task);
						statement.setString(3, id);
						statement.setBoolean(4, false);
					});
			for (int index = 0; index < ids.size(); index++) {
				if (updated[0][index] == 0) {
					inHand.add(ids.get(index));
				}
			}
		}
		return inHand;
	}

	private static Instant time(Map<String, Instant> times, String id) {
		Instant time = times.get(id);
		return (time != null) ? time : Instant.EPOCH;
	}

	/**
	 * Counts the rows of a task that are not in hand.
	 * @param task the name of the task
	 * @param now the present time
	 * @return how many there are, and when the next is due
	 */
	Count count(String task, Instant now) {
		Count count = this.jdbc.query(
				"select count(*) as armed, sum(case when execution_time <= ? then 1 else 0 end) as due,"
						+ " min(execution_time) as next_time from " + this.name + " where task_name = ? and picked = ?",
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

	/**
	 * A row.
	 */
	private record Row(Instant time, boolean picked, int failures) {

	}

}
