// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.state.ServiceState;

/**
 * Tells the neighbours of a service what has become of it, by counters: an event costs
 * the edges of its service, and never a scan. A neighbour whose counter comes to nought,
 * or leaves it, is looked at next. Confined to the coordinator.
 */
public final class Propagation {

	private List<ServiceNode> nodes = List.of();

	private ServiceGraph graph;

	private final Counters counters;

	private final Turn turn;

	/** Is told whose availability has changed, once its dependents are. */
	private final Consumer<ServiceNode> availability;

	/** Until it is known which of them are needed, the last one first. */
	private final Deque<ServiceNode> onDemand = new ArrayDeque<>();

	/** What is still to be refreshed, while that is done ahead. */
	private @Nullable Deque<ServiceNode> ahead;

	Propagation(ServiceGraph graph, Counters counters, Turn turn, Consumer<ServiceNode> availability) {
		this.graph = graph;
		this.counters = counters;
		this.turn = turn;
		this.availability = availability;
	}

	/**
	 * Other services are there now.
	 * @param roster all that are
	 */
	void changed(Roster roster) {
		this.graph = roster.graph();
		this.nodes = roster.nodes();
	}

	/**
	 * Counts for a service that comes to others what these are.
	 * @param node the service, after those that it depends on
	 * @param first the number of the first service that comes together with it
	 */
	void join(ServiceNode node, int first) {
		EdgeList dependencies = this.graph.dependencies();
		int index = node.index();
		for (int edge = 0; edge < dependencies.count(index); edge++) {
			ServiceNode dependency = this.nodes.get(dependencies.target(index, edge));
			this.counters.dependenciesNotRunning[index] += isThereFor(dependency, node) ? 0 : 1;
			this.counters.dependenciesOnStandby[index] += dependency.standby() ? 1 : 0;
			this.counters.dependenciesBlocked[index] += dependency.blocked() ? 1 : 0;
			// Those that are prepared and new have counted themselves off already.
			this.counters.dependenciesUnprepared[index] += (dependency.prepared() && dependency.index() < first) ? 0
					: 1;
		}
		EdgeList predecessors = this.graph.predecessors();
		for (int edge = 0; edge < predecessors.count(index); edge++) {
			boolean settled = this.nodes.get(predecessors.target(index, edge)).settled();
			this.counters.predecessorsUnsettled[index] += settled ? 0 : 1;
		}
		prepared(node);
	}

	private static boolean isThereFor(ServiceNode dependency, ServiceNode dependent) {
		return dependent.startsWithin(dependency) ? dependency.open() : dependency.available();
	}

	/**
	 * Sets the counters of a service as they are before anything runs, and before any
	 * service was looked at.
	 * @param node the service, after those that it depends on
	 */
	void initialize(ServiceNode node) {
		int dependencies = this.graph.dependencies().count(node.index());
		this.counters.dependenciesNotRunning[node.index()] = dependencies;
		// Those that are prepared have counted themselves off already.
		this.counters.dependenciesUnprepared[node.index()] += dependencies;
		this.counters.predecessorsUnsettled[node.index()] = this.graph.predecessors().count(node.index());
		prepared(node);
		if (node.isOnDemand()) {
			this.onDemand.push(node);
		}
		else {
			initializeDemand(node);
		}
	}

	/**
	 * Sets which services run on demand, once all have been initialized: what needs them
	 * may be such a service, too, and comes after them.
	 */
	void initializeOnDemand() {
		for (ServiceNode node = this.onDemand.poll(); node != null; node = this.onDemand.poll()) {
			initializeDemand(node);
		}
	}

	private void initializeDemand(ServiceNode node) {
		node.intended(node.isIntended());
		if (node.intended()) {
			addDemand(node);
		}
		node.lasting(node.isLasting());
		if (node.lasting()) {
			lastingChanged(node, (dependency) -> {
			});
		}
	}

