// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.internal.line.LineText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.work.WorkKind;

/**
 * The meters of one service. Their number does not depend on what happens to the service.
 * Safe for use by several threads.
 */
final class ServiceMeters {

	private final MeterRegistry registry;

	private final String service;

	private final Counter attempts;

	private final Counter failures;

	private final Counter hanging;

	private final WorkMeters work;

	ServiceMeters(MeterRegistry registry, ManagedServices services, String service) {
		this.registry = registry;
		this.service = LineText.of(service);
		this.attempts = Counter.builder("managed.services.attempts")
			.description("Attempts to start the service")
			.tag("service", this.service)
			.register(registry);
		this.failures = Counter.builder("managed.services.failures")
			.description("Attempts to prepare, start or stop the service that failed")
			.tag("service", this.service)
			.register(registry);
		this.hanging = Counter.builder("managed.services.hanging")
			.description("Methods and pieces of work of the service that went on although their timeout had passed")
			.tag("service", this.service)
			.register(registry);
		Gauge.builder("managed.services.ready", services, (all) -> all.snapshot(service).ready() ? 1 : 0)
			.description("1 while the service runs and its readiness check passes, else 0")
			.tag("service", this.service)
			.register(registry);
		Gauge.builder("managed.services.healthy", services, (all) -> all.snapshot(service).healthy() ? 1 : 0)
			.description(
					"1 while the service has not failed, its health check passes and it has reported no error, else 0")
			.tag("service", this.service)
			.register(registry);
		this.work = new WorkMeters(registry, services, service);
	}

	void attempted() {
		this.attempts.increment();
	}

	void failed() {
		this.failures.increment();
	}

	void erred(String what) {
		Counter.builder("managed.services.errors")
			.description("Failures of the service itself")
			.tag("service", this.service)
			.tag("what", what)
			.register(this.registry)
			.increment();
	}

	void hung() {
		this.hanging.increment();
	}

	void workFailed(WorkKind kind) {
		this.work.failed(kind);
	}

	void started(ServiceSnapshot.Timings timings) {
		record("start", "From the first attempt to start the service until it runs or is given up", "success",
				timings.start());
	}

	void gaveUp(ServiceSnapshot snapshot) {
		if (snapshot.timings().startedAt() != null) {
			record("start", "From the first attempt to start the service until it runs or is given up", "failure",
					Duration.between(snapshot.timings().startedAt(), snapshot.since()));
		}
	}

	void stopped(ServiceSnapshot.Timings timings, boolean success) {
		record("stop", "From the beginning of the stop of a service that ran until it is at rest",
				success ? "success" : "failure", timings.stop());
	}

	private void record(String what, String description, String outcome, @Nullable Duration duration) {
		if (duration != null) {
			Timer.builder("managed.services." + what)
				.description(description)
				.tag("service", this.service)
				.tag("outcome", outcome)
				.register(this.registry)
				.record(duration);
		}
	}

}
