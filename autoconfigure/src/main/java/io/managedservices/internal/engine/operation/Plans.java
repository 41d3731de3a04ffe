// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.operation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.Restart.Policy;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.operation.Meaning.Again;
import io.managedservices.internal.graph.EdgeList;
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

	private final Coordinator coordinator;

	Plans(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	/**
	 * Foretells an operation.
	 * @param action what to do
	 * @param targets the services
	 * @param up whether services are to run at all now
	 * @return what would stop and what would start, if none fails
	 */
	ServicePlan of(ServiceAction action, Set<ServiceNode> targets, boolean up) {
		Meaning meaning = Meaning.of(action);
		boolean[] after = running(meaning, targets);
		boolean[] taken = meaning.takesDown() ? takenDown(targets) : new boolean[this.coordinator.roster().size()];
		boolean[] before = running(null, Set.of());
		List<String> stop = new ArrayList<>();
		for (int index = this.coordinator.roster().size() - 1; index >= 0; index--) {
			ServiceNode node = this.coordinator.node(index);
			if (node.isUp() && (taken[index] || !after[index])) {
				stop.add(node.name());
			}
		}
		List<String> start = up ? started(meaning, targets, stop, before, after) : List.of();
		return new ServicePlan(stop, start, List.of(), startedAnyway(stop, start, before));
	}

	// Those that do not run now, and will if nothing is done.
	private List<String> startedAnyway(List<String> stop, List<String> start, boolean[] before) {
		Set<String> names = new HashSet<>(start);
		stop.forEach(names::remove);
		List<String> anyway = new ArrayList<>();
		for (int index = 0; index < before.length; index++) {
			if (before[index] && names.contains(this.coordinator.node(index).name())) {
				anyway.add(this.coordinator.node(index).name());
			}
		}
		return anyway;
	}

	// One that does not run follows what it depends on, and what it waits for now.
	private List<String> started(Meaning meaning, Set<ServiceNode> targets, List<String> stopped, boolean[] before,
			boolean[] after) {
		Set<String> down = new HashSet<>(stopped);
		boolean[] starts = new boolean[this.coordinator.roster().size()];
		List<String> start = new ArrayList<>();
		EdgeList dependencies = this.coordinator.graph().dependencies();
		for (int index = 0; index < this.coordinator.roster().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			boolean isDown = !node.isUp() || down.contains(node.name());
			boolean follows = !before[index] || down.contains(node.name())
					|| (restarts(meaning) && targets.contains(node));
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

	// Whether one that has failed is started by it.
	private static boolean restarts(@Nullable Meaning meaning) {
		return meaning != null && meaning.again() != Again.NEVER;
	}

	// Which services run in the end, if none fails.
	private boolean[] running(@Nullable Meaning meaning, Set<ServiceNode> targets) {
		boolean[] runs = new boolean[this.coordinator.roster().size()];
		int[] demand = new int[this.coordinator.roster().size()];
		EdgeList dependencies = this.coordinator.graph().dependencies();
		for (int index = this.coordinator.roster().size() - 1; index >= 0; index--) {
			ServiceNode node = this.coordinator.node(index);
			runs[index] = intended(node, targets.contains(node) ? meaning : null, demand[index] > 0);
			for (int edge = 0; runs[index] && edge < dependencies.count(index); edge++) {
				if (this.coordinator.node(dependencies.target(index, edge)) != node.owner()) {
					demand[dependencies.target(index, edge)]++;
				}
			}
		}
		for (int index = 0; index < this.coordinator.roster().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			runs[index] = runs[index] && !isOnStandby(node)
					&& !staysFailed(node, targets.contains(node) ? meaning : null);
			for (int edge = 0; runs[index] && edge < dependencies.count(index); edge++) {
				runs[index] = runs[dependencies.target(index, edge)];
			}
		}
		return runs;
	}

	// Only the store of its lease can tell when it runs here.
	private static boolean isOnStandby(ServiceNode node) {
		return node.state() == ServiceState.STANDBY && !node.permitted();
	}

	/**
	 * Foretells that further services come to those that there are.
	 * @param grown all of them, the further ones last
	 * @param up whether services are to run at all now
	 * @return what would start, if none fails
	 */
	ServicePlan ofAddition(ServiceGraph grown, boolean up) {
		EdgeList dependencies = grown.dependencies();
		int known = this.coordinator.roster().size();
		boolean[] runs = new boolean[grown.size()];
		boolean[] needed = new boolean[grown.size()];
		for (int index = grown.size() - 1; index >= 0; index--) {
			runs[index] = (index < known) ? intended(this.coordinator.node(index), null, needed[index])
					: intended(grown.definition(index).descriptor().activation(), needed[index]);
			for (int edge = 0; runs[index] && edge < dependencies.count(index); edge++) {
				needed[dependencies.target(index, edge)] = true;
			}
		}
		List<String> start = new ArrayList<>();
		for (int index = 0; index < grown.size(); index++) {
			boolean before = index < known && this.coordinator.node(index).intended();
			runs[index] = runs[index] && !(index < known && staysFailed(this.coordinator.node(index), null));
			for (int edge = 0; runs[index] && edge < dependencies.count(index); edge++) {
				runs[index] = runs[dependencies.target(index, edge)];
			}
			if (up && runs[index] && !before) {
				start.add(grown.definition(index).name());
			}
		}
		return new ServicePlan(List.of(), start);
	}

	private static boolean intended(Activation activation, boolean needed) {
		return activation == Activation.ENABLED || (activation == Activation.ON_DEMAND && needed);
	}

	private static boolean staysFailed(ServiceNode node, @Nullable Meaning meaning) {
		if (meaning != null && meaning.fails()) {
			return node.settings().restart().policy() == Policy.NEVER;
		}
		return node.state() == ServiceState.FAILED && node.intended() && !restarts(meaning);
	}

	private static boolean intended(ServiceNode node, @Nullable Meaning meaning, boolean needed) {
		return ((meaning != null) ? meaning : Meaning.NONE).intends(node, needed);
	}

	private boolean[] takenDown(Set<ServiceNode> targets) {
		boolean[] taken = new boolean[this.coordinator.roster().size()];
		EdgeList dependencies = this.coordinator.graph().dependencies();
		for (int index = 0; index < this.coordinator.roster().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
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
		boolean[] needs = new boolean[this.coordinator.roster().size()];
		EdgeList dependencies = this.coordinator.graph().dependencies();
		for (int index = target.index(); index < this.coordinator.roster().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			needs[index] = node == target;
			for (int edge = 0; node.intended() && !needs[index] && edge < dependencies.count(index); edge++) {
				needs[index] = needs[dependencies.target(index, edge)];
			}
			if (needs[index] && node.intended() && node.activation() == Activation.ENABLED) {
				names.add(node.name());
			}
		}
		return names;
	}

}
