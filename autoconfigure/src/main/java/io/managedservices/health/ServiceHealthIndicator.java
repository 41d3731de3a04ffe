// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Component;
import io.managedservices.monitor.ServiceSnapshot.ReportedError;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * The health of one service, with the reason where it is not up. Immutable; reads
 * snapshots only.
 */
final class ServiceHealthIndicator implements HealthIndicator {

	/** How many of what a service waits for are named, before the root cause. */
	static final int MAX_BLOCKERS = 20;

	private final String name;

	private final Supplier<ServiceSnapshot> snapshot;

	private final Function<String, List<ServiceSnapshot>> blockers;

	private final TextSanitizer sanitizer;

	ServiceHealthIndicator(ServiceMonitor services, String name, TextSanitizer sanitizer) {
		this(name, () -> services.snapshot(name), services::blockers, sanitizer);
	}

	/**
	 * Create an indicator.
	 * @param name the name of the service
	 * @param snapshot how it is
	 * @param blockers what a service waits for
	 * @param sanitizer what is shown of texts of others
	 */
	ServiceHealthIndicator(String name, Supplier<ServiceSnapshot> snapshot,
			Function<String, List<ServiceSnapshot>> blockers, TextSanitizer sanitizer) {
		this.name = name;
		this.snapshot = snapshot;
		this.blockers = blockers;
		this.sanitizer = sanitizer;
	}

	@Override
	public Health health() {
		return health(true);
	}

	@Override
	public Health health(boolean includeDetails) {
		ServiceSnapshot service = this.snapshot.get();
		Health.Builder health = Health.status(ServiceStatus.of(service));
		if (includeDetails) {
			addDetails(health, this.sanitizer.of(service));
		}
		return health.build();
	}

	private void addDetails(Health.Builder health, ServiceSnapshot service) {
		health.withDetail("state", service.state().name());
		health.withDetail("since", service.since());
		String status = service.vitals().status();
		if (status != null) {
			health.withDetail("status", status);
		}
		Throwable failure = service.failure();
		if (failure != null) {
			health.withDetail("failure", FailureText.of(failure));
		}
		addReports(health, service.reports());
		if (service.state() != ServiceState.RUNNING) {
			StopReason stopReason = service.stopReason();
			if (stopReason != null) {
				health.withDetail("stopReason", stopReason.name());
			}
			addAttempt(health, "attempt", "nextAttempt", service.currentAttempt());
			addBlockers(health, this.sanitizer.of(this.blockers.apply(this.name)));
		}
	}

	private static void addReports(Health.Builder health, Reports reports) {
		if (!reports.conditions().isEmpty()) {
			health.withDetail("conditions",
					reports.conditions().stream().map(ServiceHealthIndicator::describe).toList());
		}
		if (!reports.errors().isEmpty()) {
			health.withDetail("errors", reports.errors().stream().map(ServiceHealthIndicator::describe).toList());
		}
		if (reports.droppedErrors() > 0) {
			health.withDetail("droppedErrors", reports.droppedErrors());
		}
		if (!reports.components().isEmpty()) {
			Map<String, Object> components = new LinkedHashMap<>();
			reports.components().forEach((component) -> components.put(component.name(), describe(component)));
			health.withDetail("components", components);
		}
	}

	private static Map<String, Object> describe(Condition condition) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("id", condition.id());
		details.put("severity", condition.severity().name());
		details.put("title", condition.title());
		details.put("message", condition.message());
		details.put("since", condition.since());
		return details;
	}

	private static Map<String, Object> describe(ReportedError error) {
		return Map.of("at", error.at(), "error", FailureText.of(error.cause()));
	}

	private static Map<String, Object> describe(Component component) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("status", ServiceStatus.of(component).getCode());
		if (component.failure() != null) {
			details.put("failure", FailureText.of(component.failure()));
		}
		return details;
	}

	private void addAttempt(Health.Builder health, String key, String nextKey, @Nullable Attempt attempt) {
		if (attempt == null) {
			return;
		}
		if (attempt.number() > 0) {
			health.withDetail(key, attempt.progress());
		}
		if (attempt.next() != null) {
			health.withDetail(nextKey, attempt.next());
		}
	}

	/**
	 * Names what the service waits for. Of a way that is very long the middle is left
	 * out: its end, the root cause, is what matters.
	 * @param health to add to
	 * @param blockers the way down to the root cause
	 */
	private void addBlockers(Health.Builder health, List<ServiceSnapshot> blockers) {
		if (blockers.isEmpty()) {
			return;
		}
		health.withDetail("waitsFor", blockers.stream().limit(MAX_BLOCKERS).map(ServiceSnapshot::name).toList());
		ServiceSnapshot rootCause = blockers.get(blockers.size() - 1);
		health.withDetail("rootCause", describe(rootCause));
		addAttempt(health, "rootCauseAttempt", "rootCauseNextAttempt", rootCause.currentAttempt());
	}

	private String describe(ServiceSnapshot rootCause) {
		return "'" + rootCause.name() + "' is " + Reason.of(rootCause);
	}

}
