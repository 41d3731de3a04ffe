// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.operation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.await.PendingOperations;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Verdict;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.engine.operation.Meaning.Again;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.internal.engine.run.RunControl;
import io.managedservices.internal.engine.work.Works;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * What an operator does to services: it sets facts, from which all else follows. Confined
 * to the coordinator.
 */
public final class Operations {

	private final Coordinator coordinator;

	private final RunControl run;

	private final PendingOperations pending;

	private final Failures failures;

	private final Reporting reporting;

	private final Works works;

	private final Leases leases;

	private final Plans plans;

	/**
	 * Create operations.
	 * @param coordinator the coordinator
	 * @param run starts and stops all services
	 * @param pending keeps what has not come about
	 * @param failures makes services fail
	 * @param reporting clears errors
	 * @param works puts work to sleep
	 * @param leases gives leases back
	 */
	public Operations(Coordinator coordinator, RunControl run, PendingOperations pending, Failures failures,
			Reporting reporting, Works works, Leases leases) {
		this.coordinator = coordinator;
		this.run = run;
		this.pending = pending;
		this.failures = failures;
		this.reporting = reporting;
		this.works = works;
		this.leases = leases;
		this.plans = new Plans(coordinator);
	}

	/**
	 * Foretells an operation.
	 * @param action what to do
	 * @param targets the services
	 * @return what would stop and what would start, if none fails
	 * @throws OperationRefusedException if it is not possible now
	 */
	public ServicePlan plan(ServiceAction action, Set<ServiceNode> targets) {
		check(action, targets);
		if (action == ServiceAction.RELEASE) {
			return this.plans.of(ServiceAction.STOP, this.leases.sharing(targets), this.run.isUp());
		}
		return this.plans.of(action, targets, this.run.isUp());
	}

	/**
	 * Foretells that further services are registered.
	 * @param grown all services, those that there are and the further ones after them
	 * @return what would start, if none fails
	 */
	public ServicePlan planAddition(ServiceGraph grown) {
		return this.plans.ofAddition(grown, this.run.isUp());
	}

	/**
	 * Foretells that services are unregistered.
	 * @param gone the services, each after those that it depends on
	 * @return what would stop, and be forgotten
	 */
	public ServicePlan planRemoval(List<ServiceNode> gone) {
		List<String> names = new ArrayList<>();
		gone.forEach((node) -> names.add(0, node.name()));
		List<String> stop = this.plans.of(ServiceAction.STOP, new LinkedHashSet<>(gone), this.run.isUp()).stop();
		return new ServicePlan(stop, List.of(), names);
	}

	/**
	 * Which enabled services need a service.
	 * @param target the service
	 * @return their names
	 */
	public List<String> neededBy(ServiceNode target) {
		return this.plans.neededBy(target);
	}

	/**
	 * Does something to services, in one step. Whether it is possible is to be
	 * {@link #check checked} before, in the same command.
	 * @param action what to do
	 * @param nodes the services
	 * @param future is completed when it has come about
	 */
	public void perform(ServiceAction action, Collection<ServiceNode> nodes, CompletableFuture<Void> future) {
		switch (action) {
			case CLEAR_ERRORS -> nodes.forEach(this.reporting::clearErrors);
			case SLEEP, WAKE -> this.works.sleep(nodes, action == ServiceAction.SLEEP);
			case FAIL -> throw new IllegalArgumentException(action + " takes a cause");
			default -> {
				Meaning meaning = Meaning.of(action);
				this.pending.begin(nodes, (node) -> action, meaning.wantsToRun(), future);
				nodes.forEach((node) -> apply(meaning, node));
				if (action == ServiceAction.RELEASE) {
					this.leases.release(nodes);
				}
				this.run.intentions().changed(nodes);
				return;
			}
		}
		// It does not change whether they run.
		this.coordinator.deliver(() -> future.complete(null));
	}

	/**
	 * Sets what is wanted of services, in one step.
	 * @param activations the new activations
	 * @param future is completed when it has come about
	 * @throws OperationRefusedException if one of them is being unregistered: nothing was
	 * done
	 */
	public void activate(Map<ServiceNode, Activation> activations, CompletableFuture<Void> future) {
		if (activations.isEmpty()) {
			this.coordinator.deliver(() -> future.complete(null));
			return;
		}
		Set<ServiceNode> nodes = activations.keySet();
		activations.forEach((node, activation) -> check(Meaning.actionFor(activation), List.of(node)));
		Function<ServiceNode, @Nullable ServiceAction> actions = (node) -> {
			Activation activation = activations.get(node);
			return (activation != null) ? Meaning.actionFor(activation) : null;
		};
		this.pending.begin(nodes, actions, false, future);
		activations.forEach((node, activation) -> apply(Meaning.of(Meaning.actionFor(activation)), node));
		this.run.intentions().changed(nodes);
	}

