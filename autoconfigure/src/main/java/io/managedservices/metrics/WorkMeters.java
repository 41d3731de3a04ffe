// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import io.managedservices.ManagedServices;
import io.managedservices.internal.line.LineText;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkCounts.Levels;
import io.managedservices.state.ServiceException;
import io.managedservices.work.WorkKind;

/**
 * The meters of the work inside one service: of all of it together, never of a single
 * task. Safe for use by several threads.
 */
final class WorkMeters {

	private final MeterRegistry registry;

	private final ManagedServices services;

	private final String service;

	/** What is measured. Guarded by this. */
	private final Set<Group> measured = EnumSet.noneOf(Group.class);

	private boolean forgotten;

	WorkMeters(MeterRegistry registry, ManagedServices services, String service) {
		this.registry = registry;
		this.services = services;
		this.service = service;
	}

	/**
	 * Looks which kinds of work the service has by now, and measures those.
	 */
	synchronized void look() {
		if (this.forgotten || this.measured.size() == Group.values().length) {
			return;
		}
		WorkCounts counts = counts(this.services);
		for (Group group : Group.values()) {
			if (group.isUsed(counts) && this.measured.add(group)) {
				register(group);
			}
		}
	}

	/**
	 * The service is gone: nothing of it is measured any more.
	 */
	synchronized void forget() {
		this.forgotten = true;
	}

	private void register(Group group) {
		switch (group) {
			case MICRO_TASKS -> {
				count("microtasks.finished", "Micro-tasks of the service that have ended, also those that failed",
						(counts) -> counts.microTasks().finished());
				count("microtasks.failed", "Micro-tasks of the service that have failed",
						(counts) -> counts.microTasks().failed());
			}
			case EVENTS -> registerEvents();
			case WORKERS -> {
				String workers = "Workers of the service";
				gauge("workers", workers, Levels::workersRunning).tag("state", "running").register(this.registry);
				gauge("workers", workers, Levels::workersBackingOff).tag("state", "backoff").register(this.registry);
				count("workers.restarts", "How often workers of the service were begun again",
						WorkCounts::workersRestarted);
			}
			case TASKS -> {
				String tasks = "Tasks of the service";
				gauge("tasks", tasks, Levels::tasksQueued).tag("state", "queued").register(this.registry);
				gauge("tasks", tasks, Levels::tasksRunning).tag("state", "running").register(this.registry);
				count("tasks.runs", "Runs of tasks of the service that have ended, also those that failed",
						WorkCounts::taskRuns);
			}
			case TICKERS -> count("ticks", "Ticks of tickers of the service that have ended, also those that failed",
					WorkCounts::ticks);
			case SLEEP -> gauge("asleep", "1 while the service sleeps, else 0", (levels) -> levels.asleep() ? 1 : 0)
				.register(this.registry);
		}
	}

	private void registerEvents() {
		count("events.emitted", "Events that the service has emitted", (counts) -> counts.events().emitted());
		count("events.delivered", "Events that the hooks of the service have taken, also those on which they failed",
				(counts) -> counts.events().delivered());
		count("events.dropped", "Events that the hooks of the service could not take",
				(counts) -> counts.events().dropped());
		count("events.exposed.dropped", "Exposed events of the service that listeners were not told",
				(counts) -> counts.events().exposedDropped());
		gauge("events.held", "Events that wait for the hooks of the service", Levels::eventsHeld)
			.register(this.registry);
	}

	private Gauge.Builder<ManagedServices> gauge(String what, String description, ToLongFunction<Levels> value) {
		return Gauge
			.builder("managed.services.work." + what, this.services, (all) -> value.applyAsLong(counts(all).levels()))
			.description(description)
			.tag("service", LineText.of(this.service));
	}

	private void count(String what, String description, ToLongFunction<WorkCounts> value) {
		FunctionCounter.builder("managed.services.work." + what, this.services, (all) -> value.applyAsLong(counts(all)))
			.description(description)
			.tag("service", LineText.of(this.service))
			.register(this.registry);
	}

	// A reader may come when it is gone, and its series are not yet.
	private WorkCounts counts(ManagedServices all) {
		try {
			return all.workCounts(this.service);
		}
		catch (ServiceException ex) {
			return WorkCounts.NONE;
		}
	}

	void failed(WorkKind kind) {
		Counter.builder("managed.services.work.failures")
			.description("Failures in the work of the service")
			.tag("service", LineText.of(this.service))
			.tag("kind", kind.toString())
			.register(this.registry)
			.increment();
	}

	/**
	 * Meters that there are once the service has such work.
	 */
	private enum Group {

		MICRO_TASKS((counts) -> counts.microTasks().finished() > 0),

		EVENTS((counts) -> counts.events().emitted() + counts.events().delivered() + counts.events().dropped()
				+ counts.events().exposedDropped() + counts.levels().eventsHeld() > 0),

		WORKERS((counts) -> counts.workersRestarted() + counts.levels().workersRunning()
				+ counts.levels().workersBackingOff() > 0),

		TASKS((counts) -> counts.taskRuns() + counts.levels().tasksQueued() + counts.levels().tasksRunning() > 0),

		TICKERS((counts) -> counts.ticks() > 0),

		SLEEP((counts) -> counts.levels().asleep());

		@SuppressWarnings("ImmutableEnumChecker")
		private final Predicate<WorkCounts> used;

		Group(Predicate<WorkCounts> used) {
			this.used = used;
		}

		boolean isUsed(WorkCounts counts) {
			return this.used.test(counts);
		}

	}

}
