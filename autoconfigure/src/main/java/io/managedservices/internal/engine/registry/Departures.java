// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.await.PendingOperations;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.operation.Operations;
import io.managedservices.internal.engine.run.RunControl;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * Stops services and forgets them: those that somebody unregisters, and those that belong
 * to an incarnation that is over. Confined to the coordinator.
 */
public final class Departures implements Aspect.Moved, Aspect.Evaluated, Aspect.Handled, Aspect.ComeAndGo {

	private final Coordinator coordinator;

	private final RunControl run;

	private final PendingOperations pending;

	private final Operations operations;

	private final Consumer<String> forgotten;

	private final Facts<Departure> departures;

	/** Those whose services are all at rest. */
	private final List<Departure> ready = new ArrayList<>();

	/** The services that belong to each that has any. */
	private final Facts<Set<ServiceNode>> members;

	/**
	 * Create departures, of which there are none.
	 * @param coordinator the coordinator
	 * @param run starts and stops all services
	 * @param pending keeps what has not come about
	 * @param operations foretells what would stop
	 * @param forgotten is told the name of each service that is forgotten
	 */
	public Departures(Coordinator coordinator, RunControl run, PendingOperations pending, Operations operations,
			Consumer<String> forgotten) {
		this.coordinator = coordinator;
		this.run = run;
		this.pending = pending;
		this.operations = operations;
		this.forgotten = forgotten;
		this.departures = coordinator.facts();
		this.members = coordinator.facts();
		run.whenForcedDown(this::forcedDown);
	}

	/**
	 * Unregisters services.
	 * @param targets the services
	 * @param dependents whether those that depend on them are taken along
	 * @param future is completed when they are forgotten
	 * @throws OperationRefusedException if others depend on them: nothing was done
	 */
	public void unregister(Collection<ServiceNode> targets, boolean dependents, CompletableFuture<Void> future) {
		List<ServiceNode> all = all(targets, dependents);
		Set<CompletableFuture<Void>> awaited = new LinkedHashSet<>();
		all.stream().filter(ServiceNode::departing).forEach((node) -> awaited.add(departure(node).done()));
		List<ServiceNode> staying = all.stream().filter((node) -> !node.departing()).toList();
		if (!staying.isEmpty()) {
			awaited.add(depart(staying).done());
		}
		CompletableFuture<Void> unused = CompletableFuture.allOf(awaited.toArray(CompletableFuture<?>[]::new))
			.whenComplete((result, failure) -> this.coordinator.deliver(() -> complete(future, failure)));
	}

	private static void complete(CompletableFuture<Void> future, @Nullable Throwable failure) {
		Throwable cause = (failure != null && failure.getCause() != null) ? failure.getCause() : failure;
		if (cause != null) {
			future.completeExceptionally(cause);
		}
		else {
			future.complete(null);
		}
	}

	private Departure departure(ServiceNode node) {
		return Objects.requireNonNull(this.departures.of(node));
	}

	/**
	 * Foretells that services are unregistered.
	 * @param targets the services
	 * @param dependents whether those that depend on them are taken along
	 * @return what would stop, and be forgotten
	 * @throws OperationRefusedException if it is not possible now
	 */
	public ServicePlan plan(Collection<ServiceNode> targets, boolean dependents) {
		return this.operations.planRemoval(all(targets, dependents));
	}

	// What belongs to one of them goes with it anyhow.
	private List<ServiceNode> all(Collection<ServiceNode> targets, boolean dependents) {
		Set<ServiceNode> all = new LinkedHashSet<>(targets);
		Deque<ServiceNode> open = new ArrayDeque<>(all);
		EdgeList edges = this.coordinator.graph().dependents();
		for (ServiceNode node = open.poll(); node != null; node = open.poll()) {
			for (int edge = 0; edge < edges.count(node.index()); edge++) {
				ServiceNode dependent = this.coordinator.node(edges.target(node.index(), edge));
				if ((dependents || belongsTo(dependent, all)) && all.add(dependent)) {
					open.add(dependent);
				}
			}
		}
		List<ServiceNode> sorted = new ArrayList<>(all);
		sorted.sort(Comparator.comparingInt(ServiceNode::index));
		sorted.forEach((node) -> check(node, all));
		return sorted;
	}

	private static boolean belongsTo(ServiceNode node, Set<ServiceNode> owners) {
		for (ServiceNode owner = node.owner(); owner != null; owner = owner.owner()) {
			if (owners.contains(owner)) {
				return true;
			}
		}
		return false;
	}

