package io.managedservices.metrics;

import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

import io.managedservices.ManagedServices;
import io.managedservices.WorkCounts;
import io.managedservices.WorkKind;

/**
 * The meters of the work inside one service: of all of it together, never of a single
 * task. Safe for use by several threads.
 */
final class WorkMeters {

	private final MeterRegistry registry;

	private final ManagedServices services;

	private final String service;

	WorkMeters(MeterRegistry registry, ManagedServices services, String service) {
		this.registry = registry;
		this.services = services;
		this.service = service;
		count("microtasks.finished", "Micro-tasks of the service that have ended, also those that failed",
				WorkCounts::microTasksFinished);
		count("microtasks.failed", "Micro-tasks of the service that have failed", WorkCounts::microTasksFailed);
		count("events.emitted", "Events that the service has emitted", WorkCounts::eventsEmitted);
		count("events.delivered", "Events that the hooks of the service have taken, also those on which they failed",
				WorkCounts::eventsDelivered);
		count("events.dropped", "Events that the hooks of the service could not take", WorkCounts::eventsDropped);
	}

	private void count(String what, String description, ToLongFunction<WorkCounts> value) {
		FunctionCounter
			.builder("managed.services.work." + what, this.services,
					(all) -> value.applyAsLong(all.workCounts(this.service)))
			.description(description)
			.tag("service", this.service)
			.register(this.registry);
	}

	void failed(WorkKind kind) {
		Counter.builder("managed.services.work.failures")
			.description("Failures in the work of the service")
			.tag("service", this.service)
			.tag("kind", kind.toString())
			.register(this.registry)
			.increment();
	}

}
