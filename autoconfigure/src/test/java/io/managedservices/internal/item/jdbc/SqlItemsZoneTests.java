// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.managedservices.item.DueItem;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SqlItems}: the zones of server, driver and JVM. Either all instances
 * read each time as it was written, whoever of them has written it, or the start is
 * refused.
 */
@ExtendWith(OutputCaptureExtension.class)
class SqlItemsZoneTests {

	private static final List<String> ZONES = List.of("UTC", "America/New_York", "Asia/Kolkata");

	private static final List<Instant> TIMES = Stream
		.of("2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z", "2026-03-08T02:30:00Z", "2026-03-08T07:30:00Z",
				"2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")
		.map(Instant::parse)
		.sorted()
		.toList();

	private static final Instant LATER = Instant.parse("2027-01-01T00:00:00Z");

	private static final ItemSql SQL = new ItemSql(
			"update poll set closed = true where id = :id and closes_at <= :now and not closed",
			"select id, closes_at from poll where not closed and closes_at <= :until order by closes_at",
			"select closes_at from poll where id = :id and not closed");

	private final TimeZone zone = TimeZone.getDefault();

	@AfterEach
	void restoreZone() {
		TimeZone.setDefault(this.zone);
	}

	@ParameterizedTest
	@CsvSource({ "MYSQL, connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true",
			"MARIADB, connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&preserveInstants=true",
			"MYSQL, connectionTimeZone=UTC&sessionVariables=time_zone='%2B00:00'",
			"MYSQL, connectionTimeZone=SERVER&sessionVariables=time_zone='-05:00'",
			"MARIADB, connectionTimeZone=SERVER&preserveInstants=true&sessionVariables=time_zone='-05:00'",
			"MARIADB, connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&preserveInstants=true&useServerPrepStmts=true",
			"MYSQL, connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&useServerPrepStmts=true" })
	void timesAreReadAsTheyWereWrittenWhereverThatWas(TestMariaDb.Driver driver, String options) throws Exception {
		String database = TestMariaDb.database();
		for (String type : List.of("datetime(6)", "timestamp(6)")) {
			new JdbcTemplate(driver.connect(database, options)).execute(
					"create or replace table poll (id bigint primary key, closes_at %s not null, closed boolean not null)"
						.formatted(type));
			for (String writer : ZONES) {
				for (String reader : ZONES) {
					assertThatTimesAreKept(driver.connect(database, options), writer, reader);
				}
			}
		}
	}

	@Test
	void timesOnPostgresAreReadAsTheyWereWrittenWhereverThatWas() throws Exception {
		PGSimpleDataSource database = TestPostgres.database();
		new JdbcTemplate(database).execute(
				"create table poll (id bigint primary key, closes_at timestamp with time zone not null, closed boolean not null)");
		for (String writer : ZONES) {
			for (String reader : ZONES) {
				assertThatTimesAreKept(database, writer, reader);
			}
		}
	}

	// Drivers look at the zone of the JVM when they connect.
	private static void assertThatTimesAreKept(DataSource database, String writer, String reader) throws Exception {
		TimeZone.setDefault(TimeZone.getTimeZone(writer));
		try (Connection connection = database.getConnection()) {
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			jdbc.update("delete from poll");
			for (int id = 0; id < TIMES.size(); id++) {
				jdbc.update("insert into poll (id, closes_at, closed) values (?, ?, false)", id,
						Timestamp.from(TIMES.get(id)));
			}
		}
		TimeZone.setDefault(TimeZone.getTimeZone(reader));
		try (Stream<DueItem<Long>> items = polls(database, LATER).checkAll()) {
			assertThat(items).as("Written in %s and read in %s", writer, reader)
				.extracting(DueItem::due)
				.containsExactlyElementsOf(TIMES);
		}
		try (Connection connection = database.getConnection()) {
			for (int id = 0; id < TIMES.size(); id++) {
				assertThatTimeIsKept(new SingleConnectionDataSource(connection, true), id,
						"%s, written in %s and read in %s".formatted(TIMES.get(id), writer, reader));
			}
		}
	}

