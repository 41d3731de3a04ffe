// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.Conditions;
import io.managedservices.Demand;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceLookup;
import io.managedservices.ServiceRegistration;
import io.managedservices.event.EventRefusedException;
import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.engine.explain.Activities;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.ServiceNode.Membership;
import io.managedservices.internal.engine.lease.LeaseSettings;
import io.managedservices.internal.engine.listen.EventDispatcher;
import io.managedservices.internal.engine.operation.Operations;
import io.managedservices.internal.engine.report.Aggregate;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.engine.work.WorkDriver;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.engine.work.Works;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;

/**
 * Runs a graph of services. Any thread may call it: what changes something becomes a
 * command to the coordinator, what reads takes published snapshots, without waiting.
 *
 * @since 0.1.0
 */
public final class ServiceEngine implements ManagedServices {

	private final EventDispatcher events;

	private final Rooms rooms;

	private final Coordinator coordinator;

	private final ServiceAccess access;

	/**
	 * Create an engine. Nothing runs until it is started.
	 * @param graph the services
	 * @param settings the times and limits of all of them together
	 * @param backend time and threads
	 */
	public ServiceEngine(ServiceGraph graph, EngineSettings settings, Backend backend) {
		this(graph, settings, backend, null, null);
	}

	/**
	 * Create an engine for services that have work inside. Nothing runs until it is
	 * started.
	 * @param graph the services
	 * @param settings the times and limits of all of them together
	 * @param backend time and threads
	 * @param work drives the work inside services, for this engine alone; {@code null} if
	 * no service has any
	 */
	public ServiceEngine(ServiceGraph graph, EngineSettings settings, Backend backend, @Nullable WorkDriver work) {
		this(graph, settings, backend, work, null);
	}

	/**
	 * Create an engine that puts something around the methods of services. Nothing runs
	 * until it is started.
	 * @param graph the services
	 * @param settings the times and limits of all of them together
	 * @param backend time and threads
	 * @param work drives the work inside services, for this engine alone; {@code null} if
	 * no service has any
	 * @param surrounding what is put around the methods of services, {@code null} for
	 * nothing
	 */
	public ServiceEngine(ServiceGraph graph, EngineSettings settings, Backend backend, @Nullable WorkDriver work,
			@Nullable Surrounding surrounding) {
		this.events = new EventDispatcher(backend, settings.exposedEventBuffer());
		this.rooms = new Rooms(graph, settings, backend, this.events, work);
		this.coordinator = this.rooms.coordinator;
		this.coordinator.surround(surrounding);
		this.access = new ServiceAccess(this.rooms);
	}

	@Override
	public List<ServiceSnapshot> snapshots() {
		List<ServiceNode> nodes = this.coordinator.nodes();
		List<ServiceSnapshot> snapshots = new ArrayList<>(nodes.size());
		nodes.forEach((node) -> snapshots.add(node.snapshot()));
		return snapshots;
	}

	@Override
	public ServiceSnapshot snapshot(String name) {
		return node(name).snapshot();
	}

	@Override
	public List<ServiceSnapshot> blockers(String name) {
		return this.rooms.blockers.path(node(name));
	}

	@Override
	public Map<String, List<ServiceSnapshot>> blockers(int limit) {
		return this.rooms.blockers.paths(limit);
	}

	@Override
	public boolean isReady() {
		return this.rooms.aggregate.notReady().count() == 0;
	}

	@Override
	public boolean isHealthy() {
		return this.rooms.aggregate.notHealthy().count() == 0;
	}

	@Override
	public boolean isShuttingDown() {
		return this.rooms.run.isShuttingDown();
	}

	@Override
	public HealthSummary readiness() {
		return report(this.rooms.aggregate.notReady());
	}

	@Override
	public HealthSummary health() {
		return report(this.rooms.aggregate.notHealthy());
	}

