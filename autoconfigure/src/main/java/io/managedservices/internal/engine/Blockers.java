// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * Finds why a service does not run. Reads published snapshots only, so that any thread
 * may use it.
 */
final class Blockers {

	private final ServiceGraph graph;

	private final ServiceNode[] nodes;

	private final PrepareBarrier barrier;

	Blockers(ServiceGraph graph, ServiceNode[] nodes, PrepareBarrier barrier) {
		this.graph = graph;
		this.barrier = barrier;
		this.nodes = nodes;
	}

	/**
	 * The way to the root cause.
	 * @param node a service
	 * @return what it waits for, what that waits for, and so on
	 */
	List<ServiceSnapshot> path(ServiceNode node) {
		List<ServiceSnapshot> path = new ArrayList<>();
		ServiceNode end = node;
		ServiceNode blocker = of(node);
		while (blocker != null) {
			path.add(blocker.snapshot);
			end = blocker;
			blocker = of(blocker);
		}
		ServiceNode prepared = prepared(end);
		if (prepared != null) {
			path.add(prepared.snapshot);
		}
		return path;
	}

	/**
	 * The ways of all services in one pass: what a service waits for has a lower index,
	 * so that its root cause is known already.
	 * @param limit how many services of a way are told at most, the root cause among them
	 * @return the ways by the names of services, without those that have none
	 */
	Map<String, List<ServiceSnapshot>> paths(int limit) {
		int[] next = new int[this.nodes.length];
		int[] roots = new int[this.nodes.length];
		Map<String, List<ServiceSnapshot>> paths = new LinkedHashMap<>();
		for (ServiceNode node : this.nodes) {
			ServiceNode blocker = of(node);
			ServiceNode first = (blocker != null) ? blocker : prepared(node);
			next[node.index] = (first != null) ? first.index : -1;
			roots[node.index] = (first != null) ? first.index : node.index;
			if (blocker != null) {
				roots[node.index] = roots[blocker.index];
			}
			if (first != null) {
				paths.put(node.name(), shortened(node.index, next, roots[node.index], limit));
			}
		}
		return paths;
	}

	private List<ServiceSnapshot> shortened(int index, int[] next, int root, int limit) {
		List<ServiceSnapshot> path = new ArrayList<>();
		for (int step = next[index]; step != root && path.size() < limit - 1; step = next[step]) {
			path.add(this.nodes[step].snapshot);
		}
		path.add(this.nodes[root].snapshot);
		return path;
	}

	// The dependency that is furthest from running, for a service that waits for any.
	private @Nullable ServiceNode of(ServiceNode node) {
		ServiceState state = node.snapshot.state();
		boolean preparing = state == ServiceState.PREPARING;
		if (state != ServiceState.WAITING && !preparing) {
			return null;
		}
		ServiceNode worst = null;
		EdgeList dependencies = this.graph.dependencies();
		for (int edge = 0; edge < dependencies.count(node.index); edge++) {
			ServiceNode dependency = this.nodes[dependencies.target(node.index, edge)];
			if (keepsWaiting(dependency.snapshot.state(), preparing)
					&& (worst == null || severity(dependency) > severity(worst))) {
				worst = dependency;
			}
		}
		return (worst != null || preparing) ? worst : predecessor(node);
	}

	// All wait for those that are being prepared. Nothing is followed from there: it has
	// any index, and may have gone on meanwhile.
	private @Nullable ServiceNode prepared(ServiceNode node) {
		ServiceNode first = this.barrier.held().first();
		boolean waits = node.snapshot.state() == ServiceState.WAITING;
		return (waits && first != null && first.snapshot.state() == ServiceState.PREPARING) ? first : null;
	}

	private static boolean keepsWaiting(ServiceState dependency, boolean preparing) {
		return preparing ? dependency == ServiceState.NEW || dependency == ServiceState.PREPARING
				|| dependency == ServiceState.FAILED : dependency != ServiceState.RUNNING;
	}

	private @Nullable ServiceNode predecessor(ServiceNode node) {
		EdgeList predecessors = this.graph.predecessors();
		for (int edge = 0; edge < predecessors.count(node.index); edge++) {
			ServiceNode predecessor = this.nodes[predecessors.target(node.index, edge)];
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

	/**
	 * Tells in a few words why services do not run.
	 * @param services the services
	 * @return by their names the state of each, and what it waits for or failed with
	 */
	Map<String, String> describe(Collection<ServiceNode> services) {
		RootCauses causes = new RootCauses(this::of);
		Map<String, String> descriptions = new LinkedHashMap<>();
		services.forEach((node) -> descriptions.put(node.name(), describe(node, causes.of(node))));
		return descriptions;
	}

	/**
	 * Tells in a few words why a service does not run.
	 * @param node the service
	 * @return its state, and what it waits for or failed with
	 */
	String describe(ServiceNode node) {
		return describe(node, new RootCauses(this::of).of(node));
	}

	private String describe(ServiceNode node, ServiceNode end) {
		ServiceNode prepared = prepared(end);
		ServiceSnapshot snapshot = node.snapshot;
		ServiceSnapshot root = (prepared != null) ? prepared.snapshot : end.snapshot;
		return (end == node && prepared == null) ? withReason(snapshot) : "%s for '%s'%s (%s)"
			.formatted(snapshot.state(), root.name(), others(snapshot, root), withReason(root));
	}

	private String others(ServiceSnapshot service, ServiceSnapshot root) {
		int others = this.barrier.held().count() - 1;
		boolean preparing = service.state() == ServiceState.WAITING && root.state() == ServiceState.PREPARING;
		return (preparing && others > 0) ? " and %d more".formatted(others) : "";
	}

	private static String withReason(ServiceSnapshot service) {
		String reason = service.reason();
		return (reason != null) ? service.state() + ": " + reason : service.state().toString();
	}

}