	private static void assertThatTimeIsKept(DataSource database, long id, String what) throws Exception {
		Instant time = TIMES.get((int) id);
		SqlItemsTests.Polls before = polls(database, time.minusSeconds(1));
		before.verifyItems();
		assertThat(before.checkOne(id)).as(what).isEqualTo(time);
		assertThat(before.process(id)).as(what).isEqualTo(Outcome.NOT_YET);
		assertThat(polls(database, time).process(id)).as(what).isEqualTo(Outcome.DONE);
	}

	private static SqlItemsTests.Polls polls(DataSource database, Instant now) {
		return new SqlItemsTests.Polls(database, SQL, Clock.fixed(now, ZoneOffset.UTC));
	}

	@ParameterizedTest
	@CsvSource({ "MYSQL, '', UTC", "MYSQL, '', Asia/Kolkata", "MYSQL, connectionTimeZone=UTC, America/New_York",
			"MYSQL, connectionTimeZone=SERVER, UTC", "MARIADB, '', UTC", "MARIADB, '', Asia/Kolkata",
			"MARIADB, preserveInstants=true, UTC", "MARIADB, connectionTimeZone=UTC, Asia/Kolkata",
			"MARIADB, connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true, America/New_York",
			"MARIADB, sessionVariables=time_zone='+00:00', America/New_York",
			"MYSQL, sessionVariables=time_zone='%2B00:00', America/New_York" })
	void startWhenDriverAndSessionDifferIsRefusedWithWhatHelps(TestMariaDb.Driver driver, String options, String zone) {
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		String database = TestMariaDb.database();
		assertThatIllegalStateException()
			.isThrownBy(() -> polls(driver.connect(database, options), Instant.now()).verifyItems())
			.withMessageStartingWith(
					"The times of io.managedservices.internal.item.jdbc.SqlItemsTests$Polls would be wrong: ")
			.satisfies((ex) -> {
				String advice = ex.getMessage().replaceFirst(".*Add '([^']+)' to the address.*", "$1");
				assertThatCode(() -> polls(driver.connect(database, advice), Instant.now()).verifyItems())
					.doesNotThrowAnyException();
			});
	}

	@ParameterizedTest
	@CsvSource({ "MYSQL", "MARIADB" })
	void startWhenSessionHasDaylightSavingTimeIsRefusedWithWhatHelps(TestMariaDb.Driver driver) {
		TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
		String database = TestMariaDb.database();
		assertThatIllegalStateException()
			.isThrownBy(() -> polls(driver.connect(database, ""), Instant.now()).verifyItems())
			.withMessageContaining("would be wrong when clocks are set back")
			.satisfies((ex) -> {
				String advice = ex.getMessage().replaceFirst(".*Add '([^']+)' to the address.*", "$1");
				assertThatCode(() -> polls(driver.connect(database, advice), Instant.now()).verifyItems())
					.doesNotThrowAnyException();
			});
	}

	@Test
	void startWhenPostgresHasNoZoneAndJvmHasDaylightSavingTimeIsRefusedWithWhatHelps() {
		PGSimpleDataSource database = TestPostgres.database();
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute(
				"create table poll (id bigint primary key, closes_at timestamp not null, closed boolean not null)");
		TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
		assertThatIllegalStateException().isThrownBy(() -> polls(database, Instant.now()).verifyItems())
			.withMessageContaining("would be wrong when clocks are set back")
			.withMessageEndingWith(
					"Make the column a 'timestamp with time zone', or start all JVMs with -Duser.timezone=UTC");
		TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
		assertThatCode(() -> polls(database, Instant.now()).verifyItems()).doesNotThrowAnyException();
		TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
		jdbc.execute("alter table poll alter column closes_at set data type timestamp with time zone");
		assertThatCode(() -> polls(database, Instant.now()).verifyItems()).doesNotThrowAnyException();
	}

