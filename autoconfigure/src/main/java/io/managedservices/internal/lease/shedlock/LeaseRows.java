// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease.shedlock;

import java.sql.DatabaseMetaData;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * The table of the locks, as anybody can read it: ShedLock tells nobody who holds one.
 * One query for all leases costs the database less than an attempt to get each. Safe for
 * use by several threads.
 *
 * @since 0.1.0
 */
public final class LeaseRows {

	private static final Map<String, String> NOW = Map.of("PostgreSQL", "timezone('utc', clock_timestamp())", "H2",
			"cast(current_timestamp at time zone 'UTC' as timestamp)", "MySQL", "utc_timestamp(3)", "MariaDB",
			"utc_timestamp(3)", "Microsoft SQL Server", "sysutcdatetime()", "Oracle",
			"cast(sys_extract_utc(systimestamp) as timestamp)");

	private final DataSource dataSource;

	private final String table;

	private volatile @Nullable String query;

	/**
	 * The table of a database.
	 * @param dataSource the database
	 * @param table the name of the table
	 */
	public LeaseRows(DataSource dataSource, String table) {
		this.dataSource = dataSource;
		this.table = table;
	}

	/**
	 * Looks at locks.
	 * @param names their names
	 * @return what there is, by their names; {@code null} if it is not known how to ask
	 * such a database
	 */
	@Nullable Map<String, Row> find(Collection<String> names) {
		String known = query();
		if (known.isEmpty()) {
			return null;
		}
		String places = String.join(", ", Collections.nCopies(names.size(), "?"));
		Map<String, Row> found = new HashMap<>();
		new JdbcTemplate(this.dataSource).query(known.formatted(places),
				(RowCallbackHandler) (row) -> found.put(row.getString(1),
						new Row(row.getString(2), row.getObject(3, LocalDateTime.class), row.getInt(4) == 1)),
				List.copyOf(names).toArray());
		return found;
	}

	/**
	 * Looks at a lock.
	 * @param name its name
	 * @return the lock, or {@code null} if there is none, or it cannot be looked at
	 */
	@Nullable Row find(String name) {
		Map<String, Row> found = find(List.of(name));
		return (found != null) ? found.get(name) : null;
	}

	/**
	 * Whether the table or a column of it is not there.
	 * @param failure why it could not be used
	 * @return whether that is why
	 */
	static boolean isMissing(RuntimeException failure) {
		return failure instanceof BadSqlGrammarException || failure.getCause() instanceof BadSqlGrammarException;
	}

	String table() {
		return this.table;
	}

	/**
	 * Ends a lock that nobody knows to have.
	 * @param name its name
	 * @param seen how it was found
	 * @return whether it was still so
	 */
	boolean end(String name, Row seen) {
		return new JdbcTemplate(this.dataSource)
			.update("update %s set lock_until = locked_at where name = ? and locked_by = ? and locked_at = ?"
				.formatted(this.table), name, seen.by(), seen.lockedAt()) == 1;
	}

	/**
	 * Forgets a lock that nobody holds any more.
	 * @param name its name
	 */
	void delete(String name) {
		new JdbcTemplate(this.dataSource).update("delete from %s where name = ?".formatted(this.table), name);
	}

	private String query() {
		String known = this.query;
		if (known == null) {
			String now = NOW.get(product());
			known = (now != null)
					? "select name, locked_by, locked_at, case when lock_until > %s then 1 else 0 end from %s where name in (%%s)"
						.formatted(now, this.table)
					: "";
			this.query = known;
		}
		return known;
	}

	private String product() {
		try {
			String product = JdbcUtils.extractDatabaseMetaData(this.dataSource,
					DatabaseMetaData::getDatabaseProductName);
			return String.valueOf(JdbcUtils.commonDatabaseName(product));
		}
		catch (MetaDataAccessException ex) {
			throw new DataAccessResourceFailureException("The database of the leases cannot be asked", ex);
		}
	}

	/**
	 * A lock.
	 *
	 * @param by who holds it, or held it last
	 * @param lockedAt since when, in UTC
	 * @param held whether it is held
	 */
	record Row(String by, LocalDateTime lockedAt, boolean held) {

		Instant at() {
			return this.lockedAt.toInstant(ZoneOffset.UTC);
		}

		/**
		 * A number that rises with each holder: a lock is not acquired before the last
		 * one was to end, by the clock of the database.
		 * @return microseconds since 1970
		 */
		long fence() {
			return ChronoUnit.MICROS.between(Instant.EPOCH, at());
		}

	}

}
