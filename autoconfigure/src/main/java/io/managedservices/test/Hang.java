// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Where threads hang until they are released or interrupted. Simulated time passes
 * meanwhile. Safe for use by several threads.
 */
final class Hang {

	private final CountDownLatch end = new CountDownLatch(1);

	private final List<Thread> hanging = new ArrayList<>();

	void await() throws InterruptedException {
		Thread current = Thread.currentThread();
		synchronized (this.hanging) {
			if (this.end.getCount() > 0) {
				this.hanging.add(current);
				SimulatedThreads.waits(current);
			}
		}
		try {
			this.end.await();
		}
		finally {
			synchronized (this.hanging) {
				this.hanging.remove(current);
				SimulatedThreads.goesOn(current);
			}
		}
	}

	void release() {
		synchronized (this.hanging) {
			this.hanging.forEach(SimulatedThreads::goesOn);
			this.end.countDown();
		}
	}

}