	// H2 keeps the zone that the JVM had when it was loaded.
	@Test
	void startWhenH2HasNoZoneGoesByThatOfTheSession() {
		String table = "create table poll (id bigint primary key, closes_at timestamp not null, closed boolean not null)";
		DataSource utc = h2(";TIME ZONE=UTC");
		new JdbcTemplate(utc).execute(table);
		TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
		assertThatCode(() -> polls(utc, Instant.now()).verifyItems()).doesNotThrowAnyException();
		DataSource berlin = h2(";TIME ZONE=Europe/Berlin");
		new JdbcTemplate(berlin).execute(table);
		TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
		assertThatIllegalStateException().isThrownBy(() -> polls(berlin, Instant.now()).verifyItems())
			.withMessageContaining("would be wrong when clocks are set back")
			.withMessageContaining("found Europe/Berlin, that of the session");
		new JdbcTemplate(berlin)
			.execute("alter table poll alter column closes_at set data type timestamp with time zone");
		assertThatCode(() -> polls(berlin, Instant.now()).verifyItems()).doesNotThrowAnyException();
	}

	private static DataSource h2(String options) {
		return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" + options);
	}

	@Test
	void startWhenPostgresHasNoZoneAndSessionDiffersIsRefusedWithWhatHelps() {
		PGSimpleDataSource database = TestPostgres.database();
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute(
				"create table poll (id bigint primary key, closes_at timestamp not null, closed boolean not null)");
		TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
		DataSource utc = new InUtc(database);
		assertThatIllegalStateException().isThrownBy(() -> polls(utc, Instant.now()).verifyItems())
			.withMessageContaining(
					"expected that the session of the database is in Asia/Kolkata, the time zone of the JVM, since column 2 of checkAll has no time zone, found 'UTC'")
			.withMessageEndingWith("Make the column a 'timestamp with time zone', or give both the same zone");
		assertThatCode(() -> polls(database, Instant.now()).verifyItems()).doesNotThrowAnyException();
		jdbc.execute("alter table poll alter column closes_at type timestamp with time zone");
		assertThatCode(() -> polls(utc, Instant.now()).verifyItems()).doesNotThrowAnyException();
	}

	@Test
	void startWhenPostgresHasNoZoneWarnsThatAllNeedTheSame(CapturedOutput output) {
		PGSimpleDataSource database = TestPostgres.database();
		new JdbcTemplate(database).execute(
				"create table poll (id bigint primary key, closes_at timestamp not null, closed boolean not null)");
		TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
		polls(database, Instant.now()).verifyItems();
		assertThat(output).doesNotContain("all instances");
		TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
		polls(database, Instant.now()).verifyItems();
		assertThat(output).contains("column 2 of checkAll has no time zone: all instances have to have the same.");
	}

	@Test
	void startWhenDatabaseCannotBeAskedChecksBeforeTheFirstUse() {
		TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
		CountingDataSource database = new CountingDataSource(
				TestMariaDb.Driver.MARIADB.connect(TestMariaDb.database(), ""));
		SqlItemsTests.Polls polls = polls(new Late(database), Instant.now());
		assertThatCode(polls::verifyItems).doesNotThrowAnyException();
		assertThatIllegalStateException().isThrownBy(polls::checkAll).withMessageContaining("would be wrong");
		assertThatIllegalStateException().isThrownBy(() -> polls.checkOne(1L)).withMessageContaining("would be wrong");
		assertThatIllegalStateException().isThrownBy(() -> polls.process(1L)).withMessageContaining("would be wrong");
		assertThat(database.open()).isZero();
	}

	/**
	 * Sessions in UTC, whatever the driver would choose.
	 */
	private static final class InUtc extends DelegatingDataSource {

		InUtc(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			try (Statement statement = connection.createStatement()) {
				statement.execute("set time zone 'UTC'");
			}
			return connection;
		}

	}

	/**
	 * The first connection cannot be had.
	 */
	private static final class Late extends DelegatingDataSource {

		private boolean asked;

		Late(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			if (!this.asked) {
				this.asked = true;
				throw new SQLException("No connection yet");
			}
			return super.getConnection();
		}

	}

}
