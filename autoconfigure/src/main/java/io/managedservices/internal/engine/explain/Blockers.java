// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.explain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.PrepareBarrier;
import io.managedservices.internal.engine.kernel.Roster;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * Finds why a service does not run. Reads published snapshots only, so that any thread
 * may use it.
 */
public final class Blockers {

	private final Coordinator coordinator;

	private final PrepareBarrier barrier;

	/**
	 * Create blockers.
	 * @param coordinator the coordinator
	 */
	public Blockers(Coordinator coordinator) {
		this.coordinator = coordinator;
		this.barrier = coordinator.barrier();
	}

	/**
	 * The way to the root cause.
	 * @param node a service
	 * @return what it waits for, what that waits for, and so on
	 */
	public List<ServiceSnapshot> path(ServiceNode node) {
		Roster roster = this.coordinator.roster();
		List<ServiceSnapshot> path = new ArrayList<>();
		ServiceNode end = node;
		int blocker = of(roster, roster.indexOf(node));
		while (blocker >= 0) {
			end = roster.node(blocker);
			path.add(end.snapshot());
			blocker = of(roster, blocker);
		}
		ServiceNode prepared = prepared(end);
		if (prepared != null) {
			path.add(prepared.snapshot());
		}
		return path;
	}

	/**
	 * The ways of all services in one pass: what a service waits for has a lower index,
	 * so that its root cause is known already.
	 * @param limit how many services of a way are told at most, the root cause among them
	 * @return the ways by the names of services, without those that have none
	 */
	public Map<String, List<ServiceSnapshot>> paths(int limit) {
		Roster roster = this.coordinator.roster();
		int[] next = new int[roster.size()];
		int[] roots = new int[roster.size()];
		Map<String, List<ServiceSnapshot>> paths = new LinkedHashMap<>();
		for (int index = 0; index < roster.size(); index++) {
			ServiceNode node = roster.node(index);
			int blocker = of(roster, index);
			ServiceNode prepared = (blocker < 0) ? prepared(node) : null;
			int first = (prepared != null) ? roster.indexOf(prepared) : blocker;
			next[index] = first;
			roots[index] = (first >= 0) ? first : index;
			if (blocker >= 0) {
				roots[index] = roots[blocker];
			}
			if (first >= 0) {
				paths.put(node.name(), shortened(roster, index, next, roots[index], limit));
			}
		}
		return paths;
	}

	private static List<ServiceSnapshot> shortened(Roster roster, int index, int[] next, int root, int limit) {
		List<ServiceSnapshot> path = new ArrayList<>();
		for (int step = next[index]; step != root && path.size() < limit - 1; step = next[step]) {
			path.add(roster.node(step).snapshot());
		}
		path.add(roster.node(root).snapshot());
		return path;
	}

	// The dependency that is furthest from running, for a service that waits for any.
	private static int of(Roster roster, int index) {
		ServiceState state = (index >= 0) ? roster.node(index).snapshot().state() : ServiceState.STOPPED;
		boolean preparing = state == ServiceState.PREPARING;
		if (state != ServiceState.WAITING && state != ServiceState.STANDBY && !preparing) {
			return -1;
		}
		int worst = -1;
		EdgeList dependencies = roster.graph().dependencies();
		for (int edge = 0; edge < dependencies.count(index); edge++) {
			int dependency = dependencies.target(index, edge);
			if (keepsWaiting(roster.node(dependency).snapshot().state(), preparing)
					&& (worst < 0 || severity(roster.node(dependency)) > severity(roster.node(worst)))) {
				worst = dependency;
			}
		}
		return (worst >= 0 || preparing) ? worst : predecessor(roster, index);
	}

	private static @Nullable ServiceNode of(Roster roster, ServiceNode node) {
		int blocker = of(roster, roster.indexOf(node));
		return (blocker >= 0) ? roster.node(blocker) : null;
	}

	// All wait for those that are being prepared. Nothing is followed from there: it has
	// any index, and may have gone on meanwhile.
	private @Nullable ServiceNode prepared(ServiceNode node) {
		ServiceNode first = this.barrier.held().first();
		boolean waits = node.snapshot().state() == ServiceState.WAITING;
		return (waits && first != null && first.snapshot().state() == ServiceState.PREPARING) ? first : null;
	}

	private static boolean keepsWaiting(ServiceState dependency, boolean preparing) {
		return preparing ? dependency == ServiceState.NEW || dependency == ServiceState.PREPARING
				|| dependency == ServiceState.FAILED : dependency != ServiceState.RUNNING;
	}

	private static int predecessor(Roster roster, int index) {
		EdgeList predecessors = roster.graph().predecessors();
		for (int edge = 0; edge < predecessors.count(index); edge++) {
			int predecessor = predecessors.target(index, edge);
			ServiceState state = roster.node(predecessor).snapshot().state();
			if (!state.isAtRest() || state == ServiceState.WAITING || state == ServiceState.BACKOFF) {
				return predecessor;
			}
		}
		return -1;
	}

	private static int severity(ServiceNode node) {
		return switch (node.snapshot().state()) {
			case FAILED -> 5;
			case NEW, STOPPED -> 4;
			case BACKOFF -> 3;
			case WAITING, STANDBY -> 2;
			default -> 1;
		};
	}

	/**
	 * Tells in a few words why services do not run.
	 * @param services the services
	 * @return by their names the state of each, and what it waits for or failed with
	 */
	public Map<String, String> describe(Collection<ServiceNode> services) {
		RootCauses causes = causes();
		Map<String, String> descriptions = new LinkedHashMap<>();
		services.forEach((node) -> descriptions.put(node.name(), describe(node, causes.of(node))));
		return descriptions;
	}

	/**
	 * Tells in a few words why a service does not run.
	 * @param node the service
	 * @return its state, and what it waits for or failed with
	 */
	public String describe(ServiceNode node) {
		return describe(node, causes().of(node));
	}

	private RootCauses causes() {
		Roster roster = this.coordinator.roster();
		return new RootCauses((node) -> of(roster, node));
	}

	private String describe(ServiceNode node, ServiceNode end) {
		ServiceNode prepared = prepared(end);
		ServiceSnapshot snapshot = node.snapshot();
		ServiceSnapshot root = (prepared != null) ? prepared.snapshot() : end.snapshot();
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
