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

import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.event.EventRefusedException;
import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.graph.ServiceGraph;
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

	private final ServiceGraph graph;

	private final EventDispatcher events;

	private final Coordinator coordinator;

	private final ServiceAccess access;

	/**
	 * Create an engine. Nothing runs until it is started.
	 * @param graph the services
	 * @param settings the times and limits of all of them together
	 * @param backend time and threads
	 */
	public ServiceEngine(ServiceGraph graph, EngineSettings settings, Backend backend) {
		this(graph, settings, backend, null);
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
		this.graph = graph;
		this.events = new EventDispatcher(backend, settings.exposedEventBuffer());
		this.coordinator = new Coordinator(graph, settings, backend, this.events, work);
		this.access = new ServiceAccess(this.coordinator);
	}

	@Override
	public List<ServiceSnapshot> snapshots() {
		List<ServiceSnapshot> snapshots = new ArrayList<>(this.graph.size());
		for (int index = 0; index < this.graph.size(); index++) {
			snapshots.add(this.coordinator.node(index).snapshot);
		}
		return snapshots;
	}

	@Override
	public ServiceSnapshot snapshot(String name) {
		return node(name).snapshot;
	}

	@Override
	public List<ServiceSnapshot> blockers(String name) {
		return this.coordinator.blockers().path(node(name));
	}

	@Override
	public Map<String, List<ServiceSnapshot>> blockers(int limit) {
		return this.coordinator.blockers().paths(limit);
	}

	@Override
	public boolean isReady() {
		return this.coordinator.aggregate().notReady().count() == 0;
	}

	@Override
	public boolean isHealthy() {
		return this.coordinator.aggregate().notHealthy().count() == 0;
	}

	@Override
	public HealthSummary readiness() {
		return report(this.coordinator.aggregate().notReady());
	}

	@Override
	public HealthSummary health() {
		return report(this.coordinator.aggregate().notHealthy());
	}

	private HealthSummary report(Aggregate.Failing failing) {
		return new HealthSummary(failing.count() == 0, failing.count(),
				this.coordinator.blockers().describe(failing.first()));
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning(String name) {
		return this.access.whenRunning(node(name));
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
		return this.coordinator.request((target, future) -> target.run().start(future));
	}

	@Override
	public CompletableFuture<Void> quiesce() {
		return this.coordinator.request((target, future) -> target.run().quiesce(future));
	}

	@Override
	public CompletableFuture<Void> stop() {
		return this.coordinator.stop();
	}

	/**
	 * Says that nobody will start the services any more, so that nobody waits in vain for
	 * one that does not run, or for what it provides. Those that run are left to
	 * {@link #stop()}.
	 */
	public void close() {
		this.coordinator.submit((target) -> target.run().close());
	}

	/**
	 * Sets what is done when the engine itself fails, as a broken clock makes it.
	 * @param handler is given what was thrown, once, on a thread of the backend: closes
	 * the application, which stops the services. Without one they are stopped.
	 */
	public void onBreakdown(Consumer<Throwable> handler) {
		this.coordinator.breakdown().onFailure(handler);
	}

	/**
	 * Takes what the calling thread is inside of as having left, for a thread that is
	 * about to stop all services and to wait for that: it would wait for itself, and be
	 * interrupted where it waits.
	 */
	public void releaseCaller() {
		this.coordinator.works().releaseCaller();
		this.events.releaseCaller();
		UserCall.forEachOfCaller((call) -> {
			if (call instanceof Invocation invocation && invocation.isOf(this.coordinator)) {
				this.coordinator.submit((target) -> target.driver().release(invocation));
			}
		});
	}

	/**
	 * Takes what is inside {@link System#exit} as having left: it never comes back, and
	 * waits itself until the services have stopped.
	 */
	public void releaseExiting() {
		this.events.releaseExiting();
		this.coordinator.submit(Coordinator::releaseExiting);
	}

	/**
	 * What goes on in services without anybody asking for more: they are being started or
	 * stopped, or have work that runs or will. A service that only waits to be called has
	 * nothing.
	 * @return one thing that goes on, such as {@code worker 'listener'}, by the name of
	 * the service
	 */
	public Map<String, String> activities() {
		return this.coordinator.ask(Coordinator::activities);
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
			return this.coordinator.ask((target) -> {
				target.operations().check(action, nodes);
				return operation.apply(target.operations());
			});
		}
		catch (OperationRefusedException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public CompletableFuture<Void> activate(Map<String, Activation> activations) {
		Map<ServiceNode, Activation> byNode = new LinkedHashMap<>();
		activations.forEach((name, activation) -> byNode.put(node(name), activation));
		return this.coordinator.request((target, future) -> target.operations().activate(byNode, future));
	}

	@Override
	public CompletableFuture<Void> fail(String name, Throwable cause) {
		ServiceNode node = node(name);
		return operate(ServiceAction.FAIL, Set.of(node),
				(operations) -> operations.fail(Set.of(node), (failing) -> cause));
	}

	@Override
	public ServicePlan plan(ServiceAction action, String... names) {
		Set<ServiceNode> nodes = nodes(names);
		return this.coordinator.ask((target) -> {
			target.operations().check(action, nodes);
			return target.plans().of(action, nodes, target.run().isUp());
		});
	}

	@Override
	public List<String> neededBy(String name) {
		ServiceNode node = node(name);
		return this.coordinator.ask((target) -> target.plans().neededBy(node));
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
			for (int index = 0; index < this.graph.size(); index++) {
				nodes.add(this.coordinator.node(index));
			}
		}
		else {
			nodes.addAll(nodes(names));
		}
		this.coordinator.submit((target) -> target.works().sleep(nodes, asleep));
	}

	@Override
	public void emit(String source, Object event) {
		ServiceNode node = node(source);
		Function<WorkOwner, List<Refusal>> injection = this.coordinator.works().driver().injection(source, event);
		List<Refusal> refused = this.coordinator.ask((target) -> injection.apply(target.works().of(node)));
		if (!refused.isEmpty()) {
			throw new EventRefusedException(source, event, refused);
		}
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
		return this.coordinator.works().driver().workload();
	}

	@Override
	public void limitMicroTasks(int limit) {
		this.coordinator.works().driver().limitMicroTasks(limit);
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
		return this.coordinator.ask((target) -> this.events.whenTold(limit));
	}

	private ServiceNode node(String name) {
		return this.coordinator.existing(name);
	}

}
