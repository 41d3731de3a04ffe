// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts the calls of hooks, and lets one thread wait for the last of them. The same for
 * all contenders, and cheap beside what they cost. Safe for use by several threads.
 */
final class HookCalls {

	private final int hooks;

	private final AtomicInteger missing = new AtomicInteger();

	private volatile Thread waiter;

	HookCalls(int hooks) {
		this.hooks = hooks;
	}

	/**
	 * Expects all hooks to be called.
	 * @param events how often each
	 */
	void expect(int events) {
		this.waiter = Thread.currentThread();
		this.missing.set(events * this.hooks);
	}

	void called() {
		if (this.missing.decrementAndGet() == 0) {
			LockSupport.unpark(this.waiter);
		}
	}

	/**
	 * Waits until all have been called.
	 * @throws InterruptedException if interrupted
	 */
	void await() throws InterruptedException {
		while (this.missing.get() > 0) {
			LockSupport.park(this);
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
		}
	}

}
