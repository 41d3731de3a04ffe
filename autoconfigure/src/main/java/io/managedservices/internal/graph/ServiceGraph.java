// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.NearestName;

/**
 * The services and their edges: valid, without cycles, and immutable. Nodes are numbered
 * from 0, each after those that it depends on or comes after.
 * <p>
 * Building it takes time linear in nodes and edges and no recursion; the order is Kahn's
 * (A. B. Kahn, Topological sorting of large networks, CACM 1962).
 *
 * @since 0.1.0
 */
public final class ServiceGraph {

	private final ServiceDefinition[] definitions;

	private final NameIndex names;

	private final EdgeList dependencies;

	private final EdgeList dependents;

	private final EdgeList predecessors;

	private final EdgeList followers;

	private ServiceGraph(GraphBuilder builder) {
		this.definitions = builder.definitions();
		this.names = builder.names();
		this.dependencies = builder.dependencies();
		this.dependents = builder.dependents();
		this.predecessors = builder.predecessors();
		this.followers = builder.followers();
	}

	private ServiceGraph(ServiceGraph base, int[] order, int[] numbers) {
		this.definitions = new ServiceDefinition[order.length];
		for (int node = 0; node < order.length; node++) {
			this.definitions[node] = base.definitions[order[node]];
		}
		this.names = new NameIndex(this.definitions);
		this.dependencies = base.dependencies.renumbered(order, numbers);
		this.predecessors = base.predecessors.renumbered(order, numbers);
		this.dependents = this.dependencies.reversed();
		this.followers = this.predecessors.reversed();
	}

	/**
	 * Builds a graph.
	 * @param definitions the services
	 * @return the graph
	 * @throws InvalidServiceGraphException if anything is wrong with them, with all that
	 * is
	 */
	public static ServiceGraph of(List<ServiceDefinition> definitions) {
		return of(definitions, List.of());
	}

	/**
	 * Builds a graph, unless something was wrong already.
	 * @param definitions the services
	 * @param problems what is known to be wrong with them
	 * @return the graph
	 * @throws InvalidServiceGraphException if anything is wrong with them, with all that
	 * is
	 */
	public static ServiceGraph of(List<ServiceDefinition> definitions, List<GraphProblem> problems) {
		return of(new GraphBuilder(null, definitions, problems));
	}

	private static ServiceGraph of(GraphBuilder builder) {
		if (!builder.problems().isEmpty()) {
			throw new InvalidServiceGraphException(builder.problems());
		}
		return new ServiceGraph(builder);
	}

	/**
	 * This graph and further services, which have the numbers after those that there are.
	 * @param added the services, which depend on these or on each other
	 * @param problems what is known to be wrong with them
	 * @return another graph
	 * @throws InvalidServiceGraphException if anything is wrong with them, with all that
	 * is
	 */
	public ServiceGraph with(List<ServiceDefinition> added, List<GraphProblem> problems) {
		return of(new GraphBuilder(this, added, problems));
	}

	/**
	 * This graph without some services. The others move up, in the same order; whatever
	 * comes after one that is gone does so no longer.
	 * @param removed the indexes of services that no other one requires
	 * @return another graph
	 */
	public ServiceGraph without(BitSet removed) {
		int[] numbers = new int[size()];
		int[] order = new int[size() - removed.cardinality()];
		int size = 0;
		for (int node = 0; node < numbers.length; node++) {
			numbers[node] = removed.get(node) ? -1 : size;
			if (numbers[node] >= 0) {
				order[size++] = node;
			}
		}
		return new ServiceGraph(this, order, numbers);
	}

	ServiceDefinition[] definitions() {
		return this.definitions;
	}

	NameIndex names() {
		return this.names;
	}

	/**
	 * How many services there are.
	 * @return the number of nodes
	 */
	public int size() {
		return this.definitions.length;
	}

	/**
	 * A service.
	 * @param node its index
	 * @return its definition
	 */
	public ServiceDefinition definition(int node) {
		return this.definitions[node];
	}

	/**
	 * The index of a service.
	 * @param name its name
	 * @return the index, or -1 if there is none of that name
	 */
	public int indexOf(String name) {
		return this.names.indexOf(name);
	}

	/**
	 * The name that is most like one that does not exist.
	 * @param name a name
	 * @return the nearest name of a service, or {@code null} if none is near
	 */
	public @Nullable String nearestName(String name) {
		return NearestName.of(name, Arrays.stream(this.definitions).map(ServiceDefinition::name).toList());
	}

	/**
	 * What each node requires.
	 * @return edges from dependents to dependencies
	 */
	public EdgeList dependencies() {
		return this.dependencies;
	}

	/**
	 * What requires each node.
	 * @return edges from dependencies to dependents
	 */
	public EdgeList dependents() {
		return this.dependents;
	}

	/**
	 * What each node waits for without requiring it.
	 * @return edges from followers to predecessors
	 */
	public EdgeList predecessors() {
		return this.predecessors;
	}

	/**
	 * What waits for each node without requiring it.
	 * @return edges from predecessors to followers
	 */
	public EdgeList followers() {
		return this.followers;
	}

}
