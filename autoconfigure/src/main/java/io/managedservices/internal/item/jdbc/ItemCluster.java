// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.sql.DuePicker;
import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.StatementRetry;

/**
 * What the item services of this instance have in common while the service
 * {@code itemScheduler} runs. Immutable.
 *
 * @param dataSource of the database that all instances share
 * @param database which one it is, or {@code null}
 * @param settings the settings
 * @param backend time, that of the services
 */
record ItemCluster(DataSource dataSource, @Nullable ItemDatabase database, DbSchedulerSettings settings,
		Backend backend) {

	ItemTable table(StatementRetry retry) {
		return new ItemTable(this.dataSource, this.settings.table(), this.database, retry);
	}

	DuePicker picker(String instance, StatementRetry retry) {
		return new DuePicker(this.dataSource, this.settings.table(), instance, this.database, retry);
	}

	/**
	 * Names an instance, in up to 50 characters. In containers all may have the same id
	 * of the process, and names that differ at their ends only.
	 * @param host where it runs
	 * @return a name that no other has
	 */
	static String instance(String host) {
		String name = ProcessHandle.current().pid() + "@" + host;
		return name.substring(0, Math.min(name.length(), 33)) + "-" + UUID.randomUUID().toString().substring(0, 13);
	}

}
