// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Something that uses the table of items on threads of its own, until it is stopped. They
 * are daemons, so that one that is stuck in a database does not keep the process alive,
 * and are started at once: if there are none to be had now, the start of the service
 * fails and is tried again; later, what was picked would be lost. Safe for use by several
 * threads.
 */
abstract class ItemThreads {

	private final List<ExecutorService> pools = new CopyOnWriteArrayList<>();

	private final Set<Thread> made = ConcurrentHashMap.newKeySet();

	final ScheduledExecutorService pool(String name, int count) {
		ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(count, daemons(name));
		this.pools.add(pool);
		try {
			pool.prestartAllCoreThreads();
			return pool;
		}
		catch (OutOfMemoryError ex) {
			interrupt();
			throw ex;
		}
	}

	private ThreadFactory daemons(String name) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("managed-services-items-" + name + "-");
		factory.setDaemon(true);
		return (body) -> {
			this.made.removeIf((each) -> each.getState() == Thread.State.TERMINATED);
			Thread thread = factory.newThread(body);
			this.made.add(thread);
			return thread;
		};
	}

	/**
	 * Begins nothing more, and ends with what is in hand. Does not wait for that.
	 */
	abstract void stop();

	/**
	 * Interrupts all threads, and lets them begin nothing more.
	 */
	final void interrupt() {
		this.pools.forEach(ExecutorService::shutdownNow);
	}

	final boolean haveEnded() {
		return this.pools.stream().allMatch(ExecutorService::isTerminated);
	}

	final Stream<ExecutorService> pools() {
		return this.pools.stream();
	}

	/**
	 * The threads that have not ended.
	 * @return their names
	 */
	final Stream<String> alive() {
		return this.made.stream().filter(Thread::isAlive).map(Thread::getName);
	}

}
