// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;

import io.managedservices.internal.declare.CallbackDecorator;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.text.NearestName;

/**
 * Faults of services that a test plans: as a bean, it stands before the methods of all
 * services of its context, whether they are annotated, registered or gates. Without a
 * planned fault it changes nothing. Safe for use by several threads. <pre class="code">
 * &#64;Bean
 * static ServiceFaults faults() {
 * 	return new ServiceFaults();
 * }
 * …
 * faults.service("database").failNow();
 * </pre>
 *
 * @since 0.1.0
 */
public final class ServiceFaults extends CallbackDecorator {

	private static final Log logger = LineLog.of(ServiceFaults.class);

	/** By name. Guards itself. */
	private final Map<String, FaultyService> services = new LinkedHashMap<>();

	/** Those that a test has asked for, by name. Guarded by the services. */
	private final Set<String> asked = new LinkedHashSet<>();

	private final LostLeases leases = new LostLeases();

	/**
	 * The faults of one service. They can be planned before the services are known, when
	 * the bean is made, and before the service is registered.
	 * @param name the name of the service
	 * @return its faults
	 * @see #heal()
	 */
	public FaultyService service(String name) {
		synchronized (this.services) {
			this.asked.add(name);
			return this.services.computeIfAbsent(name, this::create);
		}
	}

	private FaultyService create(String name) {
		return new FaultyService(name, () -> unknown(name));
	}

	/**
	 * Lets another instance hold a lease from now on, until {@link #heal()}: services
	 * that run by it here are stopped, and are on standby afterwards. Before they are
	 * started, they never come to run.
	 * @param lease the name of the lease
	 * @return this
	 * @throws IllegalStateException if services were started and none of them runs by a
	 * lease of that name
	 */
	public ServiceFaults loseLease(String lease) {
		if (!this.leases.lose(lease)) {
			throw new IllegalStateException(
					"Lease '%s' cannot be lost: expected the name of a lease by which a service of the context runs."
						.formatted(lease));
		}
		return this;
	}

	/**
	 * Ends all faults, planned ones too, and lets all that hangs go on: to be called
	 * after each test, if several tests use the context.
	 * @throws IllegalStateException if faults of a service were planned that never came;
	 * the message suggests the nearest one. All faults are ended nevertheless
	 */
	public void heal() {
		List<FaultyService> all;
		synchronized (this.services) {
			all = List.copyOf(this.services.values());
		}
		all.forEach(FaultyService::heal);
		this.leases.heal();
		String missed = missed();
		if (!missed.isEmpty()) {
			throw new IllegalStateException(missed);
		}
	}

	@Override
	protected void closed() {
		String missed = missed();
		if (!missed.isEmpty()) {
			logger.warn(missed);
		}
	}

	// Says so once.
	private String missed() {
		synchronized (this.services) {
			this.asked.removeIf((name) -> this.services.computeIfAbsent(name, this::create).exists());
			String message = this.asked.stream().map(this::unknown).collect(Collectors.joining(" "));
			this.asked.clear();
			return message;
		}
	}

	@Override
	protected ServiceCallbacks decorate(String service, ServiceCallbacks callbacks) {
		synchronized (this.services) {
			return this.services.computeIfAbsent(service, this::create).decorate(callbacks);
		}
	}

	@Override
	protected LeaseStore decorate(LeaseStore store) {
		return this.leases.before(store);
	}

	@Override
	protected void discovered(Consumer<GraphProblem> problems) {
		synchronized (this.services) {
			for (FaultyService service : this.services.values()) {
				service.discovered();
				String problem = service.exists() ? service.problem() : null;
				if (problem != null) {
					problems.accept(new GraphProblem(problem, "Change what the test plans in ServiceFaults."));
				}
			}
		}
	}

	private String unknown(String name) {
		List<String> known;
		synchronized (this.services) {
			known = this.services.values().stream().filter(FaultyService::exists).map(FaultyService::name).toList();
		}
		String nearest = NearestName.of(name, known);
		return "Faults of service '%s' were planned, and no service of that name was in the context.%s".formatted(name,
				(nearest != null) ? " Did you mean '" + nearest + "'?" : "");
	}

}
