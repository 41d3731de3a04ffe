// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.NearestName;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * Resolves the names of dependencies, collects what is wrong, and sorts the nodes. Used
 * once, by one thread.
 */
final class GraphBuilder {

	private static final int MAX_SUGGESTIONS = 20;

	/** How many services are in order already. */
	private final int known;

	private ServiceDefinition[] definitions;

	private final NameIndex names;

	private final List<GraphProblem> problems;

	private EdgeList dependencies;

	private EdgeList dependents;

	private EdgeList predecessors;

	private EdgeList followers;

	private int suggestions;

	/**
	 * Begins with services that are in order already, and adds others after them.
	 * @param base the graph that there is, or {@code null} if there is none
	 * @param added the services that come to it
	 * @param problems what is known to be wrong with those
	 */
	GraphBuilder(@Nullable ServiceGraph base, List<ServiceDefinition> added, List<GraphProblem> problems) {
		this.known = (base != null) ? base.size() : 0;
		this.definitions = (base != null) ? Arrays.copyOf(base.definitions(), this.known + added.size())
				: new ServiceDefinition[added.size()];
		for (int index = 0; index < added.size(); index++) {
			this.definitions[this.known + index] = added.get(index);
		}
		this.names = (base != null) ? new NameIndex(base.names(), this.definitions) : new NameIndex(this.definitions);
		this.problems = new ArrayList<>(problems);
		checkDefinitions();
		EdgeList.Builder required = builder((base != null) ? base.dependencies() : null);
		EdgeList.Builder after = builder((base != null) ? base.predecessors() : null);
		resolve(required, after);
		this.dependencies = required.build();
		this.predecessors = after.build();
		this.dependents = this.dependencies.reversed();
		this.followers = this.predecessors.reversed();
		int[] order = sort();
		if (order.length < this.definitions.length) {
			new CycleFinder(this.definitions, this.names, order).addTo(this.problems);
		}
		else if (this.problems.isEmpty() && !isIdentity(order)) {
			renumber(order);
		}
	}

	private EdgeList.Builder builder(@Nullable EdgeList base) {
		EdgeList.Builder builder = new EdgeList.Builder(this.definitions.length);
		return (base != null) ? builder.addAll(base) : builder;
	}

	private static boolean isIdentity(int[] order) {
		for (int number = 0; number < order.length; number++) {
			if (order[number] != number) {
				return false;
			}
		}
		return true;
	}

	// Services that start one after the other then lie one after the other in memory.
	private void renumber(int[] order) {
		ServiceDefinition[] sorted = new ServiceDefinition[order.length];
		int[] numbers = new int[order.length];
		for (int number = 0; number < order.length; number++) {
			sorted[number] = this.definitions[order[number]];
			numbers[order[number]] = number;
		}
		this.definitions = sorted;
		this.names.renumber(numbers);
		this.dependencies = this.dependencies.renumbered(order, numbers);
		this.predecessors = this.predecessors.renumbered(order, numbers);
		this.dependents = this.dependencies.reversed();
		this.followers = this.predecessors.reversed();
	}

	private void checkDefinitions() {
		new ServiceNameCheck(this.problems).check(this.definitions, this.known, this.names);
		ServiceSettings checked = ServiceSettings.DEFAULTS;
		boolean hasDuplicates = this.names.hasDuplicates(this.definitions);
		for (int node = this.known; node < this.definitions.length; node++) {
			ServiceDefinition definition = this.definitions[node];
			int other = hasDuplicates ? this.names.indexOf(definition.name()) : node;
			if (other != node) {
				this.problems.add(new GraphProblem("Two services have the name '%s': %s and %s.".formatted(definition
					.name(), this.definitions[other].describe(), definition.describe()), (other < this.known)
							? "Unregister '%s' first, or give the new one another name.".formatted(definition.name())
							: "Give one of them another name: @ManagedService(name = \"…\"), the name of the ServiceRegistration, or the key of the gate."));
			}
			// Usually many share theirs.
			if (!definition.settings().equals(checked)) {
				List<GraphProblem> found = ServiceSettingsCheck.of(definition);
				this.problems.addAll(found);
				checked = found.isEmpty() ? definition.settings() : checked;
			}
		}
	}

