// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import io.managedservices.ManagedServices;
import io.managedservices.internal.line.LineText;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkCounts.Levels;
import io.managedservices.work.WorkKind;

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
		count("events.exposed.dropped", "Exposed events of the service that listeners were not told",
				WorkCounts::exposedEventsDropped);
		count("workers.restarts", "How often workers of the service were begun again", WorkCounts::workersRestarted);
		count("tasks.runs", "Runs of tasks of the service that have ended, also those that failed",
				WorkCounts::taskRuns);
		count("ticks", "Ticks of tickers of the service that have ended, also those that failed", WorkCounts::ticks);
		String workers = "Workers of the service";
		gauge("workers", workers, Levels::workersRunning).tag("state", "running").register(registry);
		gauge("workers", workers, Levels::workersBackingOff).tag("state", "backoff").register(registry);
		String tasks = "Tasks of the service";
		gauge("tasks", tasks, Levels::tasksQueued).tag("state", "queued").register(registry);
		gauge("tasks", tasks, Levels::tasksRunning).tag("state", "running").register(registry);
		gauge("events.held", "Events that wait for the hooks of the service", Levels::eventsHeld).register(registry);
		gauge("asleep", "1 while the service sleeps, else 0", (levels) -> levels.asleep() ? 1 : 0).register(registry);
	}

	private Gauge.Builder<ManagedServices> gauge(String what, String description, ToLongFunction<Levels> value) {
		return Gauge
			.builder("managed.services.work." + what, this.services,
					(all) -> value.applyAsLong(all.workCounts(this.service).levels()))
			.description(description)
			.tag("service", LineText.of(this.service));
	}

	private void count(String what, String description, ToLongFunction<WorkCounts> value) {
		FunctionCounter
			.builder("managed.services.work." + what, this.services,
					(all) -> value.applyAsLong(all.workCounts(this.service)))
			.description(description)
			.tag("service", LineText.of(this.service))
			.register(this.registry);
	}

	void failed(WorkKind kind) {
		Counter.builder("managed.services.work.failures")
			.description("Failures in the work of the service")
			.tag("service", LineText.of(this.service))
			.tag("kind", kind.toString())
			.register(this.registry)
			.increment();
	}

}
