// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.awaitility.Awaitility;

/**
 * The instances that are ready, as a load balancer learns it by asking each again and
 * again. Safe for use by several threads.
 */
final class ReadyPorts implements AutoCloseable {

	private static final Duration INTERVAL = Duration.ofMillis(100);

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final ScheduledExecutorService probes = Executors.newScheduledThreadPool(3);

	private final Map<Integer, Future<?>> asked = new ConcurrentHashMap<>();

	private final ConcurrentMap<Integer, Boolean> ready = new ConcurrentHashMap<>();

	Supplier<List<Integer>> addAll(Collection<ClusterInstance> instances) {
		instances.forEach((instance) -> add(instance.port()));
		return this::ports;
	}

	/**
	 * Adds an instance, and waits until it is ready.
	 * @param port where it listens
	 */
	void add(int port) {
		HttpProbe probe = new HttpProbe(port, "/actuator/health/readiness");
		this.asked.put(port, this.probes.scheduleWithFixedDelay(() -> this.ready.put(port, isReady(probe)), 0,
				INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
		Awaitility.await("ready").atMost(PATIENCE).until(() -> this.ready.getOrDefault(port, false));
	}

	private static boolean isReady(HttpProbe probe) {
		try {
			return probe.ask().status() == 200;
		}
		catch (IllegalStateException ex) {
			// It was asked while it closed.
			return false;
		}
	}

	void remove(int port) {
		Future<?> probe = this.asked.remove(port);
		if (probe != null) {
			probe.cancel(false);
		}
		this.ready.put(port, false);
	}

	List<Integer> ports() {
		return this.ready.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).sorted().toList();
	}

	@Override
	public void close() {
		this.probes.shutdownNow();
	}

}
