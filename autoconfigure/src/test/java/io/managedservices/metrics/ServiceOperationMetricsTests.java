// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.actuate.operation.ServiceOperationEvent;
import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;
import io.managedservices.monitor.ServiceAction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceOperationMetrics}.
 */
class ServiceOperationMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final ServiceOperationMetrics metrics = new ServiceOperationMetrics(this.registry);

	@Test
	void onOperationCountsAttemptsAndEndsApart() {
		tell(ServiceAction.ON_DEMAND, Outcome.ACCEPTED, "1");
		tell(ServiceAction.ON_DEMAND, Outcome.REFUSED, null);
		tell(ServiceAction.ON_DEMAND, Outcome.ACCEPTED, "2");
		tell(ServiceAction.ON_DEMAND, Outcome.SUCCEEDED, "1");
		tell(ServiceAction.ON_DEMAND, Outcome.REFUSED, "2");
		assertThat(count("managed.services.operations", "on-demand", "accepted")).isEqualTo(2);
		assertThat(count("managed.services.operations", "on-demand", "refused")).isEqualTo(1);
		assertThat(count("managed.services.operations.completed", "on-demand", "succeeded")).isEqualTo(1);
		assertThat(count("managed.services.operations.completed", "on-demand", "refused")).isEqualTo(1);
	}

	@Test
	void onOperationWhenActionsAreUnknownHasOneSeries() {
		for (int number = 0; number < 100; number++) {
			this.metrics.onOperation(new ServiceOperationEvent(new ServiceOperationEvent.Request("explode" + number,
					null, "service" + number, null, "user" + number, false), null, Outcome.INVALID, "no"));
		}
		assertThat(this.registry.getMeters()).hasSize(1);
		assertThat(count("managed.services.operations", "unknown", "invalid")).isEqualTo(100);
	}

	@Test
	void onOperationWhenTaskIsQueuedCountsThat() {
		this.metrics.onOperation(new ServiceOperationEvent(
				new ServiceOperationEvent.Request("queue", null, "mail", "sendAll", "ada", false), "7",
				Outcome.ACCEPTED, null));
		assertThat(count("managed.services.operations", "queue", "accepted")).isEqualTo(1);
	}

	private void tell(ServiceAction action, Outcome outcome, @Nullable String operation) {
		this.metrics.onOperation(new ServiceOperationEvent(
				new ServiceOperationEvent.Request(action.toString(), action, "database", null, "ada", false), operation,
				outcome, null));
	}

	private double count(String meter, String action, String outcome) {
		return this.registry.get(meter).tags("action", action, "outcome", outcome).counter().count();
	}

}
