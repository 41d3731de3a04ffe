// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleEvent.StateChanged;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Stage;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Services that are in the states that a test puts them in. Events are told at once, on
 * the thread that causes them.
 */
public final class ScriptedServices implements ManagedServices {

	private final Map<String, Integer> indexes = new LinkedHashMap<>();

	private final Map<Integer, ServiceSnapshot> snapshots = new ConcurrentSkipListMap<>();

	private final List<LifecycleListener> listeners = new CopyOnWriteArrayList<>();

	private final Map<String, ServiceMonitor> children = new ConcurrentHashMap<>();

	private final Map<String, LeaseSnapshot> leases = new ConcurrentSkipListMap<>();

	private final AtomicInteger listings = new AtomicInteger();

	private final Map<String, WorkSnapshot> works = new ConcurrentHashMap<>();

	private final Map<String, WorkCounts> counts = new ConcurrentHashMap<>();

	private volatile Workload workload = new Workload(2, 0, 0, 2, 0, Workload.Lines.NONE);

	private Runnable guard = () -> {
	};

	public ScriptedServices guard(Runnable guard) {
		this.guard = guard;
		return this;
	}

	public ScriptedServices child(String id, ServiceMonitor child) {
		this.children.put(id, child);
		return this;
	}

	@Override
	public Map<String, ServiceMonitor> children() {
		return this.children;
	}

	public ScriptedServices lease(LeaseSnapshot lease) {
		this.leases.put(lease.name(), lease);
		return this;
	}

	@Override
	public List<LeaseSnapshot> leases() {
		return List.copyOf(this.leases.values());
	}

	public ScriptedServices required(String name, String... dependsOn) {
		return add(new ServiceDescriptor(name, true, Activation.ENABLED, edges(name, dependsOn)));
	}

	public ScriptedServices optional(String name, String... dependsOn) {
		return add(new ServiceDescriptor(name, false, Activation.ENABLED, edges(name, dependsOn)));
	}

	public ScriptedServices add(ServiceDescriptor service) {
		int index = this.indexes.size();
		this.indexes.put(service.name(), index);
		this.snapshots.put(index, new ServiceSnapshot(service, new Stage(ServiceState.STOPPED, Instant.EPOCH, null),
				new Attempt(0, 4, null), new Vitals(false, true, null, null), new Timings(null, null, null)));
		return this;
	}

	private static List<ServiceDependency> edges(String name, String... dependsOn) {
		return Arrays.stream(dependsOn)
			.map((dependency) -> new ServiceDependency(dependency, Kind.REQUIRED, "dependsOn of '" + name + "'"))
			.toList();
	}

	public ScriptedServices move(String name, ServiceState state) {
		return move(name, state, null, null);
	}

	public ScriptedServices move(String name, ServiceState state, @Nullable StopReason reason,
			@Nullable Throwable failure) {
		ServiceSnapshot previous = find(name);
		update(new ServiceSnapshot(previous.service(),
				new Stage(state, Instant.EPOCH.plusSeconds(state.ordinal()), reason), previous.attempt(),
				new Vitals(state == ServiceState.RUNNING, state != ServiceState.FAILED, null, failure),
				previous.timings()));
		tell(new StateChanged(previous.state(), find(name), reason));
		return this;
	}

	public ScriptedServices moveAll(ServiceState state) {
		this.indexes.keySet().forEach((name) -> move(name, state));
		return this;
	}

	public ScriptedServices vitals(String name, Vitals vitals) {
		ServiceSnapshot service = find(name);
		return update(
				new ServiceSnapshot(service.service(), service.stage(), service.attempt(), vitals, service.timings()));
	}

	public ScriptedServices reports(String name, ServiceSnapshot.Reports reports) {
		ServiceSnapshot service = find(name);
		return update(new ServiceSnapshot(service.service(), service.stage(), service.attempt(), service.vitals(),
				service.timings(), reports));
	}

	public ScriptedServices attempt(String name, Attempt attempt) {
		ServiceSnapshot service = find(name);
		return update(
				new ServiceSnapshot(service.service(), service.stage(), attempt, service.vitals(), service.timings()));
	}

	public ScriptedServices timings(String name, Timings timings) {
		ServiceSnapshot service = find(name);
		return update(
				new ServiceSnapshot(service.service(), service.stage(), service.attempt(), service.vitals(), timings));
	}

	public ScriptedServices work(String name, WorkSnapshot work) {
		this.works.put(name, work);
		return this;
	}

	public ScriptedServices counts(String name, WorkCounts counts) {
		this.counts.put(name, counts);
		return this;
	}

	public ScriptedServices workload(Workload load) {
		this.workload = load;
		return this;
	}

	private ScriptedServices update(ServiceSnapshot service) {
		this.snapshots.put(this.indexes.get(service.name()), service);
		return this;
	}

