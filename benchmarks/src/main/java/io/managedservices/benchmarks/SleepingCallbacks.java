// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Services that take a while to start: each sleeps for a time of its own, drawn from a
 * seed.
 */
final class SleepingCallbacks implements Callbacks {

	private static final int MIN_MILLIS = 5;

	private static final int MAX_MILLIS = 100;

	private final long[] millis;

	SleepingCallbacks(int size, long seed) {
		this.millis = new Random(seed).longs(size, MIN_MILLIS, MAX_MILLIS + 1).toArray();
	}

	/**
	 * How long each service takes.
	 * @return milliseconds, by the index of the service
	 */
	long[] millis() {
		return this.millis.clone();
	}

	@Override
	public void start(int service) throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(this.millis[service]);
	}

	@Override
	public void stop(int service) {
	}

}
