// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.managedservices.lease.LeaseSnapshot;

/**
 * What is counted of a lease. Confined to the coordinator.
 */
final class LeaseCounts {

	long acquired;

	long lost;

	long failures;

	private long renewals;

	private @Nullable Duration lastRenewal;

	/**
	 * The store has renewed the lease.
	 * @param took how long that took, in nanoseconds
	 */
	void renewed(long took) {
		this.renewals++;
		this.lastRenewal = Duration.ofNanos(took);
	}

	LeaseSnapshot.Counts shown() {
		return new LeaseSnapshot.Counts(this.acquired, this.lost, this.renewals, this.failures, this.lastRenewal);
	}

}
