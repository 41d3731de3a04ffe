// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.PollingStrategyConfig;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.Waiter;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import org.apache.commons.logging.Log;

import io.managedservices.internal.line.LineLog;

/**
 * The db-scheduler of this instance, for the time between a start and a stop. Safe for
 * use by several threads.
 */
final class ItemClusterScheduler extends Scheduler {

	private static final Log logger = LineLog.of(ItemClusterScheduler.class);

	/** Rows are not deleted for a name that nobody knows. */
	private static final Duration NEVER = Duration.ofDays(36_500);

	/** Nobody sets it: who waits by a clock that is set back waits too long. */
	private static final Clock STEADY = () -> Instant.EPOCH.plusNanos(System.nanoTime());

	private final ItemThreads threads;

	private final Duration pollingInterval;

	private final Duration heartbeat;

	private final Clock clock;

	/** When it was looked last for what is dead. */
	private Instant lastLook;

	/** Whether that was late: one that always is has to judge all the same. */
	private boolean wasLate;

	/** From when on what gives no sign of life is dead, on the clock that nobody sets. */
	private Instant judgedFrom = Instant.MIN;

	/** Confined to the thread that recovers, of which there is one at a time. */
	private boolean recoveryFails;

	private ItemClusterScheduler(Clock clock, ItemTaskRepository repository, ItemTaskResolver resolver,
			SchedulerName name, DbSchedulerSettings settings, ItemsInHand inHand, ItemThreads threads) {
		super(clock, repository, repository, resolver, settings.threads(), threads.executor(), name,
				new Waiter(settings.pollingInterval(), STEADY), settings.heartbeat(),
				DbSchedulerSettings.MISSED_HEARTBEATS, List.of(new Releasing(inHand)), List.of(),
				new PollingStrategyConfig(PollingStrategyConfig.Type.LOCK_AND_FETCH, 0.5, 1.0), NEVER,
				threads.maxWait(), LogLevel.OFF, false, List.of(), threads.due(), threads.housekeeper());
		this.threads = threads;
		this.pollingInterval = settings.pollingInterval();
		this.heartbeat = settings.heartbeat();
		this.clock = clock;
		this.lastLook = clock.now();
	}

	static ItemClusterScheduler create(Clock clock, ItemTaskRepository repository, ItemTaskResolver resolver,
			SchedulerName name, DbSchedulerSettings settings, ItemsInHand inHand) {
		return new ItemClusterScheduler(clock, repository, resolver, name, settings, inHand,
				new ItemThreads(settings.threads(), settings.stopTimeout()));
	}

	// What is repeated catches its own failures.
	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void start() {
		super.start();
		this.threads.housekeeper()
			.scheduleWithFixedDelay(this::recover, 0, this.pollingInterval.toMillis(), TimeUnit.MILLISECONDS);
	}

	// Within the stop timeout: the threads are waited for no longer than that.
	@Override
	public void stop() {
		super.stop();
		List<String> left = this.threads.leftBehind();
		if (!left.isEmpty()) {
			logger.warn(
					"Threads of the scheduler of items are left behind, since they do not end: %s. What they have in hand is taken over by another instance. Set the socket timeout of the driver of the database, and see to it that 'process' ends when it is interrupted"
						.formatted(String.join(", ", left)));
		}
	}

	// By itself db-scheduler looks for what is dead only at every second heartbeat.
	private void recover() {
		try {
			detectDeadExecutions();
			this.recoveryFails = false;
		}
		catch (RuntimeException ex) {
			String message = "Items of instances that have died could not be looked for";
			if (this.recoveryFails) {
				logger.debug(message, ex);
			}
			else {
				logger.warn(message + ", which is tried again and again", ex);
			}
			this.recoveryFails = true;
		}
	}

	// Who looks so late could not give a sign of life itself, and perhaps no other could:
	// the process was stopped, the machine suspended, or the clock set.
	@Override
	protected synchronized void detectDeadExecutions() {
		Instant now = this.clock.now();
		Duration sinceLook = Duration.between(this.lastLook, now);
		this.lastLook = now;
		boolean late = sinceLook.minus(this.pollingInterval).compareTo(this.heartbeat) > 0;
		if (late && !this.wasLate) {
			this.judgedFrom = STEADY.now().plus(this.heartbeat.multipliedBy(2));
		}
		this.wasLate = late;
		if (!STEADY.now().isBefore(this.judgedFrom)) {
			super.detectDeadExecutions();
		}
	}

	/**
	 * Gives back the slot of what has come to its end, whatever that was.
	 */
	private static final class Releasing extends AbstractSchedulerListener {

		private final ItemsInHand inHand;

		Releasing(ItemsInHand inHand) {
			this.inHand = inHand;
		}

		@Override
		public void onExecutionComplete(ExecutionComplete complete) {
			this.inHand.release(complete.getExecution());
		}

	}

}
