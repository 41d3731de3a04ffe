// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Makes platform threads, for each pool and for the alarm. Safe for use by several
 * threads.
 */
class ThreadSource {

	/** Of the application, not of whoever makes a thread necessary. */
	private final @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

	/**
	 * Makes the threads of a pool.
	 * @param prefix how their names begin, which a number from 1 ends
	 * @return makes {@link PoolThread}s
	 */
	ThreadFactory pool(String prefix) {
		AtomicInteger number = new AtomicInteger();
		return (target) -> new PoolThread(target, prefix + number.incrementAndGet(), this.contextClassLoader);
	}

	/**
	 * Makes the thread that waits for the alarm.
	 * @param target what it does
	 * @return a daemon
	 */
	Thread alarm(Runnable target) {
		Thread thread = new Thread(null, target, "managed-services", 0, false);
		thread.setDaemon(true);
		return thread;
	}

}
