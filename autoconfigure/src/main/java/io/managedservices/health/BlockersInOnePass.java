// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * What services wait for, found for all of them when the first one is asked for: one by
 * one a long chain would be walked again for each of its services. For one answer, and
 * one that began to wait after that is looked up by itself. Safe for use by several
 * threads, which at worst do the same work.
 */
final class BlockersInOnePass implements Function<String, List<ServiceSnapshot>> {

	private final ServiceMonitor services;

	private volatile @Nullable Map<String, List<ServiceSnapshot>> blockers;

	BlockersInOnePass(ServiceMonitor services) {
		this.services = services;
	}

	@Override
	public List<ServiceSnapshot> apply(String service) {
		Map<String, List<ServiceSnapshot>> known = this.blockers;
		if (known == null) {
			known = this.services.blockers(ServiceHealthIndicator.MAX_BLOCKERS + 1);
			this.blockers = known;
		}
		// One that has none may be gone by now.
		return known.getOrDefault(service, List.of());
	}

}
