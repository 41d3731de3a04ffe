// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;

/**
 * How instants cross the wire: each driver has a way that is right whatever zones there
 * are, or right for more of them. Immutable.
 */
public enum WireTime {

	/**
	 * PostgreSQL, H2 and others: a parameter has its offset with it, and a column without
	 * a zone is in that of the JVM.
	 */
	ZONED {
		@Override
		public Object parameter(Instant time) {
			return time.atOffset(ZoneOffset.UTC);
		}

		@Override
		public @Nullable Instant time(ResultSet row, int column, Object value) {
			return instant(value);
		}
	},

	/**
	 * MySQL and MariaDB, whose drivers convert to the zone of the connection: a parameter
	 * in Connector/J by way of the zone of the JVM unless it is a timestamp, and a column
	 * only if it is read with an offset.
	 */
	CONNECTED {
		@Override
		public Object parameter(Instant time) {
			return Timestamp.from(time);
		}

		@Override
		public @Nullable Instant time(ResultSet row, int column, Object value) throws SQLException {
			if (!(value instanceof Timestamp || value instanceof LocalDateTime)) {
				return instant(value);
			}
			OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
			return (time != null) ? time.toInstant() : null;
		}
	};

	public static WireTime of(@Nullable ItemDatabase database) {
		return (database == ItemDatabase.MARIADB || database == ItemDatabase.MYSQL) ? CONNECTED : ZONED;
	}

	/**
	 * A parameter of a statement.
	 * @param time a time
	 * @return the parameter
	 */
	public abstract Object parameter(Instant time);

	/**
	 * The time in a column.
	 * @param row the row
	 * @param column its number
	 * @param value what the driver takes it for
	 * @return the time, or {@code null} if it is none
	 * @throws SQLException if it cannot be read
	 */
	public abstract @Nullable Instant time(ResultSet row, int column, Object value) throws SQLException;

	private static @Nullable Instant instant(Object value) {
		if (value instanceof Timestamp timestamp) {
			return timestamp.toInstant();
		}
		if (value instanceof OffsetDateTime time) {
			return time.toInstant();
		}
		if (value instanceof ZonedDateTime time) {
			return time.toInstant();
		}
		if (value instanceof Instant time) {
			return time;
		}
		return (value instanceof LocalDateTime time) ? time.atZone(ZoneId.systemDefault()).toInstant() : null;
	}

}
