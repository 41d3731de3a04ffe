// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import io.managedservices.lease.LeaseSnapshot.Holder;

/**
 * Says in words why a lease is missing. Stateless.
 */
final class LeaseText {

	private LeaseText() {
	}

	/**
	 * Why a service is on standby.
	 * @param lease the name of its lease
	 * @param holder who holds that
	 * @param unreachable whether the store cannot be asked, so that nobody knows
	 * @return why
	 */
	static String missing(String lease, Holder holder, boolean unreachable) {
		if (unreachable) {
			return "waits for lease '%s', whose store cannot be reached".formatted(lease);
		}
		if (holder.name() == null) {
			return "waits for lease '%s'".formatted(lease);
		}
		return "lease '%s' is held by %s%s".formatted(lease, holder.name(),
				(holder.since() != null) ? " since " + holder.since() : "");
	}

}
