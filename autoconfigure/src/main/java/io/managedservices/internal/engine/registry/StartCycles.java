// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.ServiceGraph;

/**
 * Finds services that are to start before their owner runs and wait for that, on whatever
 * way: the graph has no such cycle, but the start of the owner would never end. Used
 * once, inside the coordinator.
 */
final class StartCycles {

	private static final int UNSEEN = -2;

	private static final int END = -1;

	/** Those that there are: the others are to start before their owner. */
	private final List<ServiceNode> known;

	private final ServiceGraph graph;

	private final ServiceNode owner;

	/** What each service waits for that so waits for the owner. */
	private final int[] next;

	private final Deque<Integer> open = new ArrayDeque<>();

	/**
	 * Create it.
	 * @param known the services that there are
	 * @param graph those and, after them, the ones that are to start before their owner
	 * @param owner that owner
	 */
	StartCycles(List<ServiceNode> known, ServiceGraph graph, ServiceNode owner) {
		this.known = known;
		this.graph = graph;
		this.owner = owner;
		this.next = new int[graph.size()];
		Arrays.fill(this.next, UNSEEN);
	}

	/**
	 * Walks from the owner, and from those that wait for it in their start, to all that
	 * waits for them.
	 * @throws InvalidServiceGraphException if any of the new services does
	 */
	void check() {
		for (ServiceNode node = this.owner; node != null; node = outer(node)) {
			reach(node.index(), END);
		}
		for (Integer node = this.open.poll(); node != null; node = this.open.poll()) {
			walk(this.graph.dependents(), node);
			walk(this.graph.followers(), node);
		}
		List<GraphProblem> problems = new ArrayList<>();
		for (int node = this.known.size(); node < this.next.length; node++) {
			// Another new one is reported itself.
			if (this.next[node] >= 0 && this.next[node] < this.known.size()) {
				problems.add(problem(node));
			}
		}
		if (!problems.isEmpty()) {
			throw new InvalidServiceGraphException(problems);
		}
	}

	// The one that waits for it in its start.
	private static @Nullable ServiceNode outer(ServiceNode node) {
		ServiceNode outer = node.owner();
		return (outer != null && node.startsWithin(outer)) ? outer : null;
	}

	private void reach(int node, int from) {
		if (this.next[node] == UNSEEN) {
			this.next[node] = from;
			this.open.add(node);
		}
	}

	private void walk(EdgeList edges, int node) {
		for (int edge = 0; edge < edges.count(node); edge++) {
			int waiting = edges.target(node, edge);
			if (!startsWithin(waiting, node)) {
				reach(waiting, node);
			}
		}
	}

	private boolean startsWithin(int member, int node) {
		if (member >= this.known.size()) {
			return node == this.owner.index();
		}
		return node < this.known.size() && this.known.get(member).startsWithin(this.known.get(node));
	}

	private GraphProblem problem(int node) {
		List<String> way = new ArrayList<>();
		int last = node;
		for (int each = node; each >= 0; each = this.next[each]) {
			way.add("'" + name(each) + "'");
			last = each;
		}
		String name = name(node);
		ServiceNode first = this.known.get(this.next[node]);
		return new GraphProblem(
				"Service '%s' is to start before '%s' runs, and waits for '%s'%s: %s.".formatted(name,
						this.owner.name(), name(last),
						(last == this.owner.index()) ? " itself" : ", which waits for '" + this.owner.name() + "'",
						String.join(" → ", way)),
				(first.owner() == this.owner)
						? "Give '%s' to startBefore as well, or '%s' to register.".formatted(first.name(), name)
						: "Remove '%s' from what '%s' depends on or comes after, or give '%s' to register."
							.formatted(first.name(), name, name));
	}

	private String name(int node) {
		return this.graph.definition(node).name();
	}

}
