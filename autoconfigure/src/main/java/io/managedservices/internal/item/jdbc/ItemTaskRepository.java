// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.TaskResolver;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepository;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.RescheduleUpdate;

import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.line.RepeatedLog;
import io.managedservices.internal.line.RepeatedLog.Level;
import io.managedservices.internal.time.Nanos;

/**
 * The table as db-scheduler sees it: it picks, service by service, only what this
 * instance has a slot for, and leaves the rest to the others. Safe for use by several
 * threads; items are picked by one.
 */
final class ItemTaskRepository extends JdbcTaskRepository {

	private final RepeatedLog log = new RepeatedLog(LineLog.of(ItemTaskRepository.class), () -> this.pickedAt);

	/** When items were picked last, in nanoseconds since 1970. */
	private volatile long pickedAt;

	private final ItemsInHand inHand;

	private final DuePicker picker;

	private final StatementRetry retry;

	ItemTaskRepository(DataSource dataSource, String table, JdbcCustomization dialect, TaskResolver resolver,
			SchedulerName name, Clock clock, ItemsInHand inHand, DuePicker picker) {
		super(dataSource, true, dialect, table, resolver, name, false, clock);
		this.inHand = inHand;
		this.picker = picker;
		this.retry = new StatementRetry(inHand::conflict);
	}

	/**
	 * Does nothing: each database can pick what is due one way or the other.
	 */
	@Override
	public void verifySupportsLockAndFetch() {
	}

	@Override
	public List<Execution> lockAndGetDue(Instant now, int limit) {
		this.pickedAt = Nanos.of(now);
		List<Execution> picked = new ArrayList<>();
		for (DbSchedulerItems<?> items : this.inHand.inTurn()) {
			if (picked.size() < limit) {
				try {
					items.pick(this.picker, now, limit - picked.size(), picked);
				}
				catch (RuntimeException ex) {
					if (picked.isEmpty()) {
						throw ex;
					}
					// What was picked is not to wait until it is taken for dead.
					this.log.write(Level.WARN, items.name(), Guarded.text(ex),
							() -> "Items of service '%s' could not be picked".formatted(items.name()), ex);
				}
			}
		}
		return picked;
	}

	@Override
	public void remove(Execution execution) {
		this.retry.run(execution.getTaskName(), () -> super.remove(execution));
	}

	@Override
	public boolean reschedule(Execution execution, RescheduleUpdate update) {
		return this.retry.call(execution.getTaskName(), () -> super.reschedule(execution, update));
	}

	// One by one: some drivers do not tell of a batch what it has changed.
	@Override
	public void unpickPickedBatch(List<Execution> executions) {
		for (Execution each : executions) {
			this.retry.run(each.getTaskName(), () -> super.unpickPickedBatch(List.of(each)));
		}
	}

	@Override
	public boolean updateHeartbeat(Execution execution, Instant heartbeat) {
		return this.retry.call(execution.getTaskName(), () -> super.updateHeartbeat(execution, heartbeat));
	}

	@Override
	public List<Execution> getDeadExecutions(Instant olderThan) {
		return this.retry.call("", () -> super.getDeadExecutions(olderThan));
	}

}
