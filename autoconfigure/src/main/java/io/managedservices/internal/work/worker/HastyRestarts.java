// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.time.Duration;

/**
 * The restarts that a worker asks for without progress: so soon after its begin that it
 * can hardly have done anything. Some are let through, then each waits twice as long as
 * the one before. Confined to the coordinator.
 */
final class HastyRestarts {

	/** A run that has lasted so long counts as progress. */
	static final Duration PROGRESS = Duration.ofSeconds(1);

	private static final int LET_THROUGH = 10;

	private static final long FIRST_DELAY = Duration.ofMillis(10).toNanos();

	private static final long LONGEST_DELAY = Duration.ofMinutes(1).toNanos();

	private int inARow;

	/**
	 * The delay before a restart.
	 * @param lasted how long the run lasted that asks for it, in nanoseconds
	 * @return the delay in nanoseconds, 0 for at once
	 */
	long nextDelay(long lasted) {
		this.inARow = (lasted < PROGRESS.toNanos()) ? this.inARow + 1 : 0;
		int slowed = this.inARow - LET_THROUGH;
		return (slowed > 0) ? Math.min(LONGEST_DELAY, FIRST_DELAY << Math.min(slowed - 1, 20)) : 0;
	}

	int inARow() {
		return this.inARow;
	}

}
