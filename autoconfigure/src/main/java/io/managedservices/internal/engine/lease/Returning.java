// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import io.managedservices.internal.time.Timer;

/**
 * Lets the stop of all wait until a lease is given back, but not for ever: the store may
 * stall. Confined to the coordinator.
 */
final class Returning extends Timer {

	private static final long PATIENCE = 5_000_000_000L;

	private final Leases leases;

	private boolean over;

	Returning(Leases leases) {
		this.leases = leases;
		leases.returning(true);
		leases.timers().set(this, leases.now() + PATIENCE);
	}

	void end() {
		if (!this.over) {
			this.over = true;
			this.leases.timers().remove(this);
			this.leases.returning(false);
		}
	}

	@Override
	protected void fire() {
		end();
	}

}
