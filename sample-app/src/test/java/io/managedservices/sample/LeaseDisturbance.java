// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;

/**
 * What happens to instances of which one holds a lease, or to its store.
 */
enum LeaseDisturbance {

	/** Instances end by SIGTERM and are started again, one after the other. */
	ROLL(false, Duration.ofSeconds(1)),

	/** The process dies by {@code kill -9}, and is started again. */
	KILL(true, Duration.ofSeconds(1)),

	/** The process is stopped for longer than the lease lasts. */
	FREEZE(true, Duration.ofSeconds(1)),

	/** Its connections to the store are held up. */
	STALL(true, Duration.ofSeconds(1)),

	/** Its connections to the store end. */
	CUT(true, Duration.ofSeconds(1)),

	/** The store dies by {@code kill -9}, and is started again after a while. */
	RESTART(true, Duration.ofSeconds(2)),

	/** The wall clock of a process is set forward or back. */
	CLOCK(true, Duration.ofSeconds(1));

	private final boolean lasting;

	private final Duration more;

	LeaseDisturbance(boolean lasting, Duration more) {
		this.lasting = lasting;
		this.more = more;
	}

	/**
	 * For how long nobody should run the service at most.
	 * @param lease how long the lease lasts
	 * @return how long
	 */
	Duration bound(Duration lease) {
		return this.lasting ? lease.plus(this.more) : this.more;
	}

}
