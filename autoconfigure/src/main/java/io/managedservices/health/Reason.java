// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.List;

import io.managedservices.monitor.ServiceSnapshot;

/**
 * Tells in a few words why a service does not run, from it. Stateless.
 */
final class Reason {

	private Reason() {
	}

	/**
	 * Why a service does not run.
	 * @param service the service
	 * @param blockers those that it waits for, down to the root cause
	 * @return its state, and what it waits for or failed with
	 */
	static String of(ServiceSnapshot service, List<ServiceSnapshot> blockers) {
		if (blockers.isEmpty()) {
			return of(service);
		}
		ServiceSnapshot root = blockers.get(blockers.size() - 1);
		return "%s for '%s' (%s)".formatted(service.state(), root.name(), of(root));
	}

	/**
	 * Why a service is as it is.
	 * @param service the service
	 * @return its state and, where that does not say all, why
	 */
	static String of(ServiceSnapshot service) {
		String reason = service.reason();
		return (reason != null) ? service.state() + ": " + reason : service.state().toString();
	}

}
