// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table of items: what is done with it by us, beside what db-scheduler does. Always
 * in transactions of its own. Safe for use by several threads.
 */
public final class ItemTable {

	/** What the names of tasks begin with that are the items of a service. */
	public static final String ITEM = "item:";

	/** What the names of the tasks begin with that are the searches of a service. */
	public static final String CHECK_ALL = "check-all:";

	/** The instance of a task that has but one. */
	public static final String ALL = "all";

	private static final int BATCH = 500;

	private static final int ATTEMPTS = 5;

	static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");

	private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

	/**
	 * One that has nothing to do yet, or whose time is no later after it was done, is not
	 * asked again before.
	 */
	public static final Duration NOT_YET = Duration.ofSeconds(1);

	/** What databases keep of a time, at least. */
	private static final Duration ROUNDING = Duration.of(1, ChronoUnit.MICROS);

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final String name;

	private final TableTime times;

	private final boolean postgres;

	private final StatementRetry retry;

	/**
	 * Create the table.
	 * @param dataSource of the database
	 * @param name its name
	 * @param database which one it is, or {@code null}
	 * @param retry repeats what others have come in between
	 */
	public ItemTable(DataSource dataSource, String name, @Nullable ItemDatabase database, StatementRetry retry) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		// What is read is changed only if it still is as it was. With more isolation the
		// database would refuse to, or lock what is between the rows.
		this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		this.name = name;
		this.times = TableTime.of(database);
		this.postgres = database == ItemDatabase.POSTGRESQL;
		this.retry = retry;
	}

	/**
	 * Sees to it that rows are due at their times, or before; never puts one off, since
	 * it may have been brought forward by somebody who knows better. Leaves those alone
	 * that are in hand.
	 * @param task the name of the task
	 * @param times the ids, and when they are due
	 * @param clock tells the time, if those that wait after a failure, or since they had
	 * nothing to do yet, are left as they are; {@code null} if not
	 * @return the ids of those that are in hand
	 * @throws org.springframework.dao.DataAccessException if that fails
	 */
	public Set<String> arm(String task, Map<String, Instant> times, @Nullable InstantSource clock) {
		return arm(task, times, clock, (id, ex) -> {
			throw ex;
		});
	}

	/**
	 * Does the same, and leaves out those rows that the database refuses.
	 * @param task the name of the task
	 * @param times the ids, and when they are due
	 * @param clock tells the time, if those that are held back are left as they are
	 * @param refused is told which ids, and why
	 * @return the ids of those that are in hand
	 * @throws org.springframework.dao.DataAccessException if that fails for another
	 * reason
	 */
	public Set<String> arm(String task, Map<String, Instant> times, @Nullable InstantSource clock,
			BiConsumer<String, RuntimeException> refused) {
		Set<String> inHand = new TreeSet<>();
		// In the order of the ids, so that two who do it do not wait for each other.
		List<String> ids = new ArrayList<>(new TreeSet<>(times.keySet()));
		for (int from = 0; from < ids.size(); from += BATCH) {
			List<String> part = ids.subList(from, Math.min(ids.size(), from + BATCH));
			armPart(part, (some) -> inHand.addAll(armAll(task, some, times, clock)), refused);
		}
		return inHand;
	}

	// Divides until those are left that are refused.
	private static void armPart(List<String> ids, Consumer<List<String>> armer,
			BiConsumer<String, RuntimeException> refused) {
		try {
			armer.accept(ids);
		}
		catch (DataIntegrityViolationException ex) {
			if (ids.size() == 1) {
				refused.accept(ids.get(0), ex);
				return;
			}
			int half = ids.size() / 2;
			armPart(ids.subList(0, half), armer, refused);
			armPart(ids.subList(half, ids.size()), armer, refused);
		}
	}

	private Set<String> armAll(String task, List<String> ids, Map<String, Instant> times,
			@Nullable InstantSource clock) {
		for (int attempt = 1;; attempt++) {
			try {
				return this.retry.call(() -> this.transaction.execute((status) -> armOnce(task, ids, times, clock)));
			}
			catch (DuplicateKeyException ex) {
				// Somebody else has inserted one since we looked.
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private Set<String> armOnce(String task, List<String> ids, Map<String, Instant> times,
			@Nullable InstantSource clock) {
		Map<String, ItemRow> known = find(task, ids);
		// After they were read: no earlier than whoever put one off has read the clock.
		Instant now = (clock != null) ? clock.instant() : null;
		List<String> missing = new ArrayList<>();
		Map<String, ItemRow> later = new TreeMap<>();
		Set<String> inHand = new TreeSet<>();
		for (String id : ids) {
			ItemRow row = known.get(id);
			if (row == null) {
				missing.add(id);
			}
			else if (row.picked()) {
				inHand.add(id);
			}
			else if (row.time().isAfter(time(times, id)) && (now == null || !row.isHeld(now))) {
				later.put(id, row);
			}
		}
		insert(task, missing, times);
		inHand.addAll(bringForward(task, later, times));
		return inHand;
	}

	// PostgreSQL seldom has statistics of a table that fills and empties, and would read
	// all rows of the task: so it is told to look up each.
	private Map<String, ItemRow> find(String task, List<String> ids) {
		Map<String, ItemRow> rows = new TreeMap<>();
		String from = this.postgres
				? "unnest(?) as wanted (id) cross join lateral (select * from " + this.name
						+ " where task_instance = wanted.id and task_name = ? limit 1) as known"
				: this.name + " where task_instance in (" + String.join(", ", Collections.nCopies(ids.size(), "?"))
						+ ") and task_name = ?";
		this.jdbc.query(
				"select task_instance, execution_time, picked, last_success, last_failure, consecutive_failures, version from "
						+ from,
				(statement) -> statement.setString(setIds(statement, ids), task), (RowCallbackHandler) (row) -> {
					ItemRow found = ItemRow.of(row, this.times);
					rows.put(found.id(), found);
				});
		return rows;
	}

	/**
	 * Sets the ids in a statement.
	 * @param statement the statement
	 * @param ids the ids
	 * @return the next parameter
	 * @throws SQLException if that fails
	 */
	private int setIds(PreparedStatement statement, List<String> ids) throws SQLException {
		if (this.postgres) {
			statement.setArray(1, statement.getConnection().createArrayOf("text", ids.toArray()));
			return 2;
		}
		for (int index = 0; index < ids.size(); index++) {
			statement.setString(index + 1, ids.get(index));
		}
		return ids.size() + 1;
	}

	private void insert(String task, List<String> ids, Map<String, Instant> times) {
		if (!ids.isEmpty()) {
			this.jdbc.batchUpdate(
					"insert into " + this.name
							+ " (task_name, task_instance, execution_time, picked, version) values (?, ?, ?, ?, ?)",
					ids, BATCH, (statement, id) -> {
						statement.setString(1, task);
						statement.setString(2, id);
						this.times.set(statement, 3, time(times, id));
						statement.setBoolean(4, false);
						statement.setLong(5, 1);
					});
		}
	}

	// One that has changed since it was read was in hand meanwhile. Some drivers do not
	// tell of a batch what it has changed: whoever cannot be sure looks. What we have
	// changed nobody else can before we commit.
	private Set<String> bringForward(String task, Map<String, ItemRow> known, Map<String, Instant> times) {
		Set<String> inHand = new TreeSet<>();
		if (!known.isEmpty()) {
			List<Map.Entry<String, ItemRow>> rows = List.copyOf(known.entrySet());
			int[][] updated = this.jdbc.batchUpdate("update " + this.name
					+ " set execution_time = ?, version = version + 1 where task_name = ? and task_instance = ? and picked = ? and version = ?",
					rows, BATCH, (statement, row) -> {
						this.times.set(statement, 1, time(times, row.getKey()));
						statement.setString(2, task);
						statement.setString(3, row.getKey());
						statement.setBoolean(4, false);
						statement.setLong(5, row.getValue().version());
					});
			for (int index = 0; index < rows.size(); index++) {
				if (updated[0][index] != 1) {
					inHand.add(rows.get(index).getKey());
				}
			}
			if (IntStream.of(updated[0]).anyMatch((count) -> count < 0)) {
				find(task, List.copyOf(inHand)).forEach((id, row) -> {
					if (!row.picked() && row.time().minus(ROUNDING).isBefore(time(times, id))) {
						inHand.remove(id);
					}
				});
			}
		}
		return inHand;
	}

	private static Instant time(Map<String, Instant> times, String id) {
		return storable(times.getOrDefault(id, Instant.EPOCH));
	}

	/**
	 * Leaves what was picked to whoever picks it next, as if it had not been picked.
	 * @param task the name of the task
	 * @param id the id
	 * @param version that of the row as it was picked
	 * @param time when it is due
	 */
	public void putBack(String task, String id, long version, Instant time) {
		update("update " + this.name
				+ " set picked = ?, picked_by = null, last_heartbeat = null, execution_time = ?, version = version + 1"
				+ " where task_name = ? and task_instance = ? and version = ?", (statement) -> {
					statement.setBoolean(1, false);
					this.times.set(statement, 2, time);
					statement.setString(3, task);
					statement.setString(4, id);
					statement.setLong(5, version);
				});
	}

	/**
	 * Leaves what has given no sign of life to whoever picks it next, as due now, which
	 * is also stored as its last failure.
	 * @param now the present time
	 * @param alive when a sign of life was not too long ago
	 */
	public void takeOver(Instant now, Instant alive) {
		update("update " + this.name
				+ " set picked = ?, picked_by = null, last_heartbeat = null, execution_time = ?, last_failure = ?,"
				+ " consecutive_failures = coalesce(consecutive_failures, 0) + 1, version = version + 1"
				+ " where picked = ? and last_heartbeat <= ? and (task_name like ? or task_name like ?)",
				(statement) -> {
					statement.setBoolean(1, false);
					this.times.set(statement, 2, now);
					this.times.set(statement, 3, now);
					statement.setBoolean(4, true);
					this.times.set(statement, 5, alive);
					statement.setString(6, ITEM + "%");
					statement.setString(7, CHECK_ALL + "%");
				});
	}

	private void update(String sql, PreparedStatementSetter parameters) {
		this.retry.run(() -> this.transaction.executeWithoutResult((status) -> this.jdbc.update(sql, parameters)));
	}

	/**
	 * Counts the rows of a task that are not in hand.
	 * @param task the name of the task
	 * @param now the present time
	 * @return how many there are, and when the next is due
	 */
	public Count count(String task, Instant now) {
		return this.retry.call(() -> this.jdbc.query(
				"select count(*) as armed, sum(case when execution_time <= ? then 1 else 0 end) as due,"
						+ " min(execution_time) as next_time from " + this.name + " where task_name = ? and picked = ?",
				(PreparedStatement statement) -> {
					this.times.set(statement, 1, now);
					statement.setString(2, task);
					statement.setBoolean(3, false);
				}, (ResultSetExtractor<Count>) this::count));
	}

	private Count count(ResultSet row) throws SQLException {
		return row.next() ? new Count(row.getInt("armed"), row.getInt("due"), this.times.get(row, "next_time"))
				: Count.NONE;
	}

	/**
	 * What all databases can store: one that is later or earlier than that is as good.
	 * @param time a time
	 * @return the time, or the first or last one that can be stored
	 */
	public static Instant storable(Instant time) {
		if (time.isBefore(FIRST)) {
			return FIRST;
		}
		return time.isAfter(LAST) ? LAST : time;
	}

	/**
	 * Whether an item waits since it had nothing to do, and not for a time of its own:
	 * that is exactly {@link #NOT_YET} after it.
	 * @param lastSuccess when it was asked last
	 * @param time its time
	 * @return whether
	 */
	public static boolean isHeldSince(@Nullable Instant lastSuccess, Instant time) {
		return lastSuccess != null && time.equals(lastSuccess.plus(NOT_YET));
	}

	/**
	 * What is in the table.
	 *
	 * @param armed how many rows
	 * @param due how many of them are due
	 * @param next when the first is due
	 */
	public record Count(int armed, int due, @Nullable Instant next) {

		/** Nothing. */
		public static final Count NONE = new Count(0, 0, null);

	}

}
