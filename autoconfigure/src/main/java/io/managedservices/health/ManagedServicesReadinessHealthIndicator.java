// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.managedservices.ManagedServices;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.state.ServiceException;

/**
 * Whether every required service is ready: up if so, else out of service with the names
 * of the first {@value HealthSummary#MAX_FAILURES} that are not. Costs the same for ten
 * services and for ten thousand. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ManagedServicesReadinessHealthIndicator implements HealthIndicator {

	private final Supplier<ManagedServices> services;

	private final Supplier<TextSanitizer> sanitizer;

	/**
	 * Create an indicator.
	 * @param services the services, not asked for before the first query
	 * @param sanitizer what is shown of texts of others, not asked for before the first
	 * query
	 */
	public ManagedServicesReadinessHealthIndicator(Supplier<ManagedServices> services,
			Supplier<TextSanitizer> sanitizer) {
		this.services = services;
		this.sanitizer = sanitizer;
	}

	@Override
	public Health health() {
		HealthSummary report = this.services.get().readiness();
		if (report.ok()) {
			return Health.up().build();
		}
		return Health.outOfService()
			.withDetail("notReady", report.failing())
			.withDetail("services", reasons(report.failures().keySet()))
			.build();
	}

	// Those of the report are not for everybody.
	private Map<String, String> reasons(Collection<String> names) {
		Map<String, String> reasons = new LinkedHashMap<>();
		for (String name : names) {
			try {
				reasons.put(name, Reason.of(this.sanitizer.get().of(this.services.get().snapshot(name)),
						this.sanitizer.get().of(this.services.get().blockers(name))));
			}
			catch (ServiceException ex) {
				reasons.put(name, "was unregistered meanwhile");
			}
		}
		return reasons;
	}

}
