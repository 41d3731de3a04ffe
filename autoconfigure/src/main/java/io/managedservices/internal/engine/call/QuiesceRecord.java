// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.time.Duration;

/**
 * How the quiesce of one incarnation went. Confined to the coordinator.
 */
final class QuiesceRecord {

	private final long begunAt;

	private long took = -1;

	private boolean succeeded;

	QuiesceRecord(long now) {
		this.begunAt = now;
	}

	/**
	 * It has come to its end, if it had not before.
	 * @param now the time
	 * @param success whether it returned in time and without a failure
	 */
	void end(long now, boolean success) {
		if (this.took < 0) {
			this.took = now - this.begunAt;
			this.succeeded = success;
		}
	}

	boolean hasEnded() {
		return this.took >= 0;
	}

	boolean hasSucceeded() {
		return this.succeeded;
	}

	/**
	 * How long it took.
	 * @param now the time
	 * @return how long until its end, or until now
	 */
	Duration duration(long now) {
		return Duration.ofNanos(hasEnded() ? this.took : now - this.begunAt);
	}

}
