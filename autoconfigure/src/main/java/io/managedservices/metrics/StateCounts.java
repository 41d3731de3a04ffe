// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.managedservices.state.ServiceState;

/**
 * How many services are in each state, kept up to date by single moves so that nothing is
 * scanned when a gauge is read. Safe for use by several threads.
 */
final class StateCounts {

	private final Map<ServiceState, Integer> counts = new ConcurrentHashMap<>();

	void register(MeterRegistry registry) {
		for (ServiceState state : ServiceState.values()) {
			Gauge.builder("managed.services.state", this.counts, (all) -> all.getOrDefault(state, 0))
				.description("How many services are in a state")
				.baseUnit("services")
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
	}

	/**
	 * A service is forgotten.
	 * @param state the state that it was in, if that is known
	 */
	void leave(@Nullable ServiceState state) {
		if (state != null) {
			this.counts.merge(state, -1, Integer::sum);
		}
	}

	void move(@Nullable ServiceState from, ServiceState to) {
		if (from != null) {
			this.counts.merge(from, -1, Integer::sum);
		}
		this.counts.merge(to, 1, Integer::sum);
	}

}
