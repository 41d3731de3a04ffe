// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands for a table of items with their times, and notes when each was processed. Filled
 * by one thread; each item is processed by one thread at a time, several items at once.
 */
final class TimedRows {

	private static final long NOT_YET = Long.MIN_VALUE;

	/** In the order of the times, as a database would yield them. */
	private final int[] ids;

	/**
	 * When each item is due, on the clock of {@link System#nanoTime()}, and beside it how
	 * late it was processed, in nanoseconds.
	 */
	private final long[] times;

	private final CountDownLatch open;

	private final long nanoTime = System.nanoTime();

	private final Instant wallTime = Instant.now();

	private final AtomicInteger violations = new AtomicInteger();

	/**
	 * Create rows.
	 * @param count how many
	 * @param delayNanos from now on to the first time
	 * @param spreadNanos from the first time to the last
	 */
	TimedRows(int count, long delayNanos, long spreadNanos) {
		this.times = new long[2 * count];
		this.open = new CountDownLatch(count);
		this.ids = shuffled(count);
		// Databases know microseconds.
		long first = TimeUnit.MICROSECONDS.toNanos(TimeUnit.NANOSECONDS.toMicros(delayNanos));
		for (int index = 0; index < count; index++) {
			long more = TimeUnit.MICROSECONDS.toNanos(TimeUnit.NANOSECONDS.toMicros(spreadNanos) * index / count);
			this.times[2 * this.ids[index]] = this.nanoTime + first + more;
			this.times[2 * index + 1] = NOT_YET;
		}
	}

	private static int[] shuffled(int count) {
		int[] ids = new int[count];
		Arrays.setAll(ids, (index) -> index);
		Random random = new Random(count);
		for (int index = count - 1; index > 0; index--) {
			int other = random.nextInt(index + 1);
			int id = ids[index];
			ids[index] = ids[other];
			ids[other] = id;
		}
		return ids;
	}

	int count() {
		return this.ids.length;
	}

	/**
	 * One of the items, in the order of their times.
	 * @param index its place
	 * @return its id
	 */
	int id(int index) {
		return this.ids[index];
	}

	long due(int id) {
		return this.times[2 * id];
	}

	Instant dueInstant(int id) {
		return this.wallTime.plusNanos(due(id) - this.nanoTime);
	}

	/**
	 * Processes an item.
	 * @param id the item
	 */
	void process(int id) {
		if (isProcessed(id)) {
			this.violations.incrementAndGet();
		}
		this.times[2 * id + 1] = System.nanoTime() - due(id);
		this.open.countDown();
	}

	boolean isProcessed(int id) {
		return this.times[2 * id + 1] != NOT_YET;
	}

	/**
	 * Waits until all are processed.
	 * @throws InterruptedException if interrupted
	 * @throws IllegalStateException if they are not within three minutes, or if one was
	 * processed twice
	 */
	void await() throws InterruptedException {
		if (!this.open.await(3, TimeUnit.MINUTES) || this.violations.get() > 0) {
			throw new IllegalStateException("%d items were not processed, %d more than once"
				.formatted(this.open.getCount(), this.violations.get()));
		}
	}

	/**
	 * How late the items were, once all are processed.
	 * @return nanoseconds, sorted
	 */
	long[] lateness() {
		long[] sorted = new long[count()];
		Arrays.setAll(sorted, (id) -> this.times[2 * id + 1]);
		Arrays.sort(sorted);
		return sorted;
	}

}
