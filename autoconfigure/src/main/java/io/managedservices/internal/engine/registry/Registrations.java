// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.await.PendingOperations;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.ServiceNode.Membership;
import io.managedservices.internal.engine.operation.Operations;
import io.managedservices.internal.engine.run.RunControl;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceKind;

/**
 * Takes further services in: all that are registered together, or none. Confined to the
 * coordinator.
 */
public final class Registrations {

	private final Coordinator coordinator;

	private final RunControl run;

	private final PendingOperations pending;

	private final Operations operations;

	/**
	 * Create registrations.
	 * @param coordinator the coordinator
	 * @param run starts and stops all services
	 * @param pending keeps what has not come about
	 * @param operations foretells what would start
	 */
	public Registrations(Coordinator coordinator, RunControl run, PendingOperations pending, Operations operations) {
		this.coordinator = coordinator;
		this.run = run;
		this.pending = pending;
		this.operations = operations;
	}

	/**
	 * Registers services and starts those that are to run.
	 * @param candidates the services
	 * @param membership what they belong to
	 * @param future is completed when those that are to run do
	 * @throws OperationRefusedException if anything is wrong: none is registered
	 */
	public void register(Candidates candidates, Membership membership, CompletableFuture<Void> future) {
		List<ServiceNode> added = this.coordinator.add(grown(candidates, membership), membership);
		this.run.intentions().changed(added);
		List<ServiceNode> awaited = this.run.isUp() ? added.stream().filter(ServiceNode::intended).toList() : List.of();
		if (awaited.isEmpty()) {
			this.coordinator.deliver(() -> future.complete(null));
		}
		else {
			this.pending.begin(awaited, (node) -> PendingOperations.REGISTER, true, future);
		}
	}

	/**
	 * Foretells a registration.
	 * @param candidates the services
	 * @return what would start
	 * @throws OperationRefusedException if it is not possible now
	 */
	public ServicePlan plan(Candidates candidates) {
		return this.operations.planAddition(grown(candidates, Membership.NONE));
	}

	private ServiceGraph grown(Candidates candidates, Membership membership) {
		List<ServiceDefinition> definitions = candidates.definitions()
			.stream()
			.map((definition) -> owned(definition, membership.of(definition).owner()))
			.toList();
		String first = definitions.isEmpty() ? "" : definitions.get(0).name();
		String why = this.run.whyNotRegistered();
		if (why != null) {
			throw new OperationRefusedException(first,
					"Services cannot be registered now: %s. Found %s.".formatted(why, names(definitions)));
		}
		List<GraphProblem> problems = new ArrayList<>(candidates.problems());
		definitions.forEach((definition) -> check(definition, membership, problems));
		try {
			ServiceGraph grown = this.coordinator.graph().with(definitions, problems);
			if (membership.within() && membership.owner() != null) {
				new StartCycles(this.coordinator.nodes(), grown, membership.owner()).check();
			}
			return grown;
		}
		catch (InvalidServiceGraphException ex) {
			throw new OperationRefusedException(first,
					"None of %s was registered.\n%s".formatted(names(definitions),
							ex.getProblems()
								.stream()
								.map((problem) -> problem.description() + " " + problem.action())
								.collect(Collectors.joining("\n"))),
					ex);
		}
	}

	private static String names(List<ServiceDefinition> definitions) {
		return definitions.stream()
			.map((definition) -> "'" + definition.name() + "'")
			.collect(Collectors.joining(", "));
	}

	// It depends on its owner, whether it says so or not, and runs by its lease.
	private static ServiceDefinition owned(ServiceDefinition definition, @Nullable ServiceNode owner) {
		if (owner == null) {
			return definition;
		}
		ServiceDescriptor descriptor = definition.descriptor();
		List<ServiceDependency> dependencies = new ArrayList<>(descriptor.dependencies());
		if (dependencies.stream()
			.noneMatch((dependency) -> dependency.name().equals(owner.name()) && dependency.kind() == Kind.REQUIRED)) {
			// To come after it is less.
			dependencies.removeIf((dependency) -> dependency.name().equals(owner.name()));
			dependencies.add(new ServiceDependency(owner.name(), Kind.REQUIRED,
					"registered by service '%s' in its start or later".formatted(owner.name())));
		}
		return definition.withDescriptor(new ServiceDescriptor(descriptor.name(), descriptor.required(),
				descriptor.activation(), List.copyOf(dependencies), ServiceKind.SUB_SERVICE,
				(descriptor.lease() != null) ? descriptor.lease() : owner.lease()));
	}

	private void check(ServiceDefinition definition, Membership membership, List<GraphProblem> problems) {
		ServiceNode other = this.coordinator.roster().find(definition.name());
		if (other != null && other.departing()) {
			problems.add(new GraphProblem("Service '%s' is still being unregistered.".formatted(definition.name()),
					"Register it once the future of unregister has completed."));
		}
		for (ServiceDependency dependency : definition.descriptor().dependencies()) {
			ServiceNode target = this.coordinator.roster().find(dependency.name());
			if (target != null && dependency.kind() == Kind.REQUIRED) {
				check(definition, dependency, target, membership, problems);
			}
		}
	}

	private static void check(ServiceDefinition definition, ServiceDependency dependency, ServiceNode target,
			Membership membership, List<GraphProblem> problems) {
		ServiceNode owner = target.owner();
		if (target.departing()) {
			problems.add(new GraphProblem(
					"Service '%s' depends on '%s' (%s), which is being unregistered.".formatted(definition.name(),
							target.name(), dependency.origin()),
					"Remove '%s' from what '%s' depends on, or register it again before.".formatted(target.name(),
							definition.name())));
		}
		else if (owner != null && !belongsTo(membership.owner(), owner)) {
			problems.add(new GraphProblem(
					"Service '%s' depends on '%s' (%s), which belongs to service '%s' and goes with its incarnation."
						.formatted(definition.name(), target.name(), dependency.origin(), owner.name()),
					"Let '%s' depend on '%s', or register it with context.services() of '%s'."
						.formatted(definition.name(), owner.name(), owner.name())));
		}
	}

	private static boolean belongsTo(@Nullable ServiceNode member, ServiceNode owner) {
		for (ServiceNode each = member; each != null; each = each.owner()) {
			if (each == owner) {
				return true;
			}
		}
		return false;
	}

}
