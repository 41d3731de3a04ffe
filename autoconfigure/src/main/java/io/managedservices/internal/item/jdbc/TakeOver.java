// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.line.LineLog;

/**
 * Looks for what instances that have died had in hand, of all services, also of those
 * that do not run here. db-scheduler looks only for tasks that it knows, and at every
 * second heartbeat. One thread looks; all may start and stop it.
 */
final class TakeOver extends ItemThreads {

	private static final Log logger = LineLog.of(TakeOver.class);

	private final ItemTable table;

	private final DbSchedulerSettings settings;

	private final Backend backend;

	private final ScheduledExecutorService executor = pool("taken-over", 1);

	private Instant lastLook;

	/** Whether that was late: one that always is has to judge all the same. */
	private boolean wasLate;

	/** From when on what gives no sign of life is dead, on the clock that nobody sets. */
	private long judgedFrom;

	private boolean fails;

	TakeOver(ItemTable table, DbSchedulerSettings settings, Backend backend) {
		this.table = table;
		this.settings = settings;
		this.backend = backend;
		this.lastLook = backend.instant();
		this.judgedFrom = backend.nanoTime();
	}

	// What is repeated catches its own failures.
	@SuppressWarnings("FutureReturnValueIgnored")
	void start() {
		this.executor.scheduleWithFixedDelay(this::look, 0, this.settings.pollingInterval().toMillis(),
				TimeUnit.MILLISECONDS);
	}

	@Override
	void stop() {
		this.executor.shutdown();
	}

	private void look() {
		try {
			Instant now = this.backend.instant();
			if (isToJudge(now)) {
				this.table.takeOver(now,
						now.minus(this.settings.heartbeat().multipliedBy(DbSchedulerSettings.MISSED_HEARTBEATS)));
			}
			this.fails = false;
		}
		catch (RuntimeException ex) {
			String message = "Items of instances that have died could not be looked for";
			if (this.fails) {
				logger.debug(message, ex);
			}
			else {
				logger.warn(message + ", which is tried again and again", ex);
			}
			this.fails = true;
		}
	}

	// Who looks so late could not give a sign of life itself, and perhaps no other could:
	// the process was stopped, the machine suspended, or the clock set.
	private boolean isToJudge(Instant now) {
		Duration sinceLook = Duration.between(this.lastLook, now);
		this.lastLook = now;
		boolean late = sinceLook.minus(this.settings.pollingInterval()).compareTo(this.settings.heartbeat()) > 0;
		if (late && !this.wasLate) {
			this.judgedFrom = this.backend.nanoTime() + this.settings.heartbeat().multipliedBy(2).toNanos();
		}
		this.wasLate = late;
		return this.backend.nanoTime() - this.judgedFrom >= 0;
	}

}
