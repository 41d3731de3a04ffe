// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemEngine;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.ItemService;
import io.managedservices.state.ServiceException;

/**
 * Shares items among several instances of an application over one table, with one
 * db-scheduler on each. It is a service itself, {@value #SERVICE_NAME}, which all item
 * services depend on; it may be started and stopped any number of times. Safe for use by
 * several threads.
 * <p>
 * Each item runs on one of the instances at a time, at its time, and survives the death
 * of any. Runs are at least once: what an instance that died had in hand, or one that was
 * cut off from the database for four heartbeats still has, is run by another. The effect
 * is once if {@code process} is a conditional UPDATE. The clocks of the machines must
 * agree.
 * <p>
 * Its stop ends within the stop timeout even if connections stall: it waits for what is
 * in hand, interrupts it, and leaves behind threads that do not listen, as those in a
 * socket of a driver do not. These end when the driver's socket timeout has passed, which
 * should therefore be set; they do not keep the process alive, and what they had in hand
 * is taken over as if the instance had died.
 *
 * @since 0.1.0
 */
public final class DbSchedulerItemEngine implements ItemEngine, ServiceLifecycle {

	/**
	 * The name of the service that runs db-scheduler.
	 */
	public static final String SERVICE_NAME = "itemScheduler";

	private final DataSource dataSource;

	private final DbSchedulerSettings settings;

	private final Backend backend;

	private volatile @Nullable ItemCluster cluster;

	/**
	 * Create an engine.
	 * @param dataSource of the database that all instances share
	 * @param settings its settings
	 * @param backend time, that of the services
	 */
	public DbSchedulerItemEngine(DataSource dataSource, DbSchedulerSettings settings, Backend backend) {
		this.dataSource = dataSource;
		this.settings = settings;
		this.backend = backend;
	}

	@Override
	public void start(ServiceContext context) {
		stop(context);
		this.cluster = ItemCluster.start(this.dataSource, this.settings, this.backend);
	}

	@Override
	public void stop(ServiceContext context) {
		ItemCluster running = this.cluster;
		this.cluster = null;
		if (running != null) {
			running.stop();
		}
	}

	@Override
	public void checkHealth() {
		new ItemTableSchema(this.dataSource, this.settings.table()).verify();
	}

	@Override
	public <I> ItemProcessing<I> begin(ItemService<I> service, ItemSettings itemSettings, ServiceContext context) {
		ItemCluster running = this.cluster;
		if (running == null) {
			throw new ServiceException(context.name(),
					"Item service '%s' cannot start: expected that service '%s' runs, found that it does not"
						.formatted(context.name(), SERVICE_NAME),
					null);
		}
		DbSchedulerItems<I> items = new DbSchedulerItems<>(service, itemSettings, context, this.backend, running);
		items.begin();
		return items;
	}

	@Override
	public List<String> dependsOn() {
		return List.of(SERVICE_NAME);
	}

}
