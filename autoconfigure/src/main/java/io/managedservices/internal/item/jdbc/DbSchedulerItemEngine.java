// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemEngine;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.ItemTableProbe;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.internal.item.sql.StatementRetry;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.Nanos;
import io.managedservices.item.ItemService;
import io.managedservices.state.ServiceException;

/**
 * Shares items among several instances of an application over one table, with one
 * db-scheduler for each service on each. It is a service itself, {@value #SERVICE_NAME},
 * which all item services depend on; it may be started and stopped any number of times.
 * Safe for use by several threads.
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
	 * The name of the service that checks the table and takes over from instances that
	 * have died. Each item service has a db-scheduler of its own.
	 */
	public static final String SERVICE_NAME = "itemScheduler";

	private static final Log logger = LineLog.of(DbSchedulerItemEngine.class);

	private final DataSource dataSource;

	private final DbSchedulerSettings settings;

	private final Backend backend;

	/** Also what was stopped, until it has ended. */
	private final Set<ItemThreads> running = ConcurrentHashMap.newKeySet();

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
		ItemTableSchema schema = new ItemTableSchema(this.dataSource, this.settings.table());
		if (this.settings.createTable()) {
			schema.create();
		}
		schema.verify();
		ItemDatabase database = ItemDatabase.of(this.dataSource);
		new ItemTableProbe(this.dataSource, this.settings.table(), database).check();
		ItemCluster started = new ItemCluster(this.dataSource, database, this.settings, this.backend);
		// Nothing of any service, so it is not counted.
		StatementRetry retry = new StatementRetry(() -> {
		});
		TakeOver takeOver = new TakeOver(started.table(retry), this.settings, this.backend);
		this.running.add(takeOver);
		takeOver.start();
		this.cluster = started;
	}

	// Item services have stopped before, but for those that hang, and for what is written
	// of their last items.
	@Override
	public void stop(ServiceContext context) {
		this.cluster = null;
		List<ItemThreads> left = List.copyOf(this.running);
		left.forEach(ItemThreads::stop);
		if (!awaitEnd(left)) {
			left.forEach(ItemThreads::interrupt);
			if (!awaitEnd(left)) {
				logger.warn(
						"Threads of shared items are left behind, since they do not end: %s. What they have in hand is taken over by another instance. Set the socket timeout of the driver of the database, and see to it that 'process' ends when it is interrupted"
							.formatted(left.stream()
								.flatMap(ItemThreads::alive)
								.sorted()
								.collect(Collectors.joining(", "))));
				this.running.removeAll(left);
			}
		}
	}

	private boolean awaitEnd(List<ItemThreads> left) {
		long deadline = Nanos.later(this.backend.nanoTime(), Nanos.of(this.settings.stopTimeout().dividedBy(2)));
		try {
			for (ExecutorService each : left.stream().flatMap(ItemThreads::pools).toList()) {
				if (!each.awaitTermination(deadline - this.backend.nanoTime(), TimeUnit.NANOSECONDS)) {
					return false;
				}
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public void checkHealth() {
		new ItemTableSchema(this.dataSource, this.settings.table()).verify();
	}

	@Override
	public <I> ItemProcessing<I> begin(ItemService<I> service, ItemSettings itemSettings, ServiceContext context) {
		ItemCluster started = this.cluster;
		if (started == null) {
			throw new ServiceException(context.name(),
					"Item service '%s' cannot start: expected that service '%s' runs, found that it does not"
						.formatted(context.name(), SERVICE_NAME),
					null);
		}
		DbSchedulerItems<I> items = new DbSchedulerItems<>(service, itemSettings, context, started);
		this.running.removeIf(ItemThreads::haveEnded);
		this.running.add(items.scheduler());
		items.begin();
		return items;
	}

	@Override
	public List<String> dependsOn() {
		return List.of(SERVICE_NAME);
	}

}
