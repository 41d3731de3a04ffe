// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.apache.commons.logging.Log;

import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * Sums up the stop of all services: how many there were to stop, and which of them were
 * not. Told one event at a time.
 */
final class StopSummary {

	private final Set<String> toStop = new LinkedHashSet<>();

	private final Set<String> failed = new LinkedHashSet<>();

	/**
	 * Create a summary.
	 * @param services all services, when the stop begins
	 */
	StopSummary(Collection<ServiceSnapshot> services) {
		services.stream().filter(StopSummary::isUp).map(ServiceSnapshot::name).forEach(this.toStop::add);
	}

	private static boolean isUp(ServiceSnapshot service) {
		return service.state() == ServiceState.STARTING || service.state() == ServiceState.RUNNING
				|| service.state() == ServiceState.STOPPING;
	}

	// Its state would not tell: a service may have failed and be stopped as it should.
	void stopFailed(LifecycleEvent.StopFailed failure) {
		String name = failure.service().name();
		if (!failure.retried() && this.toStop.contains(name)) {
			this.failed.add(name);
		}
	}

	void stopped(LifecycleEvent.Stopped stopped, Log logger) {
		int count = this.toStop.size();
		String duration = HumanDuration.of(stopped.duration());
		List<String> abandoned = stopped.abandoned();
		if (!abandoned.isEmpty()) {
			List<String> others = this.failed.stream().filter((name) -> !abandoned.contains(name)).toList();
			logger.warn("%d of %s did not stop within %s (managed-services.shutdown.timeout): %s%s".formatted(
					abandoned.size(), StartSummary.count(count, "service", "services"), duration,
					ServiceLines.names(abandoned),
					others.isEmpty() ? "" : "; failed to stop: " + ServiceLines.names(others)));
		}
		else if (!this.failed.isEmpty()) {
			logger.warn("Stopped %d of %s in %s; failed to stop: %s".formatted(count - this.failed.size(),
					StartSummary.count(count, "service", "services"), duration,
					ServiceLines.names(List.copyOf(this.failed))));
		}
		else if (count > 0) {
			logger.info("Stopped %s in %s".formatted(StartSummary.count(count, "service", "services"), duration));
		}
	}

}