	private void resolve(EdgeList.Builder required, EdgeList.Builder after) {
		int[] lastDependent = new int[this.definitions.length];
		Arrays.fill(lastDependent, -1);
		for (int node = this.known; node < this.definitions.length; node++) {
			ServiceDefinition definition = this.definitions[node];
			for (ServiceDependency dependency : definition.descriptor().dependencies()) {
				int target = this.names.indexOf(dependency.name());
				if (dependency.name().isBlank()) {
					addBlank(definition, dependency);
				}
				else if (target < 0) {
					addMissing(definition, dependency);
				}
				else if (target == node) {
					addSelfDependency(definition, dependency);
				}
				else if (lastDependent[target] == node) {
					addDuplicate(definition, dependency);
				}
				else {
					lastDependent[target] = node;
					((dependency.kind() == Kind.REQUIRED) ? required : after).add(target);
				}
			}
			required.endNode();
			after.endNode();
		}
	}

	private void addMissing(ServiceDefinition definition, ServiceDependency dependency) {
		if (dependency.kind() == Kind.AFTER) {
			return;
		}
		String nearest = (this.suggestions++ < MAX_SUGGESTIONS)
				? NearestName.of(dependency.name(), others(definition.name())) : null;
		String suggestion = (nearest != null) ? " Did you mean '" + nearest + "'?" : "";
		this.problems.add(new GraphProblem(
				"Service '%s' depends on '%s' (%s), and there is no service of that name.".formatted(definition.name(),
						dependency.name(), dependency.origin()),
				"Annotate the bean '%s' with @ManagedService, or correct the name.%s".formatted(dependency.name(),
						suggestion)));
	}

	private List<String> others(String name) {
		return this.names.names().stream().filter((other) -> !other.equals(name)).toList();
	}

	private void addBlank(ServiceDefinition definition, ServiceDependency dependency) {
		this.problems.add(new GraphProblem(
				"Service '%s' names '%s' among its dependencies (%s): expected the name of a service, with at least one visible character."
					.formatted(definition.name(), dependency.name(), dependency.origin()),
				"Remove '%s' from the dependencies of service '%s', or correct the name.".formatted(dependency.name(),
						definition.name())));
	}

	private void addSelfDependency(ServiceDefinition definition, ServiceDependency dependency) {
		this.problems.add(new GraphProblem(
				"Service '%s' depends on itself (%s).".formatted(definition.name(), dependency.origin()),
				"Remove '%s' from what '%s' depends on.".formatted(definition.name(), definition.name())));
	}

	private void addDuplicate(ServiceDefinition definition, ServiceDependency dependency) {
		this.problems.add(new GraphProblem(
				"Service '%s' names '%s' more than once among its dependencies (%s).".formatted(definition.name(),
						dependency.name(), dependency.origin()),
				"Name '%s' once, in dependsOn or in after of '%s'.".formatted(dependency.name(), definition.name())));
	}

	// Those that are in order already do not wait for any of the others.
	private int[] sort() {
		int nodes = this.definitions.length;
		int[] waiting = new int[nodes];
		int[] sorted = new int[nodes];
		for (int node = 0; node < this.known; node++) {
			sorted[node] = node;
		}
		int size = this.known;
		for (int node = this.known; node < nodes; node++) {
			waiting[node] = added(this.dependencies, node) + added(this.predecessors, node);
			if (waiting[node] == 0) {
				sorted[size++] = node;
			}
		}
		for (int next = this.known; next < size; next++) {
			size = release(this.dependents, sorted[next], waiting, sorted, size);
			size = release(this.followers, sorted[next], waiting, sorted, size);
		}
		return (size == nodes) ? sorted : Arrays.copyOf(sorted, size);
	}

	private int added(EdgeList edges, int node) {
		int count = 0;
		for (int edge = 0; edge < edges.count(node); edge++) {
			count += (edges.target(node, edge) >= this.known) ? 1 : 0;
		}
		return count;
	}

	private static int release(EdgeList edges, int node, int[] waiting, int[] sorted, int size) {
		int end = size;
		int count = edges.count(node);
		for (int edge = 0; edge < count; edge++) {
			int target = edges.target(node, edge);
			if (--waiting[target] == 0) {
				sorted[end++] = target;
			}
		}
		return end;
	}

	List<GraphProblem> problems() {
		return this.problems;
	}

	ServiceDefinition[] definitions() {
		return this.definitions;
	}

	NameIndex names() {
		return this.names;
	}

	EdgeList dependencies() {
		return this.dependencies;
	}

	EdgeList dependents() {
		return this.dependents;
	}

	EdgeList predecessors() {
		return this.predecessors;
	}

	EdgeList followers() {
		return this.followers;
	}

}
