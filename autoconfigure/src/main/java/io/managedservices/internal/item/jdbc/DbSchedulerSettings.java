// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.util.regex.Pattern;

import io.managedservices.internal.item.sql.ItemTableSchema;

/**
 * How db-scheduler runs the items. Immutable.
 *
 * @param table the name of its table, with a schema if need be
 * @param createTable whether to create the table where there is none
 * @param pollingInterval how often the table is looked at for what is due, 1 ms or more:
 * so late an item may begin
 * @param heartbeat how often an instance says of an item that it is still at it, 1 ms or
 * more; one that has not for {@value #MISSED_HEARTBEATS} times as long is taken over
 * @param stopTimeout within how long the service {@code itemScheduler} stops even if
 * threads hang, 1 ms or more; less than its stop timeout
 * @since 0.1.0
 */
public record DbSchedulerSettings(String table, boolean createTable, Duration pollingInterval, Duration heartbeat,
		Duration stopTimeout) {

	private static final Pattern NAME = Pattern.compile("([A-Za-z_]\\w*\\.){0,2}[A-Za-z_]\\w*");

	/**
	 * What holds where nothing is configured.
	 */
	public static final DbSchedulerSettings DEFAULTS = new DbSchedulerSettings(ItemTableSchema.DEFAULT_TABLE, false,
			Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(15));

	/** Fewer are not allowed. */
	static final int MISSED_HEARTBEATS = 4;

	/**
	 * Checks the name of the table, which becomes part of statements.
	 */
	public DbSchedulerSettings {
		if (!isTable(table)) {
			throw new IllegalArgumentException(
					"The table of managed-services.items.db-scheduler.table is invalid: expected letters, digits and underscores, with a schema before a dot if need be, found '%s'"
						.formatted(table));
		}
		// db-scheduler and its threads count in milliseconds.
		atLeastAMilli("managed-services.items.db-scheduler.polling-interval", pollingInterval);
		atLeastAMilli("managed-services.items.db-scheduler.heartbeat", heartbeat);
		atLeastAMilli("managed-services.services.itemScheduler.stop-timeout", stopTimeout);
	}

	/**
	 * Whether a table can have a name.
	 * @param name the name, with a schema if need be
	 * @return whether it can be part of statements
	 */
	public static boolean isTable(String name) {
		return NAME.matcher(name).matches();
	}

	private static void atLeastAMilli(String property, Duration duration) {
		if (duration.compareTo(Duration.ofMillis(1)) < 0) {
			throw new IllegalArgumentException(
					"The duration of %s is invalid: expected 1ms or more, found %s".formatted(property, duration));
		}
	}

}
