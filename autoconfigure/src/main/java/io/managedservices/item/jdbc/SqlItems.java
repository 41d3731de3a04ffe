// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ClassUtils;

import io.managedservices.internal.item.VerifiedItems;
import io.managedservices.internal.item.sql.ItemIds;
import io.managedservices.internal.item.sql.WireTime;
import io.managedservices.internal.line.LineLog;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

/**
 * An item service that is written in SQL; only its interval is left to say. Ids are read
 * from whole numbers, UUIDs or text, times from timestamps with or without a time zone;
 * those without are in the zone of the JVM, with MySQL and MariaDB in that of the
 * connection. It does not start if the times would be wrong. Safe for use by several
 * threads. <pre class="code">
 * &#64;ManagedService
 * class PollClosing extends SqlItems&lt;Long&gt; {
 *
 * 	PollClosing(DataSource dataSource) {
 * 		super(dataSource, new ItemSql(
 * 				"update poll set closed = true where id = :id and closes_at &lt;= :now and not closed",
 * 				"select id, closes_at from poll where not closed and closes_at &lt;= :until order by closes_at",
 * 				"select closes_at from poll where id = :id and not closed"));
 * 	}
 *
 * 	&#64;Override
 * 	public Duration interval() {
 * 		return Duration.ofHours(1);
 * 	}
 *
 * }
 * </pre>
 *
 * @param <I> the type of the ids: {@link Long}, {@link java.util.UUID} or {@link String}
 * @since 0.1.0
 */
public abstract class SqlItems<I> implements ItemService<I>, VerifiedItems {

	private static final Log logger = LineLog.of(SqlItems.class);

	private final JdbcClient jdbc;

	private final JdbcTransactionManager transactions;

	private final RowStream rows;

	private final ItemSql sql;

	private final InstantSource clock;

	private final ItemIds<I> ids;

	private final ZoneCheck zoneCheck;

	private volatile @Nullable WireTime wireTime;

	/**
	 * Create a service with the clock of the system.
	 * @param dataSource of the database
	 * @param sql the SQL
	 */
	protected SqlItems(DataSource dataSource, ItemSql sql) {
		this(dataSource, sql, Clock.systemUTC());
	}

	/**
	 * Create a service.
	 * @param dataSource of the database
	 * @param sql the SQL
	 * @param clock tells {@code :now}
	 */
	protected SqlItems(DataSource dataSource, ItemSql sql, InstantSource clock) {
		this.jdbc = JdbcClient.create(dataSource);
		this.transactions = new JdbcTransactionManager(dataSource);
		this.rows = new RowStream(dataSource);
		this.sql = sql;
		this.clock = clock;
		this.ids = ItemIds.of(ClassUtils.getUserClass(getClass()));
		this.zoneCheck = new ZoneCheck(dataSource, sql, ClassUtils.getUserClass(getClass()).getName());
	}

	/**
	 * Checks that the driver, the database and the JVM mean the same instants by the
	 * times of the items. While the database cannot be asked nothing is known of that: it
	 * is checked before the first use then.
	 */
	@Override
	public void verifyItems() {
		try {
			this.wireTime = this.zoneCheck.check();
		}
		catch (DataAccessException ex) {
			logger.debug("The times of %s are checked when the database can be asked".formatted(getClass().getName()),
					ex);
			this.wireTime = null;
		}
	}

	private WireTime wireTime() {
		WireTime known = this.wireTime;
		if (known == null) {
			known = this.zoneCheck.check();
			this.wireTime = known;
		}
		return known;
	}

	@Override
	public Outcome process(I id) throws Exception {
		Integer affected = isInTransaction() ? Integer.valueOf(update(id))
				: new TransactionTemplate(this.transactions).execute((status) -> update(id));
		return (affected != null && affected > 0) ? Outcome.DONE : Outcome.NOT_YET;
	}

	// Of whichever kind: that of JPA, say, binds a connection that ours would take for
	// one
	// without a transaction, and commit. A transaction of another database binds none of
	// this one.
	private boolean isInTransaction() {
		DataSource bound = this.transactions.getDataSource();
		return bound != null && TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.hasResource(bound);
	}

	private int update(I id) {
		return this.jdbc.sql(this.sql.process()).param("id", id).param("now", parameter(this.clock.instant())).update();
	}

	/**
	 * The items, read row by row over a connection of its own, which is given back when
	 * the stream is closed, or cannot be opened.
	 * @return the items
	 */
	@Override
	public Stream<DueItem<I>> checkAll() throws Exception {
		Instant time = this.clock.instant();
		Object now = parameter(time);
		Object until = parameter(time.plus(interval().multipliedBy(2)));
		return this.rows.open((client) -> client.sql(this.sql.checkAll()).param("now", now).param("until", until),
				this::item);
	}

	@Override
	public @Nullable Instant checkOne(I id) throws Exception {
		List<Optional<Instant>> times = this.jdbc.sql(this.sql.checkOne())
			.param("id", id)
			.param("now", parameter(this.clock.instant()))
			.query((row, number) -> Optional.ofNullable(time(row)))
			.list();
		if (times.size() > 1) {
			throw wrong("checkOne", "at most one row for id '%s'".formatted(id), "%d rows".formatted(times.size()));
		}
		return times.isEmpty() ? null : times.get(0).orElse(null);
	}

	private Object parameter(Instant time) {
		return wireTime().parameter(time);
	}

	private DueItem<I> item(ResultSet row, int number) throws SQLException {
		checkColumns("checkAll", row, 2, "id and time");
		Object id = row.getObject(1);
		// What lacks one or the other is told by whoever reads it.
		return dueItem((id != null) ? this.ids.convert(id) : null, time("checkAll", row, 2));
	}

	@SuppressWarnings("NullAway")
	private DueItem<I> dueItem(@Nullable I id, @Nullable Instant due) {
		return new DueItem<>(id, due);
	}

	private @Nullable Instant time(ResultSet row) throws SQLException {
		checkColumns("checkOne", row, 1, "the time");
		return time("checkOne", row, 1);
	}

	private void checkColumns(String method, ResultSet row, int expected, String names) throws SQLException {
		int found = row.getMetaData().getColumnCount();
		if (found != expected) {
			throw wrong(method, "%d column%s, %s".formatted(expected, (expected > 1) ? "s" : "", names),
					"%d columns".formatted(found));
		}
	}

	private @Nullable Instant time(String method, ResultSet row, int column) throws SQLException {
		Object value = row.getObject(column);
		if (value == null) {
			return null;
		}
		Instant time = wireTime().time(row, column, value);
		if (time != null) {
			return time;
		}
		throw wrong(method, "a timestamp in column %d".formatted(column),
				"%s: %s".formatted(value.getClass().getSimpleName(), value));
	}

	private IllegalStateException wrong(String method, String expected, String found) {
		String statement = Objects.equals(method, "checkAll") ? this.sql.checkAll() : this.sql.checkOne();
		return new IllegalStateException("The SQL of %s of %s has the wrong shape: expected %s, found %s: %s"
			.formatted(method, getClass().getName(), expected, found, statement));
	}

}
