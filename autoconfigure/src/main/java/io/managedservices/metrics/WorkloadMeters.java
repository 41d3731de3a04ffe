// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;

import io.managedservices.ManagedServices;
import io.managedservices.monitor.Workload;
import io.managedservices.monitor.Workload.Lines;
import io.managedservices.monitor.Workload.Waits;

/**
 * The meters of what the work of all services shares. Immutable.
 */
final class WorkloadMeters {

	private final ManagedServices services;

	WorkloadMeters(ManagedServices services) {
		this.services = services;
	}

	void register(MeterRegistry registry) {
		gauge("task.slots", "How many tasks run at once", Workload::taskSlots).register(registry);
		gauge("tasks.running", "Tasks that run, with those that have given up their slot", Workload::tasksRunning)
			.register(registry);
		gauge("tasks.queued", "Tasks that wait for a slot", Workload::tasksQueued).register(registry);
		gauge("microtasks.limit", "How many micro-tasks run at once", Workload::microTaskLimit).register(registry);
		gauge("microtasks.running", "Micro-tasks that run, with those of high priority", Workload::microTasksRunning)
			.register(registry);
		waiting("medium", Lines::mediumWaiting).register(registry);
		waiting("low", Lines::lowWaiting).register(registry);
		registerWaits(registry, "high", Lines::highWaits);
		registerWaits(registry, "medium", Lines::mediumWaits);
		registerWaits(registry, "low", Lines::lowWaits);
		registerLongest(registry, "medium", Lines::mediumWaits);
		registerLongest(registry, "low", Lines::lowWaits);
	}

	private void registerWaits(MeterRegistry registry, String priority, Function<Lines, Waits> value) {
		FunctionTimer
			.builder("managed.services.work.microtasks.waits", this.services,
					(all) -> value.apply(all.workload().lines()).begun(),
					(all) -> value.apply(all.workload().lines()).total().toNanos(), TimeUnit.NANOSECONDS)
			.description("How long micro-tasks have waited for a slot")
			.tag("priority", priority)
			.register(registry);
	}

	private void registerLongest(MeterRegistry registry, String priority, Function<Lines, Waits> value) {
		TimeGauge
			.builder("managed.services.work.microtasks.waits.longest", this.services, TimeUnit.NANOSECONDS,
					(all) -> value.apply(all.workload().lines()).longest().toNanos())
			.description("How long a micro-task has waited for a slot at most, since the start")
			.tag("priority", priority)
			.register(registry);
	}

	private Gauge.Builder<ManagedServices> waiting(String priority, ToIntFunction<Lines> value) {
		return gauge("microtasks.waiting", "Micro-tasks that wait for a slot",
				(workload) -> value.applyAsInt(workload.lines()))
			.tag("priority", priority);
	}

	private Gauge.Builder<ManagedServices> gauge(String what, String description, ToIntFunction<Workload> value) {
		return Gauge.builder("managed.services.work." + what, this.services, (all) -> value.applyAsInt(all.workload()))
			.description(description);
	}

}
