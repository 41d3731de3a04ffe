// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.item.DueItem;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SqlItems}.
 */
class SqlItemsTests {

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	private static final String PROCESS = "update poll set closed = true where id = :id and closes_at <= :now and not closed";

	private static final String CHECK_ALL = "select id, closes_at from poll where not closed and closes_at <= :until order by closes_at";

	private static final String CHECK_ONE = "select closes_at from poll where id = :id and not closed";

	private static final ItemSql SQL = new ItemSql(PROCESS, CHECK_ALL, CHECK_ONE);

	private CountingDataSource dataSource = new CountingDataSource(Database.H2.create());

	private JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	@BeforeEach
	void noDatabase() {
		open(Database.H2);
	}

	private void open(Database database) {
		this.dataSource = new CountingDataSource(database.create());
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute(
				"create table poll (id bigint primary key, closes_at timestamp with time zone, closed boolean not null)");
	}

	private void poll(long id, Instant closesAt) {
		this.jdbc.update("insert into poll (id, closes_at, closed) values (?, ?, false)", id,
				closesAt.atOffset(ZoneOffset.UTC));
	}

	private Polls polls() {
		return new Polls(this.dataSource, SQL);
	}

	@ParameterizedTest
	@EnumSource
	void processWhenDueIsDoneOnce(Database database) throws Exception {
		open(database);
		poll(1, NOW);
		assertThat(polls().process(1L)).isEqualTo(Outcome.DONE);
		assertThat(polls().process(1L)).isEqualTo(Outcome.NOT_YET);
		assertThat(this.dataSource.open()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void processWhenNotDueIsNotYet(Database database) throws Exception {
		open(database);
		poll(1, NOW.plusMillis(1));
		assertThat(polls().process(1L)).isEqualTo(Outcome.NOT_YET);
	}

	@Test
	void processWhenPoolDoesNotCommitCommits() throws Exception {
		poll(1, NOW);
		this.dataSource.autoCommit(false);
		assertThat(polls().process(1L)).isEqualTo(Outcome.DONE);
		this.dataSource.autoCommit(true);
		assertThat(this.jdbc.queryForObject("select closed from poll", Boolean.class)).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void checkOneTellsTimeOrNever(Database database) throws Exception {
		open(database);
		poll(1, NOW);
		assertThat(polls().checkOne(1L)).isEqualTo(NOW);
		assertThat(polls().checkOne(2L)).isNull();
		this.jdbc.update("update poll set closes_at = null");
		assertThat(polls().checkOne(1L)).isNull();
		assertThat(this.dataSource.open()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void checkAllTellsWhatMattersUntilTwoIntervals(Database database) throws Exception {
		open(database);
		poll(1, NOW.plusSeconds(7200));
		poll(2, NOW.minusSeconds(1));
		poll(3, NOW.plusSeconds(7201));
		try (Stream<DueItem<Long>> items = polls().checkAll()) {
			Iterator<DueItem<Long>> iterator = items.iterator();
			assertThat(iterator.next()).isEqualTo(new DueItem<>(2L, NOW.minusSeconds(1)));
			assertThat(this.dataSource.open()).isOne();
			assertThat(iterator.next()).isEqualTo(new DueItem<>(1L, NOW.plusSeconds(7200)));
			assertThat(iterator.hasNext()).isFalse();
		}
		assertThat(this.dataSource.open()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void checkAllWhenColumnHasNoZoneReadsWhatWasWritten(Database database) throws Exception {
		open(database);
		this.jdbc.execute("alter table poll add column local timestamp");
		poll(1, NOW);
		this.jdbc.update("update poll set local = ?", java.sql.Timestamp.from(NOW));
		Polls polls = new Polls(this.dataSource,
				new ItemSql("update poll set closed = true where id = :id and local <= :now",
						"select id, local from poll where local <= :until", "select local from poll where id = :id"));
		try (Stream<DueItem<Long>> items = polls.checkAll()) {
			assertThat(items).containsExactly(new DueItem<>(1L, NOW));
		}
		assertThat(polls.checkOne(1L)).isEqualTo(NOW);
		assertThat(polls.process(1L)).isEqualTo(Outcome.DONE);
	}

	@Test
	void checkAllOnPostgresStreams200000RowsInParts() throws Exception {
		open(Database.POSTGRESQL);
		this.jdbc.update(
				"insert into poll select n, now() - n * interval '1 second', false from generate_series(1, 200000) n");
		try (Stream<DueItem<Long>> items = new Polls(this.dataSource, SQL, Clock.systemUTC()).checkAll()) {
			Iterator<DueItem<Long>> iterator = items.iterator();
			assertThat(iterator.next().id()).isEqualTo(200_000L);
			assertThat(openCursors()).isOne();
			long read = 1;
			while (iterator.hasNext()) {
				iterator.next();
				read++;
			}
			assertThat(read).isEqualTo(200_000);
		}
		assertThat(this.dataSource.open()).isZero();
		assertThat(this.dataSource.rowsFetchedAtOnce()).isBetween(1L, 500L);
	}

	// A portal with rows left means that the transaction of the reader goes on.
	private long openCursors() {
		Long count = this.jdbc.queryForObject(
				"select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
				Long.class);
		return (count != null) ? count : 0;
	}

	@ParameterizedTest
	@EnumSource
	void checkAllWhenClosedEarlyGivesConnectionBackAsItWas(Database database) throws Exception {
		open(database);
		for (int id = 0; id < 2000; id++) {
			poll(id, NOW);
		}
		try (Stream<DueItem<Long>> items = polls().checkAll()) {
			items.iterator().next();
		}
		assertThat(this.dataSource.autoCommitAtEnd()).isTrue();
		assertThat(this.dataSource.open()).isZero();
	}

	@Test
	void checkAllWhenQueryFailsGivesConnectionBack() {
		Polls polls = new Polls(this.dataSource, new ItemSql(PROCESS, "select nothing from nowhere", CHECK_ONE));
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(polls::checkAll);
		assertThat(this.dataSource.open()).isZero();
	}

	@Test
	void checkAllWhenShapeIsWrongTellsWhatIsExpected() throws Exception {
		poll(1, NOW);
		assertThatIllegalStateException().isThrownBy(() -> first("select id, closes_at, closed from poll"))
			.withMessageContaining("checkAll of " + Polls.class.getName())
			.withMessageContaining("expected 2 columns, id and time, found 3 columns: select id, closes_at, closed");
		assertThatIllegalStateException().isThrownBy(() -> first("select id, 'soon' from poll"))
			.withMessageContaining("expected a timestamp in column 2, found String: soon");
		assertThatIllegalArgumentException().isThrownBy(() -> first("select 'one', closes_at from poll"))
			.withMessageContaining("expected a Long, found String: one");
		assertThat(this.dataSource.open()).isZero();
	}

	private DueItem<Long> first(String checkAll) throws Exception {
		try (Stream<DueItem<Long>> items = new Polls(this.dataSource, new ItemSql(PROCESS, checkAll, CHECK_ONE))
			.checkAll()) {
			return items.iterator().next();
		}
	}

	@Test
	void checkOneWhenShapeIsWrongTellsWhatIsExpected() throws Exception {
		poll(1, NOW);
		poll(2, NOW);
		assertThatIllegalStateException().isThrownBy(() -> one("select id, closes_at from poll where id = :id"))
			.withMessageContaining("expected 1 column, the time, found 2 columns");
		assertThatIllegalStateException().isThrownBy(() -> one("select closes_at from poll where id >= :id"))
			.withMessageContaining("expected at most one row for id '1', found 2 rows");
	}

	private Instant one(String checkOne) throws Exception {
		return new Polls(this.dataSource, new ItemSql(PROCESS, CHECK_ALL, checkOne)).checkOne(1L);
	}

	@Test
	void sqlWhenItIsAboutOneInsteadOfAllIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ItemSql(PROCESS, CHECK_ONE, CHECK_ALL))
			.withMessage("The SQL of checkAll is not about all items: expected no parameter :id, found: " + CHECK_ONE);
		assertThatIllegalArgumentException().isThrownBy(() -> new ItemSql("delete from poll", CHECK_ALL, CHECK_ONE))
			.withMessage(
					"The SQL of process is not about one item: expected the parameter :id, found: delete from poll");
	}

	@ParameterizedTest
	@EnumSource
	void idsAreReadAsUuidsAndText(Database database) throws Exception {
		open(database);
		UUID id = UUID.randomUUID();
		this.jdbc.execute("create table reminder (id uuid, name varchar(20), due timestamp with time zone)");
		this.jdbc.update("insert into reminder values (?, 'a', ?)", id, NOW.atOffset(ZoneOffset.UTC));
		Reminders reminders = new Reminders(this.dataSource);
		try (Stream<DueItem<UUID>> items = reminders.checkAll()) {
			assertThat(items).containsExactly(new DueItem<>(id, NOW));
		}
		assertThat(reminders.checkOne(id)).isEqualTo(NOW);
		assertThat(reminders.process(id)).isEqualTo(Outcome.DONE);
		Named named = new Named(this.dataSource);
		try (Stream<DueItem<String>> items = named.checkAll()) {
			assertThat(items.map(DueItem::id)).isEqualTo(List.of());
		}
		assertThat(named.process("a")).isEqualTo(Outcome.NOT_YET);
	}

	@Test
	void idsOfAnotherTypeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SqlItems<Integer>(this.dataSource, SQL) {
			@Override
			public Duration interval() {
				return Duration.ofHours(1);
			}
		})
			.withMessageContaining("expected that its class implements ItemService<Long>")
			.withMessageEndingWith("java.lang.Integer");
	}

	enum Database {

		H2 {
			@Override
			DataSource create() {
				JdbcDataSource dataSource = new JdbcDataSource();
				dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
				return dataSource;
			}
		},

		POSTGRESQL {
			@Override
			DataSource create() {
				return TestPostgres.database();
			}
		};

		abstract DataSource create();

	}

	static class Polls extends SqlItems<Long> {

		Polls(DataSource dataSource, ItemSql sql) {
			this(dataSource, sql, Clock.fixed(NOW, ZoneOffset.UTC));
		}

		Polls(DataSource dataSource, ItemSql sql, Clock clock) {
			super(dataSource, sql, clock);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	static class Reminders extends SqlItems<UUID> {

		Reminders(DataSource dataSource) {
			super(dataSource, new ItemSql("delete from reminder where id = :id", "select id, due from reminder",
					"select due from reminder where id = :id"));
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	static class Named extends SqlItems<String> {

		Named(DataSource dataSource) {
			super(dataSource, new ItemSql("delete from reminder where name = :id", "select name, due from reminder",
					"select due from reminder where name = :id"));
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