	private void apply(Meaning meaning, ServiceNode node) {
		if (meaning.held() != null) {
			hold(node, meaning.held());
		}
		if (meaning.activation() != null) {
			node.activate(meaning.activation());
			this.failures.forgetRestarts(node);
			if (!node.held()) {
				node.unwantedReason(StopReason.NOT_NEEDED);
			}
		}
		if (meaning.again() == Again.ALWAYS
				|| (meaning.again() == Again.IF_FAILED && node.state() == ServiceState.FAILED)) {
			again(node);
		}
		// One that goes down already does so for the reason that it has.
		if (meaning.takesDown() && node.ending() == null && node.isUp()) {
			node.ending(StopReason.RESTART);
		}
		if (meaning.activation() != null) {
			node.publishChange();
		}
	}

	private static void hold(ServiceNode node, boolean held) {
		if (!held) {
			node.release();
			return;
		}
		node.hold(StopReason.OPERATOR);
		if (!node.isActive()) {
			node.stopReason(StopReason.OPERATOR);
			node.publishChange();
		}
	}

	// At once, whatever was to come after its failures.
	private void again(ServiceNode node) {
		node.due(node.due() || node.state() == ServiceState.BACKOFF);
		if (node.state() != ServiceState.STARTING && node.state() != ServiceState.PREPARING) {
			node.verdict(Verdict.NONE);
		}
		this.failures.forgetRestarts(node);
	}

	/**
	 * Makes running services fail, dependencies first: one that depends on another of
	 * them is taken down by it.
	 * @param nodes the services
	 * @param cause why each fails
	 * @return completed when the failures are accepted
	 */
	public CompletableFuture<Void> fail(Collection<ServiceNode> nodes, Function<ServiceNode, Throwable> cause) {
		List<ServiceNode> sorted = new ArrayList<>(nodes);
		sorted.sort(Comparator.comparingInt(ServiceNode::index));
		List<CompletableFuture<Void>> futures = new ArrayList<>();
		for (ServiceNode node : sorted) {
			if (futures.isEmpty() || node.isToRun()) {
				CompletableFuture<Void> future = new CompletableFuture<>();
				fail(node, cause.apply(node), future);
				futures.add(future);
				this.coordinator.propagation().refreshAhead(List.of(node));
			}
		}
		return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
	}

	/**
	 * Makes a running service fail.
	 * @param node the service
	 * @param cause why
	 * @param future is completed when the failure is accepted
	 */
	public void fail(ServiceNode node, Throwable cause, CompletableFuture<Void> future) {
		Incarnation incarnation = node.incarnation();
		String refusal = refusal(ServiceAction.FAIL, node);
		if (refusal != null || incarnation == null) {
			this.coordinator.deliver(() -> future
				.completeExceptionally(new OperationRefusedException(node.name(), String.valueOf(refusal))));
			return;
		}
		this.failures.failed(node, incarnation, cause);
		this.coordinator.deliver(() -> future.complete(null));
	}

	/**
	 * Why an action is not possible now.
	 * @param action the action
	 * @param node the service
	 * @return why, or {@code null} if it is possible
	 */
	public @Nullable String refusal(ServiceAction action, ServiceNode node) {
		Meaning meaning = Meaning.of(action);
		if (node.departing() && !meaning.equals(Meaning.NONE)) {
			return "Service '%s' %s: nothing can be done to it any more.".formatted(node.name(),
					node.isRemoved() ? "was unregistered" : "is being unregistered");
		}
		return meaning.refusal().why(node, this.run.isUp());
	}

	/**
	 * Makes sure that an action is possible now.
	 * @param action the action
	 * @param nodes the services
	 * @throws OperationRefusedException if it is not
	 */
	public void check(ServiceAction action, Collection<ServiceNode> nodes) {
		for (ServiceNode node : nodes) {
			String refusal = refusal(action, node);
			if (refusal != null) {
				throw new OperationRefusedException(node.name(), refusal);
			}
		}
	}

}
