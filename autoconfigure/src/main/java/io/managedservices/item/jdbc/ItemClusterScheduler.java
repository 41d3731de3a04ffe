package io.managedservices.item.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
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
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The db-scheduler of this instance, for the time between a start and a stop. Its threads
 * are daemons, so that one that is stuck in a database does not keep the process alive.
 * Safe for use by several threads.
 */
final class ItemClusterScheduler extends Scheduler {

	private static final Log logger = LogFactory.getLog(ItemClusterScheduler.class);

	/** What db-scheduler takes at most to stop what is not an execution. */
	private static final Duration HOUSEKEEPING = Duration.ofSeconds(12);

	/** Rows are not deleted for a name that nobody knows. */
	private static final Duration NEVER = Duration.ofDays(36_500);

	private final ScheduledExecutorService housekeeper;

	private final Duration pollingInterval;

	private ItemClusterScheduler(Clock clock, ItemTaskRepository repository, ItemTaskResolver resolver,
			SchedulerName name, DbSchedulerSettings settings, ItemsInHand inHand, Threads threads) {
		super(clock, repository, repository, resolver, settings.threads(), threads.executor(), name,
				new Waiter(settings.pollingInterval(), clock), settings.heartbeat(),
				DbSchedulerSettings.MISSED_HEARTBEATS, List.of(new Releasing(inHand)), List.of(),
				new PollingStrategyConfig(PollingStrategyConfig.Type.LOCK_AND_FETCH, 0.5, 1.0), NEVER,
				shutdownMaxWait(settings.stopTimeout()), LogLevel.OFF, false, List.of(), threads.due(),
				threads.housekeeper());
		this.housekeeper = threads.housekeeper();
		this.pollingInterval = settings.pollingInterval();
	}

	static ItemClusterScheduler create(Clock clock, ItemTaskRepository repository, ItemTaskResolver resolver,
			SchedulerName name, DbSchedulerSettings settings, ItemsInHand inHand) {
		return new ItemClusterScheduler(clock, repository, resolver, name, settings, inHand,
				Threads.create(settings.threads()));
	}

	// Waited for twice: before what is in hand is interrupted, and after.
	private static Duration shutdownMaxWait(Duration stopTimeout) {
		Duration wait = stopTimeout.minus(HOUSEKEEPING).dividedBy(2);
		return (wait.compareTo(Duration.ofSeconds(1)) > 0) ? wait : Duration.ofSeconds(1);
	}

	// What is repeated catches its own failures.
	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void start() {
		super.start();
		this.housekeeper.scheduleWithFixedDelay(this::recover, 0, this.pollingInterval.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	// By itself db-scheduler looks for what is dead only at every second heartbeat.
	private void recover() {
		try {
			detectDeadExecutions();
		}
		catch (RuntimeException ex) {
			logger.debug("Items of instances that have died could not be looked for", ex);
		}
	}

	@Override
	protected synchronized void detectDeadExecutions() {
		super.detectDeadExecutions();
	}

	/**
	 * The threads of a scheduler.
	 */
	private record Threads(ExecutorService executor, ExecutorService due, ScheduledExecutorService housekeeper) {

		static Threads create(int threads) {
			return new Threads(Executors.newFixedThreadPool(threads, daemons("managed-services-items-")),
					Executors.newSingleThreadExecutor(daemons("managed-services-items-poll-")),
					Executors.newScheduledThreadPool(3, daemons("managed-services-items-heartbeat-")));
		}

		private static ThreadFactory daemons(String prefix) {
			CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
			factory.setDaemon(true);
			return factory;
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
