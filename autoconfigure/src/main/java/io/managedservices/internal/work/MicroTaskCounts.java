// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.concurrent.atomic.LongAdder;

import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.work.MicroTask.Priority;

/**
 * What became of the micro-tasks of a service. Safe for use by several threads, which
 * hardly ever meet in it.
 */
final class MicroTaskCounts {

	private final MicroTaskWaits high = new MicroTaskWaits();

	private final MicroTaskWaits medium = new MicroTaskWaits();

	private final MicroTaskWaits low = new MicroTaskWaits();

	private final LongAdder finished = new LongAdder();

	private final LongAdder failed = new LongAdder();

	/**
	 * Those of a priority that have begun.
	 * @param priority the priority
	 * @return how many, and how long they have waited
	 */
	MicroTaskWaits waits(Priority priority) {
		return switch (priority) {
			case HIGH -> this.high;
			case MEDIUM -> this.medium;
			case LOW -> this.low;
		};
	}

	void finished(boolean hasFailed) {
		if (hasFailed) {
			this.failed.increment();
		}
		this.finished.increment();
	}

	long finished() {
		return this.finished.sum();
	}

	long failed() {
		return this.failed.sum();
	}

	/**
	 * How they are.
	 * @param mediumWaiting how many of medium priority wait
	 * @param lowWaiting how many of low priority wait
	 * @return what was counted
	 */
	MicroTaskStatus status(int mediumWaiting, int lowWaiting) {
		// What is read first can only be too few.
		long ended = finished();
		long failures = Math.min(ended, failed());
		long begun = this.high.count() + this.medium.count() + this.low.count();
		return new MicroTaskStatus((int) Math.max(0, begun - ended), mediumWaiting, lowWaiting, ended, failures,
				this.high.toWaits(), this.medium.toWaits(), this.low.toWaits());
	}

}