	private HealthSummary report(Aggregate.Failing failing) {
		return new HealthSummary(failing.count() == 0, failing.count(), this.rooms.blockers.describe(failing.first()));
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning(String name) {
		return this.access.whenRunning(node(name));
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenStopped(String name) {
		return this.access.whenStopped(node(name));
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRegistered(String name) {
		return this.access.whenRegistered(name);
	}

	@Override
	public ServiceLookup lenient() {
		return new LenientLookup(this, this.coordinator);
	}

	/**
	 * The services that there are now.
	 * @return their graph
	 */
	public ServiceGraph graph() {
		return this.coordinator.graph();
	}

	/**
	 * Sets what makes services of registrations.
	 * @param reader reads them
	 */
	public void readRegistrations(Candidates.Reader reader) {
		this.rooms.reader = reader;
	}

	@Override
	public CompletableFuture<Void> register(ServiceRegistration... registrations) {
		return register(this.rooms.read(registrations));
	}

	/**
	 * Registers services that were declared somehow else.
	 * @param candidates the services
	 * @return completed as that of {@link #register(ServiceRegistration...)}
	 */
	public CompletableFuture<Void> register(Candidates candidates) {
		try {
			this.rooms.keepLeases(candidates);
		}
		catch (OperationRefusedException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return operate((future) -> this.rooms.registrations.register(candidates, Membership.NONE, future));
	}

	@Override
	public ServicePlan planRegister(ServiceRegistration... registrations) {
		return plan(this.rooms.read(registrations));
	}

	/**
	 * What registering services would do now.
	 * @param candidates the services
	 * @return the plan
	 */
	public ServicePlan plan(Candidates candidates) {
		return this.coordinator.ask(() -> this.rooms.registrations.plan(candidates));
	}

	@Override
	public CompletableFuture<Void> unregister(Dependents dependents, String... names) {
		return operate(
				(future) -> this.rooms.departures.unregister(nodes(names), dependents == Dependents.INCLUDE, future));
	}

	@Override
	public ServicePlan planUnregister(Dependents dependents, String... names) {
		return this.coordinator.ask(() -> this.rooms.departures.plan(nodes(names), dependents == Dependents.INCLUDE));
	}

	// What is refused was not done.
	private CompletableFuture<Void> operate(Consumer<CompletableFuture<Void>> operation) {
		try {
			return this.coordinator.ask(() -> {
				CompletableFuture<Void> future = new CompletableFuture<>();
				operation.accept(future);
				return future;
			});
		}
		catch (OperationRefusedException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public Demand demand(String name) {
		return new OpenDemand(this.rooms, this.access, node(name));
	}

	@Override
	public <T> T get(String name, Class<T> type, Duration timeout) throws InterruptedException {
		return this.access.get(node(name), type, timeout);
	}

	@Override
	public <T> T provided(String name, Class<T> type) {
		return this.access.provided(node(name), type);
	}

	@Override
	public <T> CompletableFuture<T> whenProvided(String name, Class<T> type) {
		return this.access.whenProvided(node(name), type);
	}

	@Override
	public <T> T awaitProvided(String name, Class<T> type, Duration timeout) throws InterruptedException {
		return this.access.awaitProvided(node(name), type, timeout);
	}

	@Override
	public CompletableFuture<Void> start() {
		return this.coordinator.request((future) -> this.rooms.run.start(future));
	}

	/**
	 * Prepares all services that may come to run, and starts none. Does nothing if they
	 * are started.
	 * @return completed when each is prepared; exceptionally with a
	 * {@link ServiceException} that names each required one that could not be
	 */
	public CompletableFuture<Void> prepare() {
		return this.coordinator.request((future) -> this.rooms.run.prepare(future));
	}

	@Override
	public CompletableFuture<Void> quiesce() {
		return this.coordinator.request((future) -> this.rooms.run.quiesce(future));
	}

	@Override
	public CompletableFuture<Void> stop() {
		return this.coordinator.request((future) -> {
			if (this.rooms.breakdown.hasFailed()) {
				this.rooms.breakdown.stop(future);
			}
			else {
				this.rooms.run.stop(future);
			}
		}, (failure, future) -> this.rooms.breakdown.stop(future));
	}

	/**
	 * Says that nobody will start the services any more, so that nobody waits in vain for
	 * one that does not run, or for what it provides. Those that run are left to
	 * {@link #stop()}.
	 */
	public void close() {
		this.coordinator.run(this.rooms.run::close);
	}

	/**
	 * Sets what is done when the engine itself fails, as a broken clock makes it.
	 * @param handler is given what was thrown, once, on a thread of the backend: closes
	 * the application, which stops the services. Without one they are stopped.
	 */
	public void onBreakdown(Consumer<Throwable> handler) {
		this.rooms.breakdown.onFailure(handler);
	}

	/**
	 * Takes what the calling thread is inside of as having left, for a thread that is
	 * about to stop all services and to wait for that: it would wait for itself, and be
	 * interrupted where it waits.
	 */
	public void releaseCaller() {
		this.rooms.works.releaseCaller();
		this.events.releaseCaller();
		UserCall.forEachOfCaller((call) -> {
			if (call instanceof Invocation invocation && invocation.isOf(this.coordinator)) {
				this.coordinator.run(() -> this.rooms.calls.release(invocation));
			}
		});
	}

	/**
	 * Takes what is inside {@link System#exit} as having left: it never comes back, and
	 * waits itself until the services have stopped.
	 */
	public void releaseExiting() {
		this.events.releaseExiting();
		this.coordinator.run(this.rooms.calls::releaseExiting);
	}

	/**
	 * Sets what is done when work was added inside a service, which {@link #activities()}
	 * may show from now on.
	 * @param action runs on the thread that has added it, often: does not wait
	 */
	public void onWorkAdded(Runnable action) {
		this.rooms.works.onAdded(action);
	}

	/**
	 * What goes on in services without anybody asking for more: they are being started or
	 * stopped, or have work that runs or will. A service that only waits to be called has
	 * nothing.
	 * @return one thing that goes on, such as {@code worker 'listener'}, by the name of
	 * the service
	 */
	public Map<String, String> activities() {
		return this.coordinator.ask(() -> Activities.of(this.coordinator.nodes()));
	}

	@Override
	public CompletableFuture<Void> perform(ServiceAction action, String... names) {
		Set<ServiceNode> nodes = nodes(names);
		return operate(action, nodes, (operations) -> {
			if (action == ServiceAction.FAIL) {
				return operations.fail(nodes, ServiceEngine::failure);
			}
			CompletableFuture<Void> future = new CompletableFuture<>();
			operations.perform(action, nodes, future);
			return future;
		});
	}

	private static ServiceException failure(ServiceNode node) {
		return new ServiceException(node.name(), "Service '%s' was made to fail by the operator".formatted(node.name()),
				null);
	}

	// The check and what it allows are one command: nothing comes in between.
	private CompletableFuture<Void> operate(ServiceAction action, Set<ServiceNode> nodes,
			Function<Operations, CompletableFuture<Void>> operation) {
		try {
			return this.coordinator.ask(() -> {
				this.rooms.operations.check(action, nodes);
				return operation.apply(this.rooms.operations);
			});
		}
		catch (OperationRefusedException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public CompletableFuture<Void> activate(Map<String, Activation> activations) {
		Map<ServiceNode, Activation> byNode = new LinkedHashMap<>();
		return operate((future) -> {
			activations.forEach((name, activation) -> byNode.put(node(name), activation));
			this.rooms.operations.activate(byNode, future);
		});
	}

	@Override
	public CompletableFuture<Void> fail(String name, Throwable cause) {
		ServiceNode node = node(name);
		return operate(ServiceAction.FAIL, Set.of(node),
				(operations) -> operations.fail(Set.of(node), (failing) -> cause));
	}

	@Override
	public ServicePlan plan(ServiceAction action, String... names) {
		return this.coordinator.ask(() -> this.rooms.operations.plan(action, nodes(names)));
	}

	@Override
	public Conditions conditions(String name) {
		return new OutsideConditions(this.coordinator, this.rooms.reporting, node(name).name());
	}

	@Override
	public List<String> neededBy(String name) {
		return this.coordinator.ask(() -> this.rooms.operations.neededBy(node(name)));
	}

	private Set<ServiceNode> nodes(String... names) {
		if (names.length == 0) {
			throw new IllegalArgumentException("At least one service has to be named");
		}
		Set<ServiceNode> nodes = new LinkedHashSet<>();
		for (String name : names) {
			nodes.add(node(name));
		}
		return nodes;
	}

	@Override
	public void sleep(String... names) {
		sleep(true, names);
	}

	@Override
	public void wake(String... names) {
		sleep(false, names);
	}

	private void sleep(boolean asleep, String... names) {
		if (names == null) {
			throw new IllegalArgumentException(
					"The names of services are required: found 'null', expected none for all");
		}
		List<ServiceNode> nodes = new ArrayList<>();
		if (names.length == 0) {
			nodes.addAll(this.coordinator.nodes());
		}
		else {
			nodes.addAll(nodes(names));
		}
		this.coordinator.run(() -> this.rooms.works.sleep(nodes, asleep));
	}

	/**
	 * Sets where leases are kept. Called before services are started.
	 * @param store gives the store, asked once if a service has a lease: here, or when
	 * one is registered
	 * @param settings the settings of all leases
	 */
	public void keepLeases(Supplier<@Nullable LeaseStore> store, LeaseSettings settings) {
		this.rooms.leases.keepIn(store, settings);
	}

	@Override
	public List<LeaseSnapshot> leases() {
		return this.rooms.leases.snapshots();
	}

	@Override
	public void holdOff(Duration duration, String... names) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("A lease is held off for a time: expected 0 or more, found " + duration);
		}
		Set<ServiceNode> nodes = nodes(names);
		boolean unused = this.coordinator.ask(() -> {
			this.rooms.leases.holdOff(nodes, duration);
			return true;
		});
	}

	@Override
	public void emit(String source, Object event) {
		ServiceNode node = node(source);
		Function<WorkOwner, List<Refusal>> injection = this.rooms.works.driver().injection(source, event);
		List<Refusal> refused = this.coordinator
			.ask(() -> injection.apply(this.rooms.works.of(this.coordinator.existing(node.name()))));
		if (!refused.isEmpty()) {
			throw new EventRefusedException(source, event, refused);
		}
	}

	@Override
	public void queueTask(String name, String task) {
		Works.task(node(name), task).queue();
	}

	@Override
	public WorkSnapshot work(String name) {
		return Works.snapshot(node(name));
	}

	@Override
	public WorkCounts workCounts(String name) {
		return Works.counts(node(name));
	}

	@Override
	public Workload workload() {
		return this.rooms.works.driver().workload();
	}

	@Override
	public void limitMicroTasks(int limit) {
		this.rooms.works.driver().limitMicroTasks(limit);
	}

	@Override
	public void addListener(LifecycleListener listener) {
		this.events.add(listener);
	}

	@Override
	public void removeListener(LifecycleListener listener) {
		this.events.remove(listener);
	}

	/**
	 * Waits until listeners have been told all that has happened so far. It is told to
	 * them later, and what they use may be about to go.
	 * @param limit how long at most: the log then names those that have not, with the
	 * number of events
	 * @return completed when they have, or the time is over
	 */
	public CompletableFuture<Void> whenTold(Duration limit) {
		return this.coordinator.ask(() -> this.events.whenTold(limit));
	}

	private ServiceNode node(String name) {
		return this.coordinator.existing(name);
	}

}
