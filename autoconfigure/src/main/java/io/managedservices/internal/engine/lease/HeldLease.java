// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import io.managedservices.internal.lease.Hold;
import io.managedservices.lease.Lease;
import io.managedservices.state.ServiceException;

/**
 * The lease of one incarnation, as that sees it.
 *
 * @param service the name of the service
 * @param name the name of the lease
 * @param hold what the incarnation runs by
 */
public record HeldLease(String service, String name, Hold hold) implements Lease {

	@Override
	public boolean isHeld() {
		return this.hold.isHeld();
	}

	@Override
	public void ensureHeld() {
		if (!isHeld()) {
			throw new ServiceException(ServiceException.Kind.LEASE_LOST, this.service,
					"Service '%s' no longer holds lease '%s': another instance may run it. Do nothing more in this incarnation."
						.formatted(this.service, this.name),
					null);
		}
	}

	@Override
	public long fence() {
		Long fence = this.hold.fence();
		if (fence == null) {
			throw new UnsupportedOperationException(
					"The store of lease '%s' has no fencing number: use ShedLock on JDBC with the clock of the database"
						.formatted(this.name));
		}
		return fence;
	}

}
