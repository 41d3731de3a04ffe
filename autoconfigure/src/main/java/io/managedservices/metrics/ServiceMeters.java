// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.time.Duration;
import java.util.Locale;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.internal.line.LineText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;
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

	private final Counter restarts;

	private final Counter hanging;

	private final WorkMeters work;

	private @Nullable LongTaskTimer starting;

	private LongTaskTimer.@Nullable Sample start;

	ServiceMeters(MeterRegistry registry, ManagedServices services, String service, boolean states) {
		this.registry = registry;
		this.service = LineText.of(service);
		this.work = new WorkMeters(registry, services, service);
		this.attempts = Counter.builder("managed.services.attempts")
			.description("Attempts to start the service")
			.tag("service", this.service)
			.register(registry);
		this.failures = Counter.builder("managed.services.failures")
			.description("Attempts to prepare, start or stop the service that failed")
			.tag("service", this.service)
			.register(registry);
		this.restarts = Counter.builder("managed.services.restarts")
			.description("Restarts that the service has asked for")
			.tag("service", this.service)
			.register(registry);
		this.hanging = Counter.builder("managed.services.hanging")
			.description("Methods and pieces of work of the service that went on although their timeout had passed")
			.tag("service", this.service)
			.register(registry);
		// At each look at it, for there is no event when work begins.
		Gauge.builder("managed.services.ready", services, (all) -> {
			this.work.look();
			return all.snapshot(service).ready() ? 1 : 0;
		})
			.description("1 while the service runs and its readiness check passes, else 0")
			.tag("service", this.service)
			.register(registry);
		Gauge.builder("managed.services.healthy", services, (all) -> all.snapshot(service).healthy() ? 1 : 0)
			.description(
					"1 while the service has not failed, its health check passes and it has reported no error, else 0")
			.tag("service", this.service)
			.register(registry);
		Gauge
			.builder("managed.services.required", services, (all) -> all.snapshot(service).service().required() ? 1 : 0)
			.description("1 if the failure of the service is the failure of the application, else 0")
			.tag("service", this.service)
			.register(registry);
		Gauge.builder("managed.services.failing", services, (all) -> isFailing(all.snapshot(service)) ? 1 : 0)
			.description("1 while something is wrong with the service itself, else 0, also while it waits for another")
			.tag("service", this.service)
			.register(registry);
		if (states) {
			registerStates(services, service);
		}
	}

	private void registerStates(ManagedServices services, String name) {
		for (ServiceState state : ServiceState.values()) {
			Gauge
				.builder("managed.services.service.state", services,
						(all) -> (all.snapshot(name).state() == state) ? 1 : 0)
				.description("1 for the state that the service is in, 0 for the others")
				.tag("service", this.service)
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.register(this.registry);
		}
	}

	// Whoever waits for another is well.
	private static boolean isFailing(ServiceSnapshot service) {
		return switch (service.state()) {
			case FAILED, BACKOFF -> true;
			case STARTING, STOPPING, PREPARING -> service.failure() != null;
			case RUNNING -> !service.ready() || !service.healthy();
			default -> false;
		};
	}

	/**
	 * Looks which kinds of work the service has by now.
	 */
	void look() {
		this.work.look();
	}

	/**
	 * Begins to measure a start that may hang. Its series are gone once it has ended.
	 */
	void starting() {
		if (this.start == null) {
			LongTaskTimer timer = LongTaskTimer.builder("managed.services.starting")
				.description("Starts of the service that have not ended")
				.tag("service", this.service)
				.register(this.registry);
			this.starting = timer;
			this.start = timer.start();
		}
	}

	/**
	 * The start has come to an end, whichever.
	 */
	void endStart() {
		LongTaskTimer.Sample sample = this.start;
		LongTaskTimer timer = this.starting;
		if (sample != null && timer != null) {
			sample.stop();
			this.registry.remove(timer);
			this.start = null;
		}
	}

	/**
	 * The service is gone.
	 */
	void forget() {
		this.work.forget();
	}

	void attempted() {
		this.attempts.increment();
	}

	void failed() {
		this.failures.increment();
	}

	void restarted() {
		this.restarts.increment();
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
		record("started.time", "From the first attempt to start the service until it runs or is given up", "success",
				timings.start());
	}

	void gaveUp(ServiceSnapshot snapshot) {
		if (snapshot.timings().startedAt() != null) {
			record("started.time", "From the first attempt to start the service until it runs or is given up",
					"failure", Duration.between(snapshot.timings().startedAt(), snapshot.since()));
		}
	}

	void stopped(ServiceSnapshot.Timings timings, boolean success) {
		record("stopped.time", "From the beginning of the stop of a service that ran until it is at rest",
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
