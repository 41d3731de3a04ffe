// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.RestartSettings.Policy;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;

/**
 * Foretells what an operation would stop and start, in time linear in nodes and edges.
 * Confined to the coordinator, and changes nothing.
 */
final class Plans {

	private final ServiceGraph graph;

	private final ServiceNode[] nodes;

	Plans(ServiceGraph graph, ServiceNode[] nodes) {
		this.graph = graph;
		this.nodes = nodes;
	}

	/**
	 * Foretells an operation.
	 * @param action what to do
	 * @param targets the services
	 * @param up whether services are to run at all now
	 * @return what would stop and what would start, if none fails
	 */
	ServicePlan of(ServiceAction action, Set<ServiceNode> targets, boolean up) {
		boolean[] after = running(action, targets);
		boolean again = action == ServiceAction.RESTART || action == ServiceAction.FAIL;
		boolean[] taken = again ? takenDown(targets) : new boolean[this.nodes.length];
		boolean[] before = running(null, Set.of());
		List<String> stop = new ArrayList<>();
		for (int index = this.nodes.length - 1; index >= 0; index--) {
			ServiceNode node = this.nodes[index];
			if (isUp(node) && (taken[index] || !after[index])) {
				stop.add(node.name());
			}
		}
		return new ServicePlan(stop, up ? started(action, targets, stop, before, after) : List.of());
	}

	// One that does not run follows what it depends on, and what it waits for now.
	private List<String> started(ServiceAction action, Set<ServiceNode> targets, List<String> stopped, boolean[] before,
			boolean[] after) {
		Set<String> down = new HashSet<>(stopped);
		boolean[] starts = new boolean[this.nodes.length];
		List<String> start = new ArrayList<>();
		EdgeList dependencies = this.graph.dependencies();
		for (int index = 0; index < this.nodes.length; index++) {
			ServiceNode node = this.nodes[index];
			boolean isDown = !isUp(node) || down.contains(node.name());
			boolean follows = !before[index] || down.contains(node.name())
					|| (restarts(action) && targets.contains(node));
			for (int edge = 0; !follows && edge < dependencies.count(index); edge++) {
				follows = starts[dependencies.target(index, edge)];
			}
			starts[index] = after[index] && isDown && follows;
			if (starts[index]) {
				start.add(node.name());
			}
		}
		return start;
	}

	private static boolean isUp(ServiceNode node) {
		return node.state == ServiceState.RUNNING || node.state == ServiceState.STARTING;
	}

	// Whether one that has failed is started by it.
	private static boolean restarts(@Nullable ServiceAction action) {
		return action == ServiceAction.START || action == ServiceAction.RESTART || action == ServiceAction.RETRY
				|| action == ServiceAction.ENABLE;
	}

	// Which services run in the end, if none fails.
	private boolean[] running(@Nullable ServiceAction action, Set<ServiceNode> targets) {
		boolean[] runs = new boolean[this.nodes.length];
		int[] demand = new int[this.nodes.length];
		EdgeList dependencies = this.graph.dependencies();
		for (int index = this.nodes.length - 1; index >= 0; index--) {
			ServiceNode node = this.nodes[index];
			runs[index] = intended(node, targets.contains(node) ? action : null, demand[index]);
			for (int edge = 0; runs[index] && edge < dependencies.count(index); edge++) {
				demand[dependencies.target(index, edge)]++;
			}
		}
		for (int index = 0; index < this.nodes.length; index++) {
			ServiceNode node = this.nodes[index];
			runs[index] = runs[index] && !staysFailed(node, targets.contains(node) ? action : null);
			for (int edge = 0; runs[index] && edge < dependencies.count(index); edge++) {
				runs[index] = runs[dependencies.target(index, edge)];
			}
		}
		return runs;
	}

	private static boolean staysFailed(ServiceNode node, @Nullable ServiceAction action) {
		if (action == ServiceAction.FAIL) {
			return node.settings.restart().policy() == Policy.NEVER;
		}
		return node.state == ServiceState.FAILED && node.intended && !restarts(action);
	}

	private static boolean intended(ServiceNode node, @Nullable ServiceAction action, int demand) {
		boolean held = node.held;
		Activation activation = node.activation();
		if (action != null) {
			switch (action) {
				case START -> held = false;
				case STOP -> held = true;
				case ENABLE, DISABLE, ON_DEMAND -> activation = action.activation();
				default -> {
				}
			}
		}
		return !held && (activation == Activation.ENABLED || (activation == Activation.ON_DEMAND && demand > 0));
	}

	private boolean[] takenDown(Set<ServiceNode> targets) {
		boolean[] taken = new boolean[this.nodes.length];
		EdgeList dependencies = this.graph.dependencies();
		for (int index = 0; index < this.nodes.length; index++) {
			ServiceNode node = this.nodes[index];
			taken[index] = targets.contains(node);
			for (int edge = 0; !taken[index] && node.isActive() && edge < dependencies.count(index); edge++) {
				taken[index] = taken[dependencies.target(index, edge)];
			}
		}
		return taken;
	}

	/**
	 * Which enabled services need a service.
	 * @param target the service
	 * @return those that are enabled and depend on it, through services that are to run;
	 * itself if it is enabled
	 */
	List<String> neededBy(ServiceNode target) {
		List<String> names = new ArrayList<>();
		boolean[] needs = new boolean[this.nodes.length];
		EdgeList dependencies = this.graph.dependencies();
		for (int index = target.index; index < this.nodes.length; index++) {
			ServiceNode node = this.nodes[index];
			needs[index] = node == target;
			for (int edge = 0; node.intended && !needs[index] && edge < dependencies.count(index); edge++) {
				needs[index] = needs[dependencies.target(index, edge)];
			}
			if (needs[index] && node.intended && node.activation() == Activation.ENABLED) {
				names.add(node.name());
			}
		}
		return names;
	}

}
