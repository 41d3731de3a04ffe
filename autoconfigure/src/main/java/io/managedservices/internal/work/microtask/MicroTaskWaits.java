// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

import io.managedservices.monitor.Workload.Waits;

/**
 * How long the micro-tasks of one priority have waited until they began. Safe for use by
 * several threads, which hardly ever meet in it.
 */
final class MicroTaskWaits {

	private final LongAdder begun = new LongAdder();

	private final LongAdder total = new LongAdder();

	private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

	/**
	 * One has begun that did not have to wait for a slot.
	 */
	void begun() {
		this.begun.increment();
	}

	/**
	 * One has begun that had to wait.
	 * @param nanos how long, in nanoseconds
	 */
	void begunAfter(long nanos) {
		this.total.add(nanos);
		this.longest.accumulate(nanos);
		this.begun.increment();
	}

	/**
	 * Adds those of a service that is forgotten.
	 * @param others its micro-tasks
	 */
	void add(MicroTaskWaits others) {
		this.total.add(others.totalNanos());
		this.longest.accumulate(others.maxNanos());
		this.begun.add(others.count());
	}

	/**
	 * How many have begun.
	 * @return their number, with those that did not have to wait
	 */
	long count() {
		return this.begun.sum();
	}

	/**
	 * How long they have waited together.
	 * @return nanoseconds
	 */
	long totalNanos() {
		return this.total.sum();
	}

	/**
	 * How long one has waited at most.
	 * @return nanoseconds, since the start of all
	 */
	long maxNanos() {
		return this.longest.get();
	}

	/**
	 * What was measured, for showing.
	 * @return it all
	 */
	Waits toWaits() {
		return new Waits(count(), Duration.ofNanos(totalNanos()), Duration.ofNanos(maxNanos()));
	}

}
