package io.managedservices.work;

import java.util.concurrent.atomic.LongAdder;

import io.managedservices.WorkSnapshot.MicroTaskStatus;

/**
 * What became of the micro-tasks of a service. Safe for use by several threads, which
 * hardly ever meet in it.
 */
final class MicroTaskCounts {

	private final LongAdder begun = new LongAdder();

	private final LongAdder finished = new LongAdder();

	private final LongAdder failed = new LongAdder();

	void begun() {
		this.begun.increment();
	}

	void finished(boolean hasFailed) {
		if (hasFailed) {
			this.failed.increment();
		}
		this.finished.increment();
	}

	MicroTaskStatus status() {
		// What is read first can only be too few.
		long ended = this.finished.sum();
		long failures = Math.min(ended, this.failed.sum());
		return new MicroTaskStatus((int) Math.max(0, this.begun.sum() - ended), ended, failures);
	}

}
