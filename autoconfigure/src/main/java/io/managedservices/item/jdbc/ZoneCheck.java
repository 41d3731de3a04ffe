// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item.jdbc;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.WireTime;
import io.managedservices.internal.line.LineLog;

/**
 * Checks that the driver, the session of the database and the JVM mean the same instants
 * by the times of items. Immutable.
 */
final class ZoneCheck {

	private static final Log logger = LineLog.of(ZoneCheck.class);

	private static final String IN_UTC = "connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&preserveInstants=true";

	/**
	 * One of them has daylight saving time, if any has, and neither is near the hour that
	 * comes twice.
	 */
	private static final List<Instant> TIMES = List.of(Instant.parse("2026-01-15T12:00:00Z"),
			Instant.parse("2026-07-15T12:00:00Z"));

	private static final String ZONE_OF_POSTGRES = "select current_setting('TimeZone')";

	private static final String ZONE_OF_H2 = "select setting_value from information_schema.settings where setting_name = 'TIME ZONE'";

	private final DataSource dataSource;

	private final ItemSql sql;

	private final String service;

	/**
	 * Create a check.
	 * @param dataSource of the database
	 * @param sql the SQL that reads times
	 * @param service the class of the item service
	 */
	ZoneCheck(DataSource dataSource, ItemSql sql, String service) {
		this.dataSource = dataSource;
		this.sql = sql;
		this.service = service;
	}

	/**
	 * Checks it.
	 * @return how times are to cross the wire
	 * @throws IllegalStateException if times would be wrong
	 * @throws org.springframework.dao.DataAccessException if the database cannot be asked
	 */
	WireTime check() {
		ItemDatabase database = ItemDatabase.of(this.dataSource);
		WireTime wire = WireTime.of(database);
		if (wire == WireTime.CONNECTED) {
			checkSession(wire);
		}
		else if (database == ItemDatabase.POSTGRESQL || database == ItemDatabase.H2) {
			checkColumn(database, "checkAll", this.sql.checkAll(), 2);
			checkColumn(database, "checkOne", this.sql.checkOne(), 1);
		}
		return wire;
	}

	private void checkSession(WireTime wire) {
		List<Sent> all = TIMES.stream().map((time) -> send(wire, time)).toList();
		for (Sent sent : all) {
			if (!sent.time().equals(sent.taken()) || !sent.time().equals(sent.read())) {
				throw new IllegalStateException(
						"The times of %s would be wrong: expected that the driver and the session of the database are in the same time zone, found that the driver sends %s as '%s', which the database takes for %s, and reads it from there as %s. Add '%s' to the address of the database, for all that use it; columns of type DATETIME are in UTC then"
							.formatted(this.service, sent.time(), sent.text(), sent.taken(), sent.read(), IN_UTC));
			}
		}
		if (!all.get(0).offset().equals(all.get(1).offset())) {
			throw new IllegalStateException(
					"The times of %s would be wrong when clocks are set back: expected that the session of the database has no daylight saving time, found that it has, so that the times of one hour do not tell which of two they are. Add '%s' to the address of the database, for all that use it; columns of type DATETIME are in UTC then"
						.formatted(this.service, IN_UTC));
		}
	}

	private Sent send(WireTime wire, Instant time) {
		return JdbcClient.create(this.dataSource)
			.sql("select cast(:time as char(19)), unix_timestamp(:time), from_unixtime(:seconds)")
			.param("time", wire.parameter(time))
			.param("seconds", time.getEpochSecond())
			.query((row, number) -> new Sent(time, row.getString(1), seconds(row.getBigDecimal(2)), read(wire, row, 3)))
			.single();
	}

	private static @Nullable Instant seconds(@Nullable BigDecimal seconds) {
		return (seconds != null) ? Instant.ofEpochSecond(seconds.longValue()) : null;
	}

	private static @Nullable Instant read(WireTime wire, ResultSet row, int column) throws SQLException {
		Object value = row.getObject(column);
		return (value != null) ? wire.time(row, column, value) : null;
	}

