// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.state.ServiceState;

/**
 * Tells the neighbours of a service what has become of it, by counters: an event costs
 * the edges of its service, and never a scan. A neighbour whose counter comes to nought,
 * or leaves it, is looked at next. Confined to the coordinator.
 */
final class Propagation {

	private final ServiceNode[] nodes;

	private final Counters counters;

	private final ServiceGraph graph;

	private final Turn turn;

	private final Episodes episodes;

	/** Until it is known which of them are needed, the last one first. */
	private final Deque<ServiceNode> onDemand = new ArrayDeque<>();

	/** What is still to be refreshed, while that is done ahead. */
	private @Nullable Deque<ServiceNode> ahead;

	Propagation(ServiceGraph graph, ServiceNode[] nodes, Counters counters, Turn turn, Episodes episodes) {
		this.episodes = episodes;
		this.counters = counters;
		this.graph = graph;
		this.nodes = nodes;
		this.turn = turn;
	}

	/**
	 * Sets the counters of a service as they are before anything runs, and before any
	 * service was looked at.
	 * @param node the service, after those that it depends on
	 */
	void initialize(ServiceNode node) {
		int dependencies = this.graph.dependencies().count(node.index);
		this.counters.dependenciesNotRunning[node.index] = dependencies;
		// Those that are prepared have counted themselves off already.
		this.counters.dependenciesUnprepared[node.index] += dependencies;
		this.counters.predecessorsUnsettled[node.index] = this.graph.predecessors().count(node.index);
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
		node.intended = node.isIntended();
		if (node.intended) {
			addDemand(node);
		}
	}

	private void addDemand(ServiceNode node) {
		EdgeList dependencies = this.graph.dependencies();
		int count = dependencies.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			this.counters.demand[dependencies.target(node.index, edge)]++;
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
		boolean available = node.available;
		EdgeList dependents = this.graph.dependents();
		int count = dependents.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			int dependent = dependents.target(node.index, edge);
			this.counters.dependenciesNotRunning[dependent] += (available ? -1 : 1);
			boolean first = this.counters.dependenciesNotRunning[dependent] == (available ? 0 : 1);
			if (first && this.nodes[dependent].wanted) {
				this.turn.lookAt(this.nodes[dependent]);
				if (this.ahead != null) {
					this.ahead.add(this.nodes[dependent]);
				}
			}
			if (!available && node.episode != null && this.nodes[dependent].isActive()) {
				this.episodes.takenDown(this.nodes[dependent], node);
			}
		}
		tellFollowers(node);
	}

	private void tellFollowers(ServiceNode node) {
		EdgeList followers = this.graph.followers();
		int count = followers.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			ServiceNode follower = this.nodes[followers.target(node.index, edge)];
			if (follower.notices != null && follower.state == ServiceState.RUNNING) {
				follower.notices.add(node);
				this.turn.lookAt(follower);
			}
		}
	}

	private void tellDependencies(ServiceNode node) {
		boolean active = node.isActive();
		EdgeList dependencies = this.graph.dependencies();
		int count = dependencies.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			int dependency = dependencies.target(node.index, edge);
			this.counters.dependentsActive[dependency] += (active ? 1 : -1);
			if (this.counters.dependentsActive[dependency] == 0 && !this.nodes[dependency].isToRun()) {
				this.turn.lookAt(this.nodes[dependency]);
			}
		}
	}

	/**
	 * Notes which predecessors of a service run.
	 * @param node a service that has come to run
	 * @param notices where they are noted
	 */
	void notePredecessors(ServiceNode node, Notices notices) {
		notices.clear();
		EdgeList predecessors = this.graph.predecessors();
		int count = predecessors.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			ServiceNode predecessor = this.nodes[predecessors.target(node.index, edge)];
			if (predecessor.available) {
				notices.add(predecessor);
			}
		}
	}

	/**
	 * Derives from the counters of a service what its neighbours count, and tells them
	 * where that has changed.
	 * @param node the service
	 */
	void refresh(ServiceNode node) {
		boolean available = node.state == ServiceState.RUNNING && node.isToRun();
		if (available != node.available) {
			node.available = available;
			tellAvailable(node);
		}
		boolean failed = node.state == ServiceState.FAILED && node.verdict == Verdict.GIVE_UP;
		boolean blocked = failed || node.isDisabled() || node.held || this.counters.dependenciesBlocked[node.index] > 0;
		if (blocked != node.blocked) {
			node.blocked = blocked;
			tellBlocked(node);
		}
		boolean settled = blocked || node.state == ServiceState.RUNNING || !node.intended;
		if (settled != node.settled) {
			node.settled = settled;
			tellSettled(node);
		}
		boolean leaving = node.state == ServiceState.STOPPING || (node.isActive() && !node.isToRun());
		if (leaving != node.leaving) {
			node.leaving = leaving;
			tellLeaving(node);
		}
	}

	/**
	 * Tells what has changed about services that one command is about, and about all that
	 * they block, before any of them is looked at: none is to start before another one
	 * that it comes after, because that one is looked at later.
	 * @param changed the services
	 */
	void refreshAhead(Collection<ServiceNode> changed) {
		this.ahead = new ArrayDeque<>(changed);
		for (ServiceNode node = this.ahead.poll(); node != null; node = this.ahead.poll()) {
			refresh(node);
		}
		this.ahead = null;
	}

	/**
	 * Tells all predecessors which followers are about to stop, before any is looked at.
	 */
	void refreshFollowers() {
		if (!this.graph.predecessors().isEmpty()) {
			for (ServiceNode node : this.nodes) {
				refresh(node);
			}
		}
	}

	private void tellBlocked(ServiceNode node) {
		EdgeList dependents = this.graph.dependents();
		int count = dependents.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			int dependent = dependents.target(node.index, edge);
			this.counters.dependenciesBlocked[dependent] += (node.blocked ? 1 : -1);
			if (this.counters.dependenciesBlocked[dependent] == (node.blocked ? 1 : 0)) {
				this.turn.lookAt(this.nodes[dependent]);
				if (this.ahead != null) {
					this.ahead.add(this.nodes[dependent]);
				}
			}
		}
	}

	private void tellSettled(ServiceNode node) {
		EdgeList followers = this.graph.followers();
		int count = followers.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			int follower = followers.target(node.index, edge);
			this.counters.predecessorsUnsettled[follower] += (node.settled ? -1 : 1);
			if (this.counters.predecessorsUnsettled[follower] == 0) {
				this.turn.lookAt(this.nodes[follower]);
			}
		}
	}

	private void tellLeaving(ServiceNode node) {
		EdgeList predecessors = this.graph.predecessors();
		int count = predecessors.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			int predecessor = predecessors.target(node.index, edge);
			this.counters.followersLeaving[predecessor] += (node.leaving ? 1 : -1);
			if (this.counters.followersLeaving[predecessor] == 0) {
				this.turn.lookAt(this.nodes[predecessor]);
			}
		}
	}

	/**
	 * Passes on that a service is prepared, if it and all its dependencies are.
	 * @param node the service
	 */
	void prepared(ServiceNode node) {
		if (node.prepared || !node.preparedItself || this.counters.dependenciesUnprepared[node.index] > 0) {
			return;
		}
		node.prepared = true;
		EdgeList dependents = this.graph.dependents();
		int count = dependents.count(node.index);
		for (int edge = 0; edge < count; edge++) {
			int dependent = dependents.target(node.index, edge);
			this.counters.dependenciesUnprepared[dependent]--;
			if (this.counters.dependenciesUnprepared[dependent] == 0) {
				this.turn.lookAt(this.nodes[dependent]);
			}
		}
	}

}