	public void tell(LifecycleEvent event) {
		this.listeners.forEach((listener) -> listener.onEvent(event));
	}

	private ServiceSnapshot find(String name) {
		Integer index = this.indexes.get(name);
		if (index == null) {
			throw new ServiceException(name, "There is no service '" + name + "'.", null);
		}
		return this.snapshots.get(index);
	}

	/**
	 * How often all services were asked for.
	 */
	public int listings() {
		return this.listings.get();
	}

	@Override
	public List<ServiceSnapshot> snapshots() {
		this.listings.incrementAndGet();
		this.guard.run();
		return List.copyOf(this.snapshots.values());
	}

	@Override
	public ServiceSnapshot snapshot(String name) {
		this.guard.run();
		return find(name);
	}

	@Override
	public List<ServiceSnapshot> blockers(String name) {
		this.guard.run();
		List<ServiceSnapshot> blockers = new ArrayList<>();
		ServiceSnapshot blocker = blocker(find(name));
		while (blocker != null) {
			blockers.add(blocker);
			blocker = blocker(blocker);
		}
		return blockers;
	}

	@Override
	public Map<String, List<ServiceSnapshot>> blockers(int limit) {
		Map<String, List<ServiceSnapshot>> all = new LinkedHashMap<>();
		for (String name : this.indexes.keySet()) {
			List<ServiceSnapshot> path = blockers(name);
			if (path.size() > limit) {
				path.subList(limit - 1, path.size() - 1).clear();
			}
			if (!path.isEmpty()) {
				all.put(name, path);
			}
		}
		return all;
	}

	private @Nullable ServiceSnapshot blocker(ServiceSnapshot service) {
		if (service.state() == ServiceState.WAITING) {
			for (ServiceDependency dependency : service.service().dependencies()) {
				ServiceSnapshot blocker = find(dependency.name());
				if (blocker.state() != ServiceState.RUNNING) {
					return blocker;
				}
			}
		}
		return null;
	}

	@Override
	public boolean isReady() {
		return readiness().ok();
	}

	@Override
	public boolean isHealthy() {
		return health().ok();
	}

	@Override
	public boolean isShuttingDown() {
		return false;
	}

	@Override
	public HealthSummary readiness() {
		return report((service) -> !service.ready());
	}

	@Override
	public HealthSummary health() {
		return report((service) -> !service.healthy());
	}

	private HealthSummary report(Predicate<ServiceSnapshot> failing) {
		this.guard.run();
		List<ServiceSnapshot> failures = this.snapshots.values()
			.stream()
			.filter((service) -> service.service().required() && failing.test(service))
			.toList();
		Map<String, String> first = new LinkedHashMap<>();
		failures.stream()
			.limit(HealthSummary.MAX_FAILURES)
			.forEach((service) -> first.put(service.name(), service.state().toString()));
		return new HealthSummary(failures.isEmpty(), failures.size(), first);
	}

	@Override
	public void holdOff(Duration duration, String... names) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void sleep(String... names) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void wake(String... names) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void emit(String source, Object event) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Conditions conditions(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void queueTask(String name, String task) {
		throw new UnsupportedOperationException();
	}

	@Override
	public WorkSnapshot work(String name) {
		this.guard.run();
		return this.works.getOrDefault(find(name).name(), WorkSnapshot.NONE);
	}

	@Override
	public WorkCounts workCounts(String name) {
		this.guard.run();
		return this.counts.getOrDefault(find(name).name(), WorkCounts.NONE);
	}

	@Override
	public Workload workload() {
		this.guard.run();
		return this.workload;
	}

	@Override
	public void limitMicroTasks(int limit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void addListener(LifecycleListener listener) {
		this.guard.run();
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(LifecycleListener listener) {
		this.listeners.remove(listener);
	}

	public int listeners() {
		return this.listeners.size();
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRegistered(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ServiceLookup lenient() {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> register(ServiceRegistration... registrations) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ServicePlan planRegister(ServiceRegistration... registrations) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> unregister(Dependents dependents, String... names) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ServicePlan planUnregister(Dependents dependents, String... names) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Demand demand(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenStopped(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <T> T get(String name, Class<T> type, Duration timeout) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <T> T provided(String name, Class<T> type) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <T> CompletableFuture<T> whenProvided(String name, Class<T> type) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <T> T awaitProvided(String name, Class<T> type, Duration timeout) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> perform(ServiceAction action, String... names) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> activate(Map<String, Activation> activations) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> fail(String name, Throwable cause) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ServicePlan plan(ServiceAction action, String... names) {
		return new ServicePlan(List.of(), List.of());
	}

	@Override
	public List<String> neededBy(String name) {
		this.guard.run();
		return (find(name).activation() == Activation.ENABLED) ? List.of(name) : List.of();
	}

	@Override
	public CompletableFuture<Void> start() {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> quiesce() {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> stop() {
		throw new UnsupportedOperationException();
	}

}
