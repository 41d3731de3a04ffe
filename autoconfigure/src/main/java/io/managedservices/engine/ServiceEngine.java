package io.managedservices.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceEventListener;
import io.managedservices.ServiceException;
import io.managedservices.ServiceReport;
import io.managedservices.ServiceSnapshot;
import io.managedservices.ServiceState;
import io.managedservices.graph.EdgeList;
import io.managedservices.graph.ServiceGraph;

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

	/**
	 * Create an engine. Nothing runs until it is started.
	 * @param graph the services
	 * @param settings the times and limits of all of them together
	 * @param backend time and threads
	 */
	public ServiceEngine(ServiceGraph graph, EngineSettings settings, Backend backend) {
		this.graph = graph;
		this.events = new EventDispatcher(backend);
		this.coordinator = new Coordinator(graph, settings, backend, this.events);
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
		List<ServiceSnapshot> blockers = new ArrayList<>();
		ServiceNode blocker = blocker(node(name));
		while (blocker != null) {
			blockers.add(blocker.snapshot);
			blocker = blocker(blocker);
		}
		return blockers;
	}

	// The dependency that is furthest from running, for a service that waits for any.
	private @Nullable ServiceNode blocker(ServiceNode node) {
		ServiceState state = node.snapshot.state();
		boolean preparing = state == ServiceState.PREPARING;
		if (state != ServiceState.WAITING && !preparing) {
			return null;
		}
		ServiceNode worst = null;
		EdgeList dependencies = this.graph.dependencies();
		for (int edge = 0; edge < dependencies.count(node.index); edge++) {
			ServiceNode dependency = this.coordinator.node(dependencies.target(node.index, edge));
			if (keepsWaiting(dependency.snapshot.state(), preparing)
					&& (worst == null || severity(dependency) > severity(worst))) {
				worst = dependency;
			}
		}
		return (worst != null || preparing) ? worst : predecessor(node);
	}

	private static boolean keepsWaiting(ServiceState dependency, boolean preparing) {
		return preparing ? dependency == ServiceState.NEW || dependency == ServiceState.PREPARING
				|| dependency == ServiceState.FAILED : dependency != ServiceState.RUNNING;
	}

	private @Nullable ServiceNode predecessor(ServiceNode node) {
		EdgeList predecessors = this.graph.predecessors();
		for (int edge = 0; edge < predecessors.count(node.index); edge++) {
			ServiceNode predecessor = this.coordinator.node(predecessors.target(node.index, edge));
			ServiceState state = predecessor.snapshot.state();
			if (!state.isAtRest() || state == ServiceState.WAITING || state == ServiceState.BACKOFF) {
				return predecessor;
			}
		}
		return null;
	}

	private static int severity(ServiceNode node) {
		return switch (node.snapshot.state()) {
			case FAILED -> 5;
			case NEW, STOPPED -> 4;
			case BACKOFF -> 3;
			case WAITING -> 2;
			default -> 1;
		};
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
	public ServiceReport readiness() {
		return report(this.coordinator.aggregate().notReady());
	}

	@Override
	public ServiceReport health() {
		return report(this.coordinator.aggregate().notHealthy());
	}

	private ServiceReport report(Aggregate.Failing failing) {
		Map<String, String> failures = new LinkedHashMap<>();
		for (ServiceNode node : failing.first()) {
			failures.put(node.name(), describe(node));
		}
		return new ServiceReport(failing.count() == 0, failing.count(), failures);
	}

	private String describe(ServiceNode node) {
		ServiceSnapshot snapshot = node.snapshot;
		ServiceNode blocker = blocker(node);
		if (blocker != null) {
			return "%s for '%s' (%s)".formatted(snapshot.state(), blocker.name(), blocker.snapshot.state());
		}
		Throwable failure = snapshot.failure();
		return (failure != null) ? snapshot.state() + ": " + FailureText.of(failure) : snapshot.state().toString();
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning(String name) {
		ServiceNode node = node(name);
		CompletableFuture<ServiceSnapshot> future = new CompletableFuture<>();
		this.coordinator.submit((target) -> target.run().await(node, future));
		CompletableFuture<ServiceSnapshot> unused = future.whenComplete((snapshot, failure) -> {
			if (failure != null) {
				this.coordinator.submit((target) -> node.removeWaiter(future));
			}
		});
		return future;
	}

	@Override
	public <T> T get(String name, Class<T> type, Duration timeout) throws InterruptedException {
		ServiceNode node = node(name);
		T instance = node.instance(type);
		if (node.snapshot.state() == ServiceState.RUNNING) {
			return instance;
		}
		CompletableFuture<ServiceSnapshot> running = whenRunning(name);
		try {
			running.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
			return instance;
		}
		catch (TimeoutException ex) {
			throw new ServiceException(name,
					"Service '%s' does not run within %s: %s".formatted(name, timeout, describe(node)),
					node.snapshot.failure());
		}
		catch (ExecutionException ex) {
			throw new ServiceException(name, "Service '%s' does not run: %s".formatted(name, describe(node)),
					ex.getCause());
		}
		finally {
			running.cancel(false);
		}
	}

	@Override
	public CompletableFuture<Void> start() {
		CompletableFuture<Void> future = new CompletableFuture<>();
		this.coordinator.submit((target) -> target.run().start(future));
		return future;
	}

	@Override
	public CompletableFuture<Void> stop() {
		CompletableFuture<Void> future = new CompletableFuture<>();
		this.coordinator.submit((target) -> target.run().stop(future));
		return future;
	}

	@Override
	public void addListener(ServiceEventListener listener) {
		this.events.add(listener);
	}

	@Override
	public void removeListener(ServiceEventListener listener) {
		this.events.remove(listener);
	}

	private ServiceNode node(String name) {
		int index = this.graph.indexOf(name);
		if (index < 0) {
			String nearest = this.graph.nearestName(name);
			throw new ServiceException(name, "There is no service '%s'.%s".formatted(name,
					(nearest != null) ? " Did you mean '" + nearest + "'?" : ""), null);
		}
		return this.coordinator.node(index);
	}

}
