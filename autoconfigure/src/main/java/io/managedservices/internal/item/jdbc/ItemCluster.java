// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Execution;

import io.managedservices.internal.concurrent.Backend;

/**
 * All that belongs together between a start and a stop of the scheduler: the scheduler,
 * its table, and what it has in hand. Safe for use by several threads.
 */
final class ItemCluster {

	private final DbSchedulerSettings settings;

	private final ItemTable table;

	private final ItemCounter counter;

	private final ItemsInHand inHand = new ItemsInHand();

	private final ItemTaskRepository repository;

	private final ItemClusterScheduler scheduler;

	private ItemCluster(DataSource dataSource, DbSchedulerSettings settings, Backend backend, JdbcCustomization dialect,
			boolean postgres) {
		this.settings = settings;
		StatementRetry retry = new StatementRetry(this.inHand::conflict);
		this.table = new ItemTable(dataSource, settings.table(), dialect, postgres, retry);
		this.counter = new ItemCounter(dataSource, settings.table(), dialect, retry);
		Clock clock = backend::instant;
		SchedulerName name = new SchedulerName.Fixed(instance(new SchedulerName.Hostname().getName()));
		ItemTaskResolver resolver = new ItemTaskResolver(this.inHand, clock);
		DuePicker picker = new DuePicker(dataSource, settings.table(), name.getName(), dialect, postgres, retry);
		this.repository = new ItemTaskRepository(dataSource, settings.table(), dialect, resolver, name, clock,
				this.inHand, picker);
		this.scheduler = ItemClusterScheduler.create(clock, this.repository, resolver, name, settings, this.inHand);
	}

	/**
	 * Starts a scheduler.
	 * @param dataSource of the database
	 * @param settings its settings
	 * @param backend time, that of the services
	 * @return the running scheduler
	 * @throws IllegalStateException if there is no table, and we may not or cannot create
	 * it, or if it cannot keep all items
	 */
	static ItemCluster start(DataSource dataSource, DbSchedulerSettings settings, Backend backend) {
		ItemTableSchema schema = new ItemTableSchema(dataSource, settings.table());
		if (settings.createTable()) {
			schema.create();
		}
		schema.verify();
		ItemDatabase database = ItemDatabase.of(dataSource);
		JdbcCustomization dialect = ItemDatabase.customization(database, dataSource);
		new ItemTableProbe(dataSource, settings.table(), database, dialect).check();
		ItemCluster cluster = new ItemCluster(dataSource, settings, backend, dialect,
				database == ItemDatabase.POSTGRESQL);
		cluster.scheduler.start();
		return cluster;
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

	void stop() {
		this.scheduler.stop();
	}

	/**
	 * Looks soon for what is due.
	 */
	void poll() {
		this.scheduler.triggerCheckForDueExecutions();
	}

	/**
	 * Leaves what was picked to the others, or for later, as if it had not been picked.
	 * @param execution what was picked
	 */
	void putBack(Execution execution) {
		this.repository.unpickPickedBatch(List.of(execution));
	}

	/**
	 * Leaves what was picked for later.
	 * @param execution what was picked
	 * @param time when it is due
	 */
	void putOff(Execution execution, Instant time) {
		this.repository.reschedule(execution, time, execution.lastSuccess, execution.lastFailure,
				execution.consecutiveFailures);
	}

	ItemTable table() {
		return this.table;
	}

	ItemCounter counter() {
		return this.counter;
	}

	ItemsInHand inHand() {
		return this.inHand;
	}

	DbSchedulerSettings settings() {
		return this.settings;
	}

}
