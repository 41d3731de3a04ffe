// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.Set;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import io.managedservices.actuate.operation.OperationRequest;
import io.managedservices.actuate.operation.ServiceOperationEvent;
import io.managedservices.actuate.operation.ServiceOperationListener;
import io.managedservices.monitor.ServiceAction;

/**
 * Counts what operators do to services over the endpoint: every attempt as
 * {@code managed.services.operations}, and what became of accepted ones as
 * {@code managed.services.operations.completed}, both by action and outcome. An action
 * that does not exist is {@code unknown}, so that the number of series is bounded. Safe
 * for use by several threads.
 *
 * @since 0.1.0
 */
public final class ServiceOperationMetrics implements ServiceOperationListener {

	/** Actions that are no actions on the service itself. */
	private static final Set<String> OTHERS = Set.of(OperationRequest.QUEUE, OperationRequest.HOLD_OFF);

	private final MeterRegistry registry;

	/**
	 * Create a listener.
	 * @param registry where the counters are
	 */
	public ServiceOperationMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void onOperation(ServiceOperationEvent event) {
		ServiceAction action = event.request().action();
		Counter.Builder counter = event.isEnd()
				? Counter.builder("managed.services.operations.completed")
					.description("Operations on services that have come to their end")
				: Counter.builder("managed.services.operations")
					.description("Attempts to do something to a service over the endpoint");
		counter.tag("action", (action != null) ? action.toString() : other(event))
			.tag("outcome", event.outcome().toString())
			.register(this.registry)
			.increment();
	}

	private static String other(ServiceOperationEvent event) {
		return OTHERS.contains(event.request().requested()) ? event.request().requested() : "unknown";
	}

}
