// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.AutodetectJdbcCustomization;
import org.jspecify.annotations.Nullable;

/**
 * What MySQL and MariaDB can, where the times in the table of items have no zone. They
 * are in UTC, and cross the wire as text, or as they are: each driver has ideas of its
 * own of the zone of a timestamp, and of its fractions, and a calendar would be shared by
 * all threads. Safe for use by several threads.
 */
final class UtcCustomization extends AutodetectJdbcCustomization {

	private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS")
		.withZone(ZoneOffset.UTC);

	UtcCustomization(DataSource dataSource) {
		super(dataSource, true);
	}

	@Override
	public void setInstant(PreparedStatement statement, int index, @Nullable Instant value) throws SQLException {
		if (value == null) {
			statement.setNull(index, Types.TIMESTAMP);
		}
		else {
			statement.setString(index, TEXT.format(value));
		}
	}

	@Override
	public @Nullable Instant getInstant(ResultSet row, String column) throws SQLException {
		LocalDateTime time = row.getObject(column, LocalDateTime.class);
		return (time != null) ? time.toInstant(ZoneOffset.UTC) : null;
	}

}
