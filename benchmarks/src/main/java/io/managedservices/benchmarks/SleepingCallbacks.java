// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Services that take a while to start: each sleeps for a time of its own, drawn from a
 * seed, or all for the same.
 */
final class SleepingCallbacks implements Callbacks {

	private static final int MIN_MILLIS = 5;

	private static final int MAX_MILLIS = 100;

	private final long[] millis;

	private SleepingCallbacks(long[] millis) {
		this.millis = millis;
	}

	static SleepingCallbacks random(int size, long seed) {
		return new SleepingCallbacks(new Random(seed).longs(size, MIN_MILLIS, MAX_MILLIS + 1).toArray());
	}

	static SleepingCallbacks alike(int size, long millis) {
		return new SleepingCallbacks(LongStream.generate(() -> millis).limit(size).toArray());
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
