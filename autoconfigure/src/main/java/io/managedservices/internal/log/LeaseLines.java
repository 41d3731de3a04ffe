// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import org.apache.commons.logging.Log;

import io.managedservices.internal.line.LineText;
import io.managedservices.internal.text.FailureText;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.LifecycleEvent;

/**
 * Logs a line for what happens to a lease. Told one event at a time.
 */
final class LeaseLines {

	private final Log logger;

	LeaseLines(Log logger) {
		this.logger = logger;
	}

	void changed(LifecycleEvent.LeaseChanged event) {
		LeaseSnapshot lease = event.lease();
		String services = (lease.services().size() == 1) ? "service '%s'".formatted(lease.services().get(0))
				: "services " + lease.services();
		switch (event.change()) {
			case ACQUIRED -> info("Acquired lease '%s': this instance runs %s".formatted(lease.name(), services));
			case RETURNED -> info("Returned lease '%s'".formatted(lease.name()));
			case LOST -> warn("Lost lease '%s': stopping %s%s".formatted(lease.name(), services,
					(event.cause() != null) ? ". " + FailureText.of(event.cause()) : ""));
			case HOLDER_CHANGED -> info(
					"Lease '%s' is held by %s: %s on standby".formatted(lease.name(), lease.holder().name(), services));
		}
	}

	void storeChanged(LifecycleEvent.LeaseStoreChanged event) {
		Throwable cause = event.cause();
		if (event.reachable()) {
			info("The store of the leases can be reached again");
		}
		else {
			warn("The store of the leases cannot be reached: services that run by a lease go on until that ends. Last failure: "
					+ ((cause != null) ? FailureText.of(cause) : "unknown"));
		}
	}

	private void info(String line) {
		this.logger.info(LineText.of(line));
	}

	private void warn(String line) {
		this.logger.warn(LineText.of(line));
	}

}
