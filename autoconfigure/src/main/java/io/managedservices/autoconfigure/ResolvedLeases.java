// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.autoconfigure.ManagedServicesProperties.Lease;
import io.managedservices.autoconfigure.ManagedServicesProperties.OwnLease;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.declare.CallbackDecorator;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.engine.lease.LeaseSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.LeaseStoreKind;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.internal.lease.MemoryLeaseStore;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.text.NearestName;
import io.managedservices.internal.text.SettingKey;

/**
 * The properties of leases as the engine takes them. Immutable.
 *
 * @param settings the times of the leases
 * @param kind where they are kept
 */
record ResolvedLeases(LeaseSettings settings, LeaseStoreKind kind) {

	private static final Log logger = LineLog.of(ResolvedLeases.class);

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration SHORTEST_POLL = Duration.ofMillis(10);

	static ResolvedLeases of(Lease lease, Map<String, OwnLease> own, List<GraphProblem> problems) {
		LeaseTimes times = times("managed-services.lease", lease.duration(), lease.renew(), problems);
		Map<String, LeaseTimes> byName = new HashMap<>();
		own.forEach((name,
				each) -> byName.put(name, times(SettingKey.of("leases", name),
						(each.duration() != null) ? each.duration() : times.duration(),
						(each.renew() != null || each.duration() != null) ? each.renew() : lease.renew(), problems)));
		checkAtLeast("managed-services.lease.poll", SHORTEST_POLL, lease.poll(), problems);
		return new ResolvedLeases(new LeaseSettings(times, byName, lease.poll(), lease.countStoreOutage()),
				lease.store());
	}

	private static LeaseTimes times(String property, Duration duration, @Nullable Duration renew,
			List<GraphProblem> problems) {
		if (!checkAtLeast(property + ".duration", SHORTEST, duration, problems)) {
			return LeaseTimes.DEFAULTS;
		}
		if (renew == null) {
			return LeaseTimes.of(duration);
		}
		if (renew.isNegative() || renew.isZero() || renew.compareTo(duration.minus(renew)) >= 0) {
			problems.add(new GraphProblem(
					"%s.renew is invalid: expected a duration above 0 and less than half of %s, which is %s, found %s."
						.formatted(property, property + ".duration", duration, renew),
					"Lower %s.renew, or remove it: a third of the duration is the default.".formatted(property)));
			return LeaseTimes.of(duration);
		}
		return new LeaseTimes(duration, renew);
	}

	private static boolean checkAtLeast(String property, Duration least, Duration value, List<GraphProblem> problems) {
		boolean valid = value.compareTo(least) >= 0 && ResolvedProperties.isInRange(value);
		if (!valid) {
			problems
				.add(new GraphProblem("%s is invalid: expected a duration of %s or more, and up to 36500d, found %s."
					.formatted(property, least, value), "Correct %s.".formatted(property)));
		}
		return valid;
	}

	/**
	 * Where the leases are kept.
	 * @param backend the clocks of what is kept in memory
	 * @param beanFactory has the store, if there is one, and what is put before it
	 * @return gives the store when a service has a lease, or {@code null} if there is
	 * none
	 */
	Supplier<@Nullable LeaseStore> store(Backend backend, ConfigurableListableBeanFactory beanFactory) {
		return () -> {
			LeaseStore store = (this.kind == LeaseStoreKind.MEMORY) ? inMemory(backend)
					: beanFactory.getBeanProvider(LeaseStore.class).getIfAvailable();
			return (store != null) ? CallbackDecorator
				.decorate(LocalBeans.ordered(beanFactory, CallbackDecorator.class, (beanName) -> {
				}).values(), store) : null;
		};
	}

	private static LeaseStore inMemory(Backend backend) {
		logger.warn("Leases are kept in memory, and each instance takes itself for the only one: "
				+ "managed-services.lease.store is 'memory', which is meant for development and tests");
		return new MemoryLeaseStore(backend::monotonicTime, backend::instant);
	}

	/**
	 * Warns of leases that are configured and that no service runs by.
	 * @param graph the services
	 */
	void check(ServiceGraph graph) {
		if (this.settings.own().isEmpty()) {
			return;
		}
		Set<String> known = new LinkedHashSet<>();
		for (int node = 0; node < graph.size(); node++) {
			String lease = graph.definition(node).descriptor().lease();
			if (lease != null) {
				known.add(lease);
			}
		}
		this.settings.own().keySet().stream().filter((name) -> !known.contains(name)).sorted().forEach((name) -> {
			String nearest = NearestName.of(name, known);
			logger.warn(
					"%s configures lease '%s', and no service runs by a lease of that name: it has no effect, unless a task has it or such a service is registered later.%s"
						.formatted(SettingKey.of("leases", name), name,
								(nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
		});
	}

}
