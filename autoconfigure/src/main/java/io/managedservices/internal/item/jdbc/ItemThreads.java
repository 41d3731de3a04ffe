// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Threads that use the table of items. They are daemons, so that one that is stuck in a
 * database does not keep the process alive, and are started at once: if there are none to
 * be had now, the start of the service fails and is tried again; later, what was picked
 * would be lost. Safe for use by several threads.
 */
final class ItemThreads {

	private final List<ThreadPoolExecutor> pools = new CopyOnWriteArrayList<>();

	private final Set<Thread> made = ConcurrentHashMap.newKeySet();

	ExecutorService fixed(String name, int count) {
		return started(
				new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons(name)));
	}

	ScheduledExecutorService scheduled(String name, int count) {
		return started(new ScheduledThreadPoolExecutor(count, daemons(name)));
	}

	private <P extends ThreadPoolExecutor> P started(P pool) {
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
	 * Interrupts all of them, and lets them begin nothing more.
	 */
	void interrupt() {
		this.pools.forEach(ThreadPoolExecutor::shutdownNow);
	}

	/**
	 * The threads that have not ended.
	 * @return their names
	 */
	Stream<String> alive() {
		return this.made.stream().filter(Thread::isAlive).map(Thread::getName);
	}

}
