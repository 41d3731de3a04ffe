// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of a db-scheduler. They are daemons, so that one that is stuck in a
 * database does not keep the process alive. db-scheduler waits twice for each of the
 * three kinds when it is stopped, before it interrupts them and after, and has a time of
 * its own for two of them, which is cut here to a part of the stop timeout. Safe for use
 * by several threads.
 */
final class ItemThreads {

	private static final int HOUSEKEEPERS = 3;

	private final Duration stopTimeout;

	private final ThreadPoolExecutor executor;

	private final Poller due;

	private final Housekeeper housekeeper;

	private final Map<ThreadPoolExecutor, Daemons> daemons;

	/**
	 * Create threads.
	 * @param count how many execute items
	 * @param stopTimeout how long is waited for all of them, together
	 */
	ItemThreads(int count, Duration stopTimeout) {
		this.stopTimeout = stopTimeout;
		Daemons executing = new Daemons("managed-services-items-");
		Daemons polling = new Daemons("managed-services-items-poll-");
		Daemons housekeeping = new Daemons("managed-services-items-heartbeat-");
		this.executor = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				executing);
		this.due = new Poller(polling, stopTimeout.dividedBy(8));
		this.housekeeper = new Housekeeper(housekeeping, stopTimeout.dividedBy(8));
		this.daemons = Map.of(this.executor, executing, this.due, polling, this.housekeeper, housekeeping);
		startAll();
	}

	// If there are none to be had now, the start fails and is tried again. Later, what
	// was picked would be lost.
	private void startAll() {
		try {
			this.daemons.keySet().forEach(ThreadPoolExecutor::prestartAllCoreThreads);
		}
		catch (OutOfMemoryError ex) {
			this.daemons.keySet().forEach(ThreadPoolExecutor::shutdownNow);
			throw ex;
		}
	}

	/**
	 * How long db-scheduler is to wait for those that execute items.
	 * @return how long each of two times
	 */
	Duration maxWait() {
		return this.stopTimeout.dividedBy(4);
	}

	/**
	 * Those that execute items.
	 * @return the threads
	 */
	ExecutorService executor() {
		return this.executor;
	}

	/**
	 * The one that looks for what is due.
	 * @return the thread
	 */
	ExecutorService due() {
		return this.due;
	}

	/**
	 * Those that tell that this instance is alive, and look for those that are not.
	 * @return the threads
	 */
	ScheduledExecutorService housekeeper() {
		return this.housekeeper;
	}

	/**
	 * The threads that go on, after they were told to end.
	 * @return their names, sorted
	 */
	List<String> leftBehind() {
		// The last one of those that are terminated may be on its last steps.
		return this.daemons.entrySet()
			.stream()
			.filter((each) -> !each.getKey().isTerminated())
			.flatMap((each) -> each.getValue().alive())
			.sorted()
			.toList();
	}

	/**
	 * Makes daemons, and knows them.
	 */
	private static final class Daemons extends CustomizableThreadFactory {

		private final transient Set<Thread> made = ConcurrentHashMap.newKeySet();

		Daemons(String prefix) {
			super(prefix);
			setDaemon(true);
		}

		@Override
		public Thread createThread(Runnable runnable) {
			this.made.removeIf((each) -> each.getState() == Thread.State.TERMINATED);
			Thread thread = super.createThread(runnable);
			this.made.add(thread);
			return thread;
		}

		Stream<String> alive() {
			return this.made.stream().filter(Thread::isAlive).map(Thread::getName);
		}

	}

	/**
	 * One thread that is waited for no longer than a limit.
	 */
	private static final class Poller extends ThreadPoolExecutor {

		private final long limit;

		Poller(Daemons daemons, Duration limit) {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
			this.limit = limit.toNanos();
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
			return super.awaitTermination(Math.min(unit.toNanos(timeout), this.limit), TimeUnit.NANOSECONDS);
		}

	}

	/**
	 * Threads for what is repeated, that are waited for no longer than a limit.
	 */
	private static final class Housekeeper extends ScheduledThreadPoolExecutor {

		private final long limit;

		Housekeeper(Daemons daemons, Duration limit) {
			super(HOUSEKEEPERS, daemons);
			this.limit = limit.toNanos();
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
			return super.awaitTermination(Math.min(unit.toNanos(timeout), this.limit), TimeUnit.NANOSECONDS);
		}

	}

}
