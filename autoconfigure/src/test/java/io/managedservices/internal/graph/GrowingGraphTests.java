// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import io.managedservices.ServiceLifecycle;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Graphs that get further services, and lose some.
 */
class GrowingGraphTests {

	private final ServiceGraph base = ServiceGraph.of(List.of(service("a"), service("b", "a"), service("c")));

	@Test
	void withAppendsServicesInTheirOrder() {
		ServiceGraph graph = this.base.with(List.of(service("e", "d", "b"), service("d", "c")), List.of());
		assertThat(names(graph)).containsExactly(names(this.base).get(0), names(this.base).get(1),
				names(this.base).get(2), "d", "e");
		assertThat(targets(graph, graph.dependencies(), "e")).containsExactlyInAnyOrder("d", "b");
		assertThat(targets(graph, graph.dependents(), "b")).containsExactly("e");
		assertThat(graph.indexOf("e")).isEqualTo(4);
		assertThat(this.base.indexOf("e")).isNegative();
	}

	@Test
	void withRefusesWhatTheStartWouldRefuse() {
		assertProblems("Two services have the name 'a'", service("a"));
		assertProblems("depends on 'x' (test), and there is no service of that name", service("d", "x"));
		assertProblems("form a cycle", service("d", "e"), service("e", "d"));
		assertProblems("depends on itself", service("d", "d"));
		assertProblems("cannot be a path", service("d;"));
		assertProblems("it would stand below service 'a'", service("a/b"));
	}

	@Test
	void withRefusesNameAboveOneThatIsKnown() {
		ServiceGraph graph = ServiceGraph.of(List.of(service("feed/one")));
		assertThatExceptionOfType(InvalidServiceGraphException.class)
			.isThrownBy(() -> graph.with(List.of(service("feed")), List.of()))
			.withMessageContaining("'feed/one'")
			.withMessageContaining("it would stand below service 'feed'");
	}

	@Test
	void withoutForgetsServicesAndEdgesToThem() {
		ServiceGraph graph = ServiceGraph.of(List.of(service("a"), service("b", "a"), after("c", "b")));
		BitSet removed = new BitSet();
		removed.set(graph.indexOf("b"));
		ServiceGraph rest = graph.without(removed);
		assertThat(names(rest)).containsExactly("a", "c");
		assertThat(rest.indexOf("b")).isNegative();
		assertThat(rest.dependents().isEmpty()).isTrue();
		assertThat(rest.predecessors().isEmpty()).isTrue();
		assertThat(rest.with(List.of(service("b", "c")), List.of()).indexOf("b")).isEqualTo(2);
	}

	/**
	 * What comes and goes in any order is as if it had been declared at once.
	 */
	@Test
	void graphThatGrowsAndShrinksIsAsOneBuiltAtOnce() {
		for (int seed = 0; seed < 200; seed++) {
			Random random = new Random(seed);
			Map<String, ServiceDefinition> expected = new LinkedHashMap<>();
			ServiceGraph graph = ServiceGraph.of(List.of());
			for (int step = 0; step < 30; step++) {
				graph = (random.nextInt(3) != 0) ? grown(graph, random, expected, step)
						: shrunk(graph, random, expected);
				assertSame(graph, ServiceGraph.of(List.copyOf(expected.values())));
			}
		}
	}

	private static ServiceGraph grown(ServiceGraph graph, Random random, Map<String, ServiceDefinition> expected,
			int step) {
		List<ServiceDefinition> batch = new ArrayList<>();
		List<String> known = new ArrayList<>(expected.keySet());
		for (int count = random.nextInt(4); count >= 0; count--) {
			List<ServiceDependency> edges = new ArrayList<>();
			for (String name : known) {
				if (random.nextInt(known.size()) < 2) {
					edges.add(new ServiceDependency(name, random.nextBoolean() ? Kind.REQUIRED : Kind.AFTER, "test"));
				}
			}
			String name = "s" + step + "-" + count;
			batch.add(random.nextInt(batch.size() + 1), ServiceDefinition.of(name, new ServiceLifecycle() {
			}, ServiceSettings.DEFAULTS, edges));
			known.add(name);
		}
		batch.forEach((definition) -> expected.put(definition.name(), definition));
		return graph.with(batch, List.of());
	}

	private static ServiceGraph shrunk(ServiceGraph graph, Random random, Map<String, ServiceDefinition> expected) {
		BitSet removed = new BitSet();
		for (int node = graph.size() - 1; node >= 0; node--) {
			boolean required = false;
			for (int edge = 0; edge < graph.dependents().count(node); edge++) {
				required |= !removed.get(graph.dependents().target(node, edge));
			}
			if (!required && random.nextInt(3) == 0) {
				removed.set(node);
				expected.remove(graph.definition(node).name());
			}
		}
		return graph.without(removed);
	}

	private static void assertSame(ServiceGraph actual, ServiceGraph expected) {
		assertThat(names(actual)).containsExactlyInAnyOrderElementsOf(names(expected));
		for (int node = 0; node < actual.size(); node++) {
			String name = actual.definition(node).name();
			assertThat(actual.indexOf(name)).isEqualTo(node);
			assertThat(targets(actual, actual.dependencies(), name))
				.isEqualTo(targets(expected, expected.dependencies(), name));
			assertThat(targets(actual, actual.dependents(), name))
				.isEqualTo(targets(expected, expected.dependents(), name));
			assertThat(targets(actual, actual.predecessors(), name))
				.isEqualTo(targets(expected, expected.predecessors(), name));
			assertThat(targets(actual, actual.followers(), name))
				.isEqualTo(targets(expected, expected.followers(), name));
			for (int edge = 0; edge < actual.dependencies().count(node); edge++) {
				assertThat(actual.dependencies().target(node, edge)).isLessThan(node);
			}
			for (int edge = 0; edge < actual.predecessors().count(node); edge++) {
				assertThat(actual.predecessors().target(node, edge)).isLessThan(node);
			}
		}
	}

	private void assertProblems(String text, ServiceDefinition... added) {
		assertThatExceptionOfType(InvalidServiceGraphException.class)
			.isThrownBy(() -> this.base.with(List.of(added), List.of()))
			.withMessageContaining(text);
	}

	private static List<String> names(ServiceGraph graph) {
		List<String> names = new ArrayList<>();
		for (int node = 0; node < graph.size(); node++) {
			names.add(graph.definition(node).name());
		}
		return names;
	}

	private static TreeSet<String> targets(ServiceGraph graph, EdgeList edges, String name) {
		TreeSet<String> targets = new TreeSet<>();
		int node = graph.indexOf(name);
		for (int edge = 0; edge < edges.count(node); edge++) {
			targets.add(graph.definition(edges.target(node, edge)).name());
		}
		return targets;
	}

	private static ServiceDefinition service(String name, String... dependencies) {
		List<ServiceDependency> edges = new ArrayList<>();
		for (String dependency : dependencies) {
			edges.add(new ServiceDependency(dependency, Kind.REQUIRED, "test"));
		}
		return ServiceDefinition.of(name, new ServiceLifecycle() {
		}, ServiceSettings.DEFAULTS, edges);
	}

	private static ServiceDefinition after(String name, String predecessor) {
		return ServiceDefinition.of(name, new ServiceLifecycle() {
		}, ServiceSettings.DEFAULTS, List.of(new ServiceDependency(predecessor, Kind.AFTER, "test")));
	}

}
