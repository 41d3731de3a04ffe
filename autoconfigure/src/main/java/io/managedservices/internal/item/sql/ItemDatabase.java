// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The databases that we know how to create the table of items on. Immutable.
 */
public enum ItemDatabase {

	/** PostgreSQL. */
	POSTGRESQL("timestamptz"),

	/** H2. */
	H2("TIMESTAMP WITH TIME ZONE"),

	/** MariaDB. */
	MARIADB("DATETIME"),

	/** MySQL. */
	MYSQL("DATETIME");

	private final String timeType;

	ItemDatabase(String timeType) {
		this.timeType = timeType;
	}

	/**
	 * Asks a database which one it is.
	 * @param dataSource of the database
	 * @return the database, or {@code null} if it is none of them
	 * @throws org.springframework.dao.DataAccessException if it cannot be asked
	 */
	public static @Nullable ItemDatabase of(DataSource dataSource) {
		Optional<ItemDatabase> found = new JdbcTemplate(dataSource)
			.execute((ConnectionCallback<Optional<ItemDatabase>>) (connection) -> Optional.ofNullable(of(connection)));
		return (found != null) ? found.orElse(null) : null;
	}

	// The driver of MySQL calls a MariaDB MySQL, too.
	private static @Nullable ItemDatabase of(Connection connection) throws SQLException {
		DatabaseMetaData metaData = connection.getMetaData();
		return switch (metaData.getDatabaseProductName()) {
			case "PostgreSQL" -> POSTGRESQL;
			case "H2" -> H2;
			case "MariaDB" -> MARIADB;
			case "MySQL" -> metaData.getDatabaseProductVersion().contains("MariaDB") ? MARIADB : MYSQL;
			default -> null;
		};
	}

	/**
	 * The script that creates the table.
	 * @return its name
	 */
	public String script() {
		return name().toLowerCase(Locale.ROOT) + ".sql";
	}

	/**
	 * The type of the columns of times, as drivers name it.
	 * @return the type
	 */
	public String timeType() {
		return this.timeType;
	}

}