	/**
	 * It has changed whether a service is intended to run, and not only asked for: its
	 * dependencies count that.
	 * @param node the service
	 * @param onDemand is given those of them that run on demand
	 */
	public void lastingChanged(ServiceNode node, Consumer<ServiceNode> onDemand) {
		EdgeList dependencies = this.graph.dependencies();
		int count = dependencies.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			ServiceNode dependency = this.nodes.get(dependencies.target(node.index(), edge));
			if (dependency == node.owner()) {
				continue;
			}
			dependency.countLasting(node.lasting());
			if (dependency.isOnDemand()) {
				onDemand.accept(dependency);
			}
		}
	}

	private void addDemand(ServiceNode node) {
		EdgeList dependencies = this.graph.dependencies();
		int count = dependencies.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			this.counters.demand[dependencies.target(node.index(), edge)]++;
		}
	}

	/**
	 * A service has come into another state.
	 * @param node the service
	 * @param from the state that it left
	 */
	void moved(ServiceNode node, ServiceState from) {
		if (node.isActive() != ServiceNode.isActive(from)) {
			tellDependencies(node);
		}
	}

	private void tellAvailable(ServiceNode node) {
		tellDependents(node, false, node.available());
		this.availability.accept(node);
	}

	// Those that start within it do not wait until it runs.
	private void tellDependents(ServiceNode node, boolean within, boolean there) {
		EdgeList dependents = this.graph.dependents();
		int count = dependents.count(node.index());
		boolean isAnyWithin = node.hasSubServices();
		for (int edge = 0; edge < count; edge++) {
			int dependent = dependents.target(node.index(), edge);
			if (!isAnyWithin || this.nodes.get(dependent).startsWithin(node) == within) {
				tellDependent(dependent, there);
			}
		}
	}

	private void tellDependent(int dependent, boolean there) {
		this.counters.dependenciesNotRunning[dependent] += (there ? -1 : 1);
		boolean first = this.counters.dependenciesNotRunning[dependent] == (there ? 0 : 1);
		if (first && this.nodes.get(dependent).wanted()) {
			this.turn.lookAt(this.nodes.get(dependent));
			if (this.ahead != null) {
				this.ahead.add(this.nodes.get(dependent));
			}
		}
	}

	private void tellDependencies(ServiceNode node) {
		boolean active = node.isActive();
		EdgeList dependencies = this.graph.dependencies();
		int count = dependencies.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			int dependency = dependencies.target(node.index(), edge);
			this.counters.dependentsActive[dependency] += (active ? 1 : -1);
			if (this.counters.dependentsActive[dependency] == 0 && isToStop(this.nodes.get(dependency))) {
				this.turn.lookAt(this.nodes.get(dependency));
			}
		}
	}

	// One whose start has failed is to run, and waits for what has started within it.
	private static boolean isToStop(ServiceNode node) {
		return !node.isToRun() || node.state() == ServiceState.STOPPING;
	}

	/**
	 * It has changed whether a service is intended to run: its dependencies count that.
	 * @param node the service
	 * @param onDemand is given those of them that run on demand
	 */
	public void intentionChanged(ServiceNode node, Consumer<ServiceNode> onDemand) {
		EdgeList dependencies = this.graph.dependencies();
		int count = dependencies.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			ServiceNode dependency = this.nodes.get(dependencies.target(node.index(), edge));
			if (dependency == node.owner()) {
				// It belongs to that one, and does not need it more than it is needed.
				continue;
			}
			this.counters.demand[dependency.index()] += (node.intended() ? 1 : -1);
			if (dependency.isOnDemand()) {
				onDemand.accept(dependency);
			}
		}
	}

	/**
	 * Derives from the counters of a service what its neighbours count, and tells them
	 * where that has changed.
	 * @param node the service
	 */
	void refresh(ServiceNode node) {
		boolean available = node.state() == ServiceState.RUNNING && node.isToRun();
		if (available != node.available()) {
			node.available(available);
			tellAvailable(node);
		}
		boolean open = node.isUp() && node.isToRun();
		if (open != node.open()) {
			node.open(open);
			if (node.hasSubServices()) {
				tellDependents(node, true, open);
			}
		}
		boolean failed = node.state() == ServiceState.FAILED && node.verdict() == Verdict.GIVE_UP;
		boolean blocked = failed || node.isDisabled() || node.held()
				|| this.counters.dependenciesBlocked[node.index()] > 0;
		if (blocked != node.blocked()) {
			node.blocked(blocked);
			tellBlocked(node);
		}
		boolean standby = node.state() == ServiceState.STANDBY;
		if (standby != node.standby()) {
			node.standby(standby);
			tellStandby(node);
		}
		boolean settled = blocked || standby || node.state() == ServiceState.RUNNING || !node.intended();
		if (settled != node.settled()) {
			node.settled(settled);
			tellSettled(node);
		}
		boolean leaving = node.state() == ServiceState.STOPPING || (node.isActive() && !node.isToRun());
		if (leaving != node.leaving()) {
			node.leaving(leaving);
			tellLeaving(node);
		}
	}

	/**
	 * Tells what has changed about services that one command is about, and about all that
	 * they block, before any of them is looked at: none is to start before another one
	 * that it comes after, because that one is looked at later.
	 * @param changed the services
	 */
	public void refreshAhead(Collection<ServiceNode> changed) {
		this.ahead = new ArrayDeque<>(changed);
		for (ServiceNode node = this.ahead.poll(); node != null; node = this.ahead.poll()) {
			refresh(node);
		}
		this.ahead = null;
	}

	/**
	 * Tells all predecessors which followers are about to stop, before any is looked at.
	 */
	public void refreshFollowers() {
		if (!this.graph.predecessors().isEmpty()) {
			for (ServiceNode node : this.nodes) {
				refresh(node);
			}
		}
	}

	private void tellBlocked(ServiceNode node) {
		EdgeList dependents = this.graph.dependents();
		int count = dependents.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			int dependent = dependents.target(node.index(), edge);
			this.counters.dependenciesBlocked[dependent] += (node.blocked() ? 1 : -1);
			if (this.counters.dependenciesBlocked[dependent] == (node.blocked() ? 1 : 0)) {
				this.turn.lookAt(this.nodes.get(dependent));
				if (this.ahead != null) {
					this.ahead.add(this.nodes.get(dependent));
				}
			}
		}
	}

	private void tellStandby(ServiceNode node) {
		EdgeList dependents = this.graph.dependents();
		int count = dependents.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			int dependent = dependents.target(node.index(), edge);
			this.counters.dependenciesOnStandby[dependent] += (node.standby() ? 1 : -1);
			if (this.nodes.get(dependent).wanted()) {
				this.turn.lookAt(this.nodes.get(dependent));
			}
		}
	}

	private void tellSettled(ServiceNode node) {
		EdgeList followers = this.graph.followers();
		int count = followers.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			int follower = followers.target(node.index(), edge);
			this.counters.predecessorsUnsettled[follower] += (node.settled() ? -1 : 1);
			if (this.counters.predecessorsUnsettled[follower] == 0) {
				this.turn.lookAt(this.nodes.get(follower));
			}
		}
	}

	private void tellLeaving(ServiceNode node) {
		EdgeList predecessors = this.graph.predecessors();
		int count = predecessors.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			int predecessor = predecessors.target(node.index(), edge);
			this.counters.followersLeaving[predecessor] += (node.leaving() ? 1 : -1);
			if (this.counters.followersLeaving[predecessor] == 0) {
				this.turn.lookAt(this.nodes.get(predecessor));
			}
		}
	}

	/**
	 * Passes on that a service is prepared, if it and all its dependencies are.
	 * @param node the service
	 */
	void prepared(ServiceNode node) {
		if (node.prepared() || !node.preparedItself() || this.counters.dependenciesUnprepared[node.index()] > 0) {
			return;
		}
		node.prepared(true);
		EdgeList dependents = this.graph.dependents();
		int count = dependents.count(node.index());
		for (int edge = 0; edge < count; edge++) {
			int dependent = dependents.target(node.index(), edge);
			this.counters.dependenciesUnprepared[dependent]--;
			if (this.counters.dependenciesUnprepared[dependent] == 0) {
				this.turn.lookAt(this.nodes.get(dependent));
			}
		}
	}

}
