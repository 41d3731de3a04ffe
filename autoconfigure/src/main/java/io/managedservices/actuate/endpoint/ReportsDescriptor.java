// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.state.Condition;

/**
 * What a service has reported of itself, as the endpoint shows it. Immutable.
 *
 * @param conditions its conditions, in the order in which they were raised
 * @param errors the last errors that it has reported, the oldest first
 * @param droppedErrors how many older ones there were since they were cleared
 * @param components its parts that have checks of their own
 * @since 0.1.0
 */
public record ReportsDescriptor(List<Condition> conditions, List<ReportedError> errors, int droppedErrors,
		List<Component> components) {

	static @Nullable ReportsDescriptor of(Reports reports) {
		if (reports.equals(Reports.NONE)) {
			return null;
		}
		return new ReportsDescriptor(reports.conditions(), reports.errors().stream().map(ReportedError::of).toList(),
				reports.droppedErrors(), reports.components().stream().map(Component::of).toList());
	}

	/**
	 * An error that a service has reported.
	 *
	 * @param at when it was reported
	 * @param error the error
	 */
	public record ReportedError(Instant at, String error) {

		static ReportedError of(ServiceSnapshot.ReportedError reported) {
			return new ReportedError(reported.at(), FailureText.of(reported.cause()));
		}

	}

	/**
	 * A part of a service that has checks of its own.
	 *
	 * @param name its name within the service
	 * @param ready whether its readiness check passes
	 * @param healthy whether its health check passes
	 * @param failure what the last check failed with, or {@code null}
	 */
	public record Component(String name, boolean ready, boolean healthy, @Nullable String failure) {

		static Component of(ServiceSnapshot.Component component) {
			Throwable failure = component.failure();
			return new Component(component.name(), component.ready(), component.healthy(),
					(failure != null) ? FailureText.of(failure) : null);
		}

	}

}
