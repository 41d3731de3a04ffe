// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Where threads hang until they are released or interrupted, or for a time. Simulated
 * time passes meanwhile. Safe for use by several threads.
 */
final class Hang {

	/** What each thread waits for. Guarded by itself. */
	private final Map<Thread, CountDownLatch> hanging = new HashMap<>();

	/** Guarded by the threads. */
	private boolean released;

	/**
	 * Hangs until it is released.
	 * @throws InterruptedException if the thread is interrupted
	 */
	void await() throws InterruptedException {
		await(null);
	}

	/**
	 * Hangs for a time, or until it is released before.
	 * @param limit for how long at most, or {@code null} for no limit
	 * @throws InterruptedException if the thread is interrupted
	 */
	void await(@Nullable Duration limit) throws InterruptedException {
		Thread current = Thread.currentThread();
		CountDownLatch end = new CountDownLatch(1);
		boolean simulated;
		synchronized (this.hanging) {
			if (this.released) {
				return;
			}
			this.hanging.put(current, end);
			simulated = limit != null && SimulatedThreads.after(limit, current, () -> end(current, end));
			SimulatedThreads.waits(current);
		}
		try {
			if (limit == null || simulated) {
				end.await();
			}
			else {
				boolean unused = end.await(limit.toNanos(), TimeUnit.NANOSECONDS);
			}
		}
		finally {
			synchronized (this.hanging) {
				this.hanging.remove(current, end);
				SimulatedThreads.goesOn(current);
			}
		}
	}

	// It may hang elsewhere by now.
	private void end(Thread thread, CountDownLatch end) {
		synchronized (this.hanging) {
			if (this.hanging.get(thread) == end) {
				SimulatedThreads.goesOn(thread);
				end.countDown();
			}
		}
	}

	void release() {
		synchronized (this.hanging) {
			this.released = true;
			this.hanging.forEach(this::end);
		}
	}

}
