// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.ServiceNode.Membership;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Services that come and go in one simulated life: some by themselves, some that belong
 * to an incarnation of another one.
 */
final class SimulatedChanges {

	private final Random random;

	private final Rooms rooms;

	private final IntentModel intent;

	private final SimulatedGraph graph;

	private int count;

	SimulatedChanges(Random random, Rooms rooms, IntentModel intent) {
		this.random = random;
		this.rooms = rooms;
		this.intent = intent;
		this.graph = new SimulatedGraph(random, null);
	}

	/**
	 * Registers or unregisters something.
	 * @param refusals is told whether it is to be refused
	 * @return what completes when that has come about
	 */
	List<CompletableFuture<Void>> change(Map<CompletableFuture<Void>, Boolean> refusals) {
		// What is gone by now is nothing that anybody could ask for.
		CompletableFuture<Void> future = new CompletableFuture<>();
		switch (this.random.nextInt(5)) {
			case 0, 1 -> register(Membership.NONE, future, refusals);
			case 2 -> {
				List<ServiceNode> up = nodes().stream()
					.filter((node) -> node.isUp() && node.isToRun() && node.incarnation() != null)
					.toList();
				if (!up.isEmpty()) {
					ServiceNode owner = up.get(this.random.nextInt(up.size()));
					register(new Membership(owner, owner.state() == ServiceState.STARTING && this.random.nextBoolean()),
							future, refusals);
				}
				else {
					return List.of();
				}
			}
			default -> {
				if (nodes().isEmpty()) {
					return List.of();
				}
				unregister(future, refusals);
			}
		}
		return List.of(future);
	}

	private List<ServiceNode> nodes() {
		return this.rooms.coordinator.nodes();
	}

	private void register(Membership membership, CompletableFuture<Void> future,
			Map<CompletableFuture<Void>, Boolean> refusals) {
		List<ServiceDefinition> batch = new ArrayList<>();
		List<String> batched = new ArrayList<>();
		boolean wrong = this.random.nextInt(8) == 0;
		for (int number = 1 + this.random.nextInt(3); number > 0; number--) {
			String name = "d" + this.count++;
			List<ServiceDependency> edges = new ArrayList<>();
			for (ServiceNode node : nodes()) {
				boolean open = node.owner() == null || node.owner() == membership.owner();
				if (open && !node.departing() && node != membership.owner()
						&& this.random.nextInt(1 + nodes().size()) < 2) {
					edges.add(edge(node.name()));
				}
			}
			batched.stream().filter((each) -> this.random.nextInt(3) == 0).forEach((each) -> edges.add(edge(each)));
			batch.add(this.graph.further(name, edges));
			batched.add(name);
		}
		if (wrong) {
			batch.add(this.graph.further("d" + this.count++,
					List.of(new ServiceDependency("nobody", Kind.REQUIRED, "test"))));
		}
		List<ServiceDefinition> given = new ArrayList<>(batch);
		Collections.shuffle(given, this.random);
		boolean[] refused = new boolean[1];
		this.rooms.coordinator.run(() -> {
			String why = this.rooms.run.whyNotRegistered();
			refused[0] = wrong || why != null || isAnyTooEarly(batch, membership);
			if (!refused[0]) {
				this.intent.register(batch, (membership.owner() != null) ? membership.owner().name() : null);
			}
			attempt(future,
					() -> this.rooms.registrations.register(new Candidates(given, List.of()), membership, future));
		});
		refusals.put(future, refused[0]);
	}

	// One that starts while its owner does cannot wait for that in another way, nor for
	// an
	// owner of that which waits for it.
	private boolean isAnyTooEarly(List<ServiceDefinition> batch, Membership membership) {
		if (!membership.within()) {
			return false;
		}
		Set<ServiceNode> waiting = new HashSet<>();
		ServiceNode owner = membership.owner();
		while (owner != null && waiting.add(owner)) {
			ServiceNode outer = owner.owner();
			owner = (outer != null && owner.startsWithin(outer)) ? outer : null;
		}
		Set<ServiceNode> seen = new HashSet<>();
		return batch.stream().anyMatch((each) -> isTooEarly(each.descriptor(), null, waiting, seen));
	}

	private boolean isTooEarly(ServiceDescriptor service, @Nullable ServiceNode node, Set<ServiceNode> waiting,
			Set<ServiceNode> seen) {
		return service.dependencies()
			.stream()
			.map((dependency) -> this.rooms.coordinator.roster().find(dependency.name()))
			.filter((target) -> target != null && (node == null || !node.startsWithin(target)))
			.anyMatch((target) -> waiting.contains(target)
					|| (seen.add(target) && isTooEarly(target.definition().descriptor(), target, waiting, seen)));
	}

	private ServiceDependency edge(String name) {
		return new ServiceDependency(name, (this.random.nextInt(5) == 0) ? Kind.AFTER : Kind.REQUIRED, "test");
	}

	private void unregister(CompletableFuture<Void> future, Map<CompletableFuture<Void>, Boolean> refusals) {
		List<ServiceNode> targets = new ArrayList<>();
		Set<String> names = new TreeSet<>();
		for (int number = 1 + this.random.nextInt(2); number > 0; number--) {
			ServiceNode node = nodes().get(this.random.nextInt(nodes().size()));
			if (names.add(node.name())) {
				targets.add(node);
			}
		}
		boolean dependents = this.random.nextInt(3) != 0;
		Set<String> gone = this.intent.unregister(names, dependents);
		this.rooms.coordinator
			.run(() -> attempt(future, () -> this.rooms.departures.unregister(targets, dependents, future)));
		refusals.put(future, gone == null);
		if (gone == null) {
			assertThat(future).isCompletedExceptionally();
		}
	}

	private static void attempt(CompletableFuture<Void> future, Runnable action) {
		try {
			action.run();
		}
		catch (OperationRefusedException ex) {
			future.completeExceptionally(ex);
		}
	}

}
