// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.time.Duration;
import java.util.Map;

import io.managedservices.internal.lease.LeaseTimes;

/**
 * The settings of all leases. Immutable.
 *
 * @param times the times of leases that have none of their own
 * @param own the times of others, by their names
 * @param poll how often it is looked whether a lease is free
 * @param counted whether a service is not ready while the store of its lease cannot be
 * asked and nobody is known to run it
 * @since 0.1.0
 */
public record LeaseSettings(LeaseTimes times, Map<String, LeaseTimes> own, Duration poll, boolean counted) {

	/** The settings where nothing is configured. */
	public static final LeaseSettings DEFAULTS = new LeaseSettings(LeaseTimes.DEFAULTS, Map.of(),
			Duration.ofMillis(500), false);

	LeaseTimes times(String lease) {
		return this.own.getOrDefault(lease, this.times);
	}

}