	private void check(ServiceNode node, Set<ServiceNode> gone) {
		List<String> left = new ArrayList<>();
		EdgeList edges = this.coordinator.graph().dependents();
		for (int edge = 0; edge < edges.count(node.index()); edge++) {
			ServiceNode dependent = this.coordinator.node(edges.target(node.index(), edge));
			if (!gone.contains(dependent) && !dependent.departing()) {
				left.add("'" + dependent.name() + "'");
			}
		}
		if (!left.isEmpty()) {
			throw new OperationRefusedException(node.name(),
					"Service '%s' cannot be unregistered: expected that nothing depends on it, found %s. Unregister them before or together with it, or take them along: unregister(Dependents.INCLUDE, \"%s\")."
						.formatted(node.name(), left.stream().limit(20).collect(Collectors.joining(", ")),
								node.name()));
		}
	}

	private Departure depart(List<ServiceNode> nodes) {
		Departure departure = new Departure(nodes);
		for (ServiceNode node : nodes) {
			this.departures.put(node, departure);
			this.pending.cancel(node, "Service '%s' is being unregistered".formatted(node.name()));
			node.depart();
			if (!node.isActive()) {
				node.stopReason(node.unwantedReason());
				node.publishChange();
			}
		}
		this.run.intentions().changed(nodes);
		return departure;
	}

	@Override
	public void added(ServiceNode node) {
		ServiceNode owner = node.owner();
		if (owner != null) {
			this.members.of(owner, (any) -> new LinkedHashSet<>()).add(node);
		}
	}

	/**
	 * The services that belong to one.
	 * @param owner that one
	 * @return those that are not being unregistered
	 */
	public List<ServiceNode> membersOf(ServiceNode owner) {
		Set<ServiceNode> own = this.members.of(owner);
		return (own != null) ? own.stream().filter((node) -> !node.departing()).toList() : List.of();
	}

	/**
	 * Whether a service is not forgotten since others that go with it are not at rest, or
	 * it is about to be.
	 * @param node a service that is being unregistered
	 * @return whether it is waited for
	 */
	public boolean isAwaited(ServiceNode node) {
		return departure(node).isBusy() || this.ready.contains(departure(node));
	}

	// Its incarnation is over.
	@Override
	public void moved(ServiceNode node, ServiceState from) {
		boolean wasUp = from == ServiceState.STARTING || from == ServiceState.RUNNING;
		if (wasUp && !node.isUp() && node.hasSubServices()) {
			List<ServiceNode> own = new ArrayList<>(membersOf(node));
			if (!own.isEmpty()) {
				Departure unused = depart(all(own, false).stream().filter((each) -> !each.departing()).toList());
			}
		}
	}

	@Override
	public void evaluated(ServiceNode node) {
		Departure departure = node.departing() ? this.departures.of(node) : null;
		// One whose services have all come to rest stays so.
		if (departure != null && departure.evaluated(node)) {
			this.ready.add(departure);
		}
	}

	@Override
	public void handled() {
		if (!this.ready.isEmpty() && next() != null) {
			this.coordinator.run(this::forget);
		}
	}

	private void forget() {
		Departure next = next();
		while (next != null) {
			this.ready.remove(next);
			ServiceException failure = next.failure();
			this.coordinator.remove(next.nodes());
			next.complete(failure);
			next = next();
		}
	}

	private @Nullable Departure next() {
		return this.ready.stream().filter((departure) -> !isRequired(departure)).findFirst().orElse(null);
	}

	// Those that depend on it may be on their way, too, and go first.
	private boolean isRequired(Departure departure) {
		EdgeList edges = this.coordinator.graph().dependents();
		for (ServiceNode node : departure.nodes()) {
			for (int edge = 0; edge < edges.count(node.index()); edge++) {
				ServiceNode dependent = this.coordinator.node(edges.target(node.index(), edge));
				if (this.departures.of(dependent) != departure) {
					return true;
				}
			}
		}
		return false;
	}

	@Override
	public void removed(ServiceNode node) {
		ServiceNode owner = node.owner();
		Set<ServiceNode> siblings = (owner != null) ? this.members.of(owner) : null;
		if (siblings != null) {
			siblings.remove(node);
		}
		this.forgotten.accept(node.name());
	}

	// Nobody is forgotten any more.
	private void forcedDown() {
		Set<Departure> all = new LinkedHashSet<>();
		for (ServiceNode node : this.coordinator.nodes()) {
			if (node.departing()) {
				all.add(departure(node));
			}
		}
		all.forEach((departure) -> departure
			.complete(new ServiceException(null, "The engine of managed-services has failed", null)));
	}

}
