// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;

import io.managedservices.ManagedServices;
import io.managedservices.internal.line.LineText;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.state.ServiceState;

/**
 * The meters of the leases by which services run: seven series for each, for as long as a
 * service runs by it. Used by one thread at a time, but for what registries ask.
 */
final class LeaseMeters {

	private static final String PREFIX = "managed.services.lease.";

	private final MeterRegistry registry;

	private final ManagedServices services;

	/** Leases by the names of the services that run by them. */
	private final Map<String, String> leases = new ConcurrentHashMap<>();

	LeaseMeters(MeterRegistry registry, ManagedServices services) {
		this.registry = registry;
		this.services = services;
	}

	/**
	 * A service has come.
	 * @param service its name
	 * @param lease the name of its lease
	 */
	void come(String service, String lease) {
		if (this.leases.containsKey(service)) {
			return;
		}
		boolean known = this.leases.containsValue(lease);
		this.leases.put(service, lease);
		if (!known) {
			register(lease);
		}
	}

	/**
	 * A service is gone.
	 * @param service its name
	 */
	void gone(String service) {
		String lease = this.leases.remove(service);
		if (lease != null && !this.leases.containsValue(lease)) {
			String tag = LineText.of(lease);
			this.registry.getMeters()
				.stream()
				.filter((meter) -> meter.getId().getName().startsWith(PREFIX)
						&& tag.equals(meter.getId().getTag("lease")))
				.forEach(this.registry::remove);
		}
	}

	private void register(String lease) {
		Tags tags = Tags.of(Tag.of("lease", LineText.of(lease)));
		Gauge.builder(PREFIX + "held", this.services, of(lease, (snapshot) -> snapshot.held() ? 1 : 0))
			.description("1 while this instance holds the lease, else 0")
			.tags(tags)
			.register(this.registry);
		Gauge.builder(PREFIX + "wanted", this, (meters) -> meters.isWanted(lease) ? 1 : 0)
			.description("1 while a service of this instance that runs by the lease runs or is to run, else 0")
			.tags(tags)
			.register(this.registry);
		count(lease, tags, "acquired", "How often this instance got the lease",
				(snapshot) -> snapshot.counts().acquired());
		count(lease, tags, "lost", "How often this instance lost the lease, or could not renew it in time",
				(snapshot) -> snapshot.counts().lost());
		count(lease, tags, "renewals", "How often the store has renewed the lease",
				(snapshot) -> snapshot.counts().renewals());
		count(lease, tags, "failures", "Requests to the store about the lease that have failed",
				(snapshot) -> snapshot.counts().failures());
		TimeGauge
			.builder(PREFIX + "renewal.last", this.services, TimeUnit.NANOSECONDS,
					of(lease, (snapshot) -> nanos(snapshot.counts())))
			.description("How long the last renewal of the lease took")
			.tags(tags)
			.register(this.registry);
	}

	private boolean isWanted(String lease) {
		return this.services.snapshots()
			.stream()
			.filter((service) -> lease.equals(this.leases.get(service.name())))
			.anyMatch((service) -> isWanted(service.state()));
	}

	// Not one that is idle, disabled, stopped by an operator, or done.
	private static boolean isWanted(ServiceState state) {
		return switch (state) {
			case WAITING, STANDBY, STARTING, BACKOFF, RUNNING -> true;
			case NEW, PREPARING, STOPPED, STOPPING, FAILED -> false;
		};
	}

	private void count(String lease, Tags tags, String what, String description,
			ToDoubleFunction<LeaseSnapshot> value) {
		FunctionCounter.builder(PREFIX + what, this.services, of(lease, value))
			.description(description)
			.tags(tags)
			.register(this.registry);
	}

	private static ToDoubleFunction<ManagedServices> of(String lease, ToDoubleFunction<LeaseSnapshot> value) {
		return (services) -> services.leases()
			.stream()
			.filter((snapshot) -> snapshot.name().equals(lease))
			.findFirst()
			.map(value::applyAsDouble)
			.orElse(0.0);
	}

	private static double nanos(LeaseSnapshot.Counts counts) {
		Duration last = counts.lastRenewal();
		return (last != null) ? last.toNanos() : Double.NaN;
	}

}
