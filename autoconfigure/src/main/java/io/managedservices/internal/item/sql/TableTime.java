// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

/**
 * How times are written to the table of items, and read from it. On MySQL and MariaDB,
 * whose times have no zone, they are in UTC, and cross the wire as text, or as they are:
 * each driver has ideas of its own of the zone of a timestamp, and of its fractions, and
 * a calendar would be shared by all threads. Immutable.
 *
 * @param zoned whether the times have a zone
 */
public record TableTime(boolean zoned) {

	private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS")
		.withZone(ZoneOffset.UTC);

	/**
	 * How times are on a database.
	 * @param database which one it is, or {@code null}
	 * @return how they are
	 */
	public static TableTime of(@Nullable ItemDatabase database) {
		return new TableTime(database != ItemDatabase.MARIADB && database != ItemDatabase.MYSQL);
	}

	/**
	 * Sets a time in a statement.
	 * @param statement the statement
	 * @param index the parameter
	 * @param time the time
	 * @throws SQLException if that fails
	 */
	public void set(PreparedStatement statement, int index, @Nullable Instant time) throws SQLException {
		if (time == null) {
			statement.setNull(index, this.zoned ? Types.TIMESTAMP_WITH_TIMEZONE : Types.TIMESTAMP);
		}
		else if (this.zoned) {
			statement.setObject(index, time.atOffset(ZoneOffset.UTC));
		}
		else {
			statement.setString(index, TEXT.format(time));
		}
	}

	/**
	 * Reads a time.
	 * @param row the row
	 * @param column the name of the column
	 * @return the time, or {@code null}
	 * @throws SQLException if that fails
	 */
	public @Nullable Instant get(ResultSet row, String column) throws SQLException {
		if (this.zoned) {
			OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
			return (time != null) ? time.toInstant() : null;
		}
		LocalDateTime time = row.getObject(column, LocalDateTime.class);
		return (time != null) ? time.toInstant(ZoneOffset.UTC) : null;
	}

}
