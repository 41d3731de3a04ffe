// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.AutodetectJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.TableTime;

/**
 * The db-scheduler of one incarnation of an item service on this instance: as many
 * threads as the service has slots. Safe for use by several threads.
 */
final class ServiceScheduler extends ItemThreads {

	/** Rows are not deleted for a name that nobody knows. */
	private static final Duration NEVER = Duration.ofDays(36_500);

	/** What is in hand is interrupted by the service, and at last by us. */
	private static final Duration LONG = Duration.ofDays(1);

	/** More than ours: see {@link TakeOver}. */
	private static final int MISSED_HEARTBEATS = DbSchedulerSettings.MISSED_HEARTBEATS + 2;

	private final ItemCluster cluster;

	private final Scheduler scheduler;

	private final ReentrantLock lock = new ReentrantLock();

	private boolean stopped;

	/**
	 * Create a scheduler.
	 * @param service the name of the service
	 * @param slots how many of its methods run at once
	 * @param cluster what it has in common with others
	 * @param instance a name that no other scheduler has
	 * @param picker picks what is due
	 * @param executor executes what was picked
	 */
	ServiceScheduler(String service, int slots, ItemCluster cluster, String instance, Picker picker,
			Function<Execution, CompletionHandler<Void>> executor) {
		this.cluster = cluster;
		this.scheduler = Scheduler
			.create(cluster.dataSource(), task(ItemTable.ITEM + service, executor),
					task(ItemTable.CHECK_ALL + service, executor))
			.tableName(cluster.settings().table())
			.schedulerName(new SchedulerName.Fixed(instance))
			.jdbcCustomization(new Picking(cluster, picker))
			.clock(cluster.backend()::instant)
			.threads(slots)
			.executorService(pool(service, slots))
			.dueExecutor(pool(service + "-poll", 1))
			.housekeeperExecutor(pool(service + "-heartbeat", 2))
			.pollUsingLockAndFetch(0.5, 1)
			.pollingInterval(cluster.settings().pollingInterval())
			.heartbeatInterval(cluster.settings().heartbeat())
			.missedHeartbeatsLimit(MISSED_HEARTBEATS)
			.deleteUnresolvedAfter(NEVER)
			.shutdownMaxWait(LONG)
			.failureLogging(LogLevel.OFF, false)
			.build();
	}

	// What has died is taken over by us.
	private static Task<Void> task(String name, Function<Execution, CompletionHandler<Void>> executor) {
		return Tasks.custom(name, Void.class).onDeadExecution((complete, operations) -> {
		}).execute((instance, context) -> executor.apply(context.getExecution()));
	}

	void start() {
		this.lock.lock();
		try {
			if (!this.stopped) {
				this.scheduler.start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Looks soon for what is due.
	 */
	void poll() {
		this.scheduler.triggerCheckForDueExecutions();
	}

	@Override
	void stop() {
		this.lock.lock();
		try {
			if (!this.stopped) {
				this.stopped = true;
				this.cluster.backend().execute(this.scheduler::stop);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Picks what is due.
	 */
	@FunctionalInterface
	interface Picker {

		/**
		 * Picks what is due. Called by one thread at a time.
		 * @param now the present time
		 * @param limit how many at most
		 * @return what was picked
		 */
		List<Execution> pick(Instant now, int limit);

	}

	/**
	 * Lets db-scheduler pick of this service only, and write and read times as we do.
	 */
	private static final class Picking extends AutodetectJdbcCustomization {

		private final TableTime times;

		private final Picker picker;

		Picking(ItemCluster cluster, Picker picker) {
			super(cluster.dataSource(), !TableTime.of(cluster.database()).zoned());
			this.times = TableTime.of(cluster.database());
			this.picker = picker;
		}

		@Override
		public void setInstant(PreparedStatement statement, int index, @Nullable Instant value) throws SQLException {
			this.times.set(statement, index, value);
		}

		@Override
		public @Nullable Instant getInstant(ResultSet row, String column) throws SQLException {
			return this.times.get(row, column);
		}

		@Override
		public boolean supportsSingleStatementLockAndFetch() {
			return true;
		}

		@Override
		public List<Execution> lockAndFetchSingleStatement(JdbcTaskRepositoryContext ignored, Instant now, int limit,
				boolean byPriority) {
			return this.picker.pick(now, limit);
		}

	}

}
