// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * Finds one cycle, the shortest through its first service, in every strongly connected
 * component of a graph that could not be sorted. The components are Tarjan's (R. Tarjan,
 * Depth-first search and linear graph algorithms, SIAM 1972), without recursion. Used
 * once, by one thread.
 */
final class CycleFinder {

	private final ServiceDefinition[] definitions;

	private final NameIndex names;

	/** When a node was first seen, 0 for not yet, -1 for one in no cycle. */
	private final int[] seen;

	private final int[] lowest;

	/** How many edges of a node have been followed. */
	private final int[] followed;

	/** The component of a node, 0 for none yet. */
	private final int[] component;

	private int clock;

	private int components;

	CycleFinder(ServiceDefinition[] definitions, NameIndex names, int[] sorted) {
		this.definitions = definitions;
		this.names = names;
		this.seen = new int[definitions.length];
		this.lowest = new int[definitions.length];
		this.followed = new int[definitions.length];
		this.component = new int[definitions.length];
		for (int node : sorted) {
			this.seen[node] = -1;
		}
	}

	void addTo(List<GraphProblem> problems) {
		for (int node = 0; node < this.definitions.length; node++) {
			if (this.seen[node] == 0) {
				search(node, problems);
			}
		}
	}

	private void search(int root, List<GraphProblem> problems) {
		Deque<Integer> path = new ArrayDeque<>();
		Deque<Integer> open = new ArrayDeque<>();
		enter(root, path, open);
		while (!path.isEmpty()) {
			int node = path.element();
			List<ServiceDependency> edges = edges(node);
			if (this.followed[node] < edges.size()) {
				int target = target(edges.get(this.followed[node]++));
				if (isCandidate(target) && this.seen[target] == 0) {
					enter(target, path, open);
				}
				else if (isCandidate(target) && this.component[target] == 0) {
					this.lowest[node] = Math.min(this.lowest[node], this.seen[target]);
				}
			}
			else {
				leave(path, open, problems);
			}
		}
	}

	private void enter(int node, Deque<Integer> path, Deque<Integer> open) {
		this.clock++;
		this.seen[node] = this.clock;
		this.lowest[node] = this.clock;
		path.push(node);
		open.push(node);
	}

	private void leave(Deque<Integer> path, Deque<Integer> open, List<GraphProblem> problems) {
		int node = path.pop();
		if (!path.isEmpty()) {
			int previous = path.element();
			this.lowest[previous] = Math.min(this.lowest[previous], this.lowest[node]);
		}
		if (this.lowest[node] == this.seen[node]) {
			this.components++;
			int first = node;
			int size = 0;
			int member;
			do {
				member = open.pop();
				this.component[member] = this.components;
				first = Math.min(first, member);
				size++;
			}
			while (member != node);
			if (size > 1) {
				problems.add(describe(cycleThrough(first)));
			}
		}
	}

	// The shortest way from a node back to itself inside its component, breadth first.
	private List<Step> cycleThrough(int start) {
		Map<Integer, Step> arrivals = new HashMap<>();
		Deque<Integer> queue = new ArrayDeque<>();
		queue.add(start);
		while (!arrivals.containsKey(start)) {
			int node = queue.remove();
			for (ServiceDependency edge : edges(node)) {
				int target = target(edge);
				if (isCandidate(target) && this.component[target] == this.component[start] && target != node
						&& arrivals.putIfAbsent(target, new Step(node, edge)) == null) {
					queue.add(target);
				}
			}
		}
		List<Step> steps = new ArrayList<>();
		int node = start;
		do {
			Step step = Objects.requireNonNull(arrivals.get(node));
			steps.add(step);
			node = step.node();
		}
		while (node != start);
		Collections.reverse(steps);
		return steps;
	}

	private GraphProblem describe(List<Step> cycle) {
		StringBuilder drawing = new StringBuilder("The dependencies of these services form a cycle:\n\n┌─────┐\n");
		for (int index = 0; index < cycle.size(); index++) {
			if (index > 0) {
				drawing.append("↑     ↓\n");
			}
			Step step = cycle.get(index);
			ServiceDependency edge = step.edge();
			String verb = (edge.kind() == Kind.REQUIRED) ? "needs" : "comes after";
			drawing.append("|  %s %s %s: %s\n".formatted(this.definitions[step.node()].name(), verb, edge.name(),
					edge.origin()));
		}
		drawing.append("└─────┘");
		return new GraphProblem(drawing.toString(),
				"Remove one of these edges. One that comes from injection is dropped by "
						+ "@ManagedService(excludeDependencies = \"…\"); calling the other service when it is needed, "
						+ "through ObjectProvider or ManagedServices, does not make an edge.");
	}

	private List<ServiceDependency> edges(int node) {
		return this.definitions[node].descriptor().dependencies();
	}

	private int target(ServiceDependency edge) {
		return this.names.indexOf(edge.name());
	}

	private boolean isCandidate(int node) {
		return node >= 0 && this.seen[node] >= 0;
	}

	private record Step(int node, ServiceDependency edge) {

	}

}
