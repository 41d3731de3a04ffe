// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A row of the table of items. Immutable.
 *
 * @param id its id
 * @param time when it is due
 * @param picked whether it is in hand
 * @param lastSuccess when it has succeeded last, or {@code null}
 * @param lastFailure when it has failed last, or {@code null}
 * @param failures how often it has failed in a row
 * @param version changes whenever the row does, but for signs of life
 */
public record ItemRow(String id, Instant time, boolean picked, @Nullable Instant lastSuccess,
		@Nullable Instant lastFailure, int failures, long version) {

	static ItemRow of(ResultSet row, TableTime times) throws SQLException {
		return new ItemRow(row.getString("task_instance"),
				Objects.requireNonNullElse(times.get(row, "execution_time"), ItemTable.FIRST), row.getBoolean("picked"),
				times.get(row, "last_success"), times.get(row, "last_failure"), row.getInt("consecutive_failures"),
				row.getLong("version"));
	}

	ItemRow asPicked() {
		return new ItemRow(this.id, this.time, true, this.lastSuccess, this.lastFailure, this.failures,
				this.version + 1);
	}

	// Not for longer than that where somebody has set the clock back.
	boolean isHeld(Instant now) {
		Instant latest = now.plus(ItemTable.NOT_YET);
		return (this.failures > 0 && (this.lastFailure == null || !this.lastFailure.isAfter(latest)))
				|| (ItemTable.isHeldSince(this.lastSuccess, this.time) && !this.time.isAfter(latest));
	}

}