	private void checkColumn(ItemDatabase database, String method, String statement, int column) {
		if (!isWithoutZone(database, statement, column)) {
			return;
		}
		boolean isH2 = database == ItemDatabase.H2;
		ZoneId zone = isH2 ? ZoneId.of(ask(ZONE_OF_H2)) : ZoneId.systemDefault();
		String whose = isH2 ? "the session" : "the JVM";
		if (!isH2) {
			checkSession(zone, method, column);
		}
		if (!zone.getRules().isFixedOffset() && !zone.getRules().getTransitionRules().isEmpty()) {
			throw new IllegalStateException(
					"The times of %s would be wrong when clocks are set back: expected a time zone without daylight saving time, since column %d of %s has no time zone, found %s, that of %s. Make the column a 'timestamp with time zone', or start all JVMs with -Duser.timezone=UTC"
						.formatted(this.service, column, method, zone, whose));
		}
		if (!zone.getRules().equals(ZoneOffset.UTC.getRules())) {
			logger.warn(
					"The times of %s are taken to be in %s, the time zone of %s, since column %d of %s has no time zone: all instances have to have the same. Make the column a 'timestamp with time zone', or start all JVMs with -Duser.timezone=UTC"
						.formatted(this.service, zone, whose, column, method));
		}
	}

	private void checkSession(ZoneId zone, String method, int column) {
		for (Instant time : TIMES) {
			Instant read = JdbcClient.create(this.dataSource)
				.sql("select cast(:time as timestamp)")
				.param("time", WireTime.ZONED.parameter(time))
				.query((row, number) -> Optional.ofNullable(read(WireTime.ZONED, row, 1)))
				.single()
				.orElse(null);
			if (!time.equals(read)) {
				throw new IllegalStateException(
						"The times of %s would be wrong: expected that the session of the database is in %s, the time zone of the JVM, since column %d of %s has no time zone, found '%s', so that %s is read as %s. Make the column a 'timestamp with time zone', or give both the same zone"
							.formatted(this.service, zone, column, method, ask(ZONE_OF_POSTGRES), time, read));
			}
		}
	}

	// The database may need the type of an id, which it is not told, to describe a
	// statement that it would execute.
	private boolean isWithoutZone(ItemDatabase database, String statement, int column) {
		try {
			return Boolean.TRUE.equals(describe(statement, (prepared) -> isWithoutZone(database, prepared, column)));
		}
		catch (BadSqlGrammarException | UncategorizedSQLException ex) {
			logger.debug("The times of %s are not checked: the database does not describe its statement"
				.formatted(this.service), ex);
			return false;
		}
	}

	private @Nullable Boolean describe(String statement, PreparedStatementCallback<Boolean> callback) {
		Instant any = TIMES.get(0);
		return new NamedParameterJdbcTemplate(this.dataSource).execute(statement,
				new MapSqlParameterSource("id", null).addValue("now", WireTime.ZONED.parameter(any))
					.addValue("until", WireTime.ZONED.parameter(any)),
				callback);
	}

	// PostgreSQL's driver has one type for both, and different names.
	private static boolean isWithoutZone(ItemDatabase database, PreparedStatement prepared, int column)
			throws SQLException {
		ResultSetMetaData metaData = prepared.getMetaData();
		if (metaData == null || metaData.getColumnCount() < column) {
			return false;
		}
		return (database == ItemDatabase.POSTGRESQL) ? "timestamp".equals(metaData.getColumnTypeName(column))
				: metaData.getColumnType(column) == Types.TIMESTAMP;
	}

	private String ask(String question) {
		return JdbcClient.create(this.dataSource).sql(question).query(String.class).single();
	}

	/**
	 * What becomes of a time on its way.
	 *
	 * @param time the time
	 * @param text what the driver sends
	 * @param taken what the database takes it for
	 * @param read what the driver reads when the database has the time
	 */
	private record Sent(Instant time, String text, @Nullable Instant taken, @Nullable Instant read) {

		Duration offset() {
			return Duration.between(LocalDateTime.ofInstant(this.time, ZoneOffset.UTC),
					LocalDateTime.parse(this.text.replace(' ', 'T')));
		}

	}

}
