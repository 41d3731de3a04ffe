// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * What an operator does to services: it sets facts, from which all else follows, and
 * tells when it has. Confined to the coordinator.
 */
final class Operations {

	private final Coordinator coordinator;

	private final Turn turn;

	private final Intentions intentions;

	private final Blockers blockers;

	Operations(Coordinator coordinator, Turn turn, Intentions intentions, Blockers blockers) {
		this.coordinator = coordinator;
		this.turn = turn;
		this.intentions = intentions;
		this.blockers = blockers;
	}

	/**
	 * Does something to services, in one step. Whether it is possible is to be
	 * {@link #check checked} before, in the same command.
	 * @param action what to do
	 * @param nodes the services
	 * @param future is completed when it has come about
	 */
	void perform(ServiceAction action, Collection<ServiceNode> nodes, CompletableFuture<Void> future) {
		if (isDoneAtOnce(action, nodes)) {
			this.coordinator.deliver(() -> future.complete(null));
			return;
		}
		boolean wantsToRun = switch (action) {
			case START, RESTART, RETRY -> true;
			default -> false;
		};
		Operation operation = new Operation(wantsToRun, nodes.size(), future);
		nodes.forEach((node) -> begin(operation, action, node));
		nodes.forEach((node) -> apply(action, node));
		this.intentions.changed(nodes);
	}

	// What does not change whether they run.
	private boolean isDoneAtOnce(ServiceAction action, Collection<ServiceNode> nodes) {
		switch (action) {
			case CLEAR_ERRORS -> nodes.forEach(this.coordinator.reporting()::clearErrors);
			case SLEEP, WAKE -> this.coordinator.works().sleep(nodes, action == ServiceAction.SLEEP);
			default -> {
				return false;
			}
		}
		return true;
	}

	/**
	 * Sets what is wanted of services, in one step.
	 * @param activations the new activations
	 * @param future is completed when it has come about
	 */
	void activate(Map<ServiceNode, Activation> activations, CompletableFuture<Void> future) {
		if (activations.isEmpty()) {
			this.coordinator.deliver(() -> future.complete(null));
			return;
		}
		Operation operation = new Operation(false, activations.size(), future);
		activations.forEach((node, activation) -> begin(operation, action(activation), node));
		activations.forEach(Operations::activate);
		this.intentions.changed(activations.keySet());
	}

	/**
	 * Makes running services fail, dependencies first: one that depends on another of
	 * them is taken down by it.
	 * @param nodes the services
	 * @param cause why each fails
	 * @return completed when the failures are accepted
	 */
	CompletableFuture<Void> fail(Collection<ServiceNode> nodes, Function<ServiceNode, Throwable> cause) {
		List<ServiceNode> sorted = new ArrayList<>(nodes);
		sorted.sort(Comparator.comparingInt((node) -> node.index));
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
	void fail(ServiceNode node, Throwable cause, CompletableFuture<Void> future) {
		Incarnation incarnation = node.incarnation;
		String refusal = refusal(ServiceAction.FAIL, node);
		if (refusal != null || incarnation == null) {
			this.coordinator.deliver(() -> future
				.completeExceptionally(new OperationRefusedException(node.name(), String.valueOf(refusal))));
			return;
		}
		this.coordinator.failures().failed(node, incarnation, cause);
		this.coordinator.deliver(() -> future.complete(null));
	}

	/**
	 * Why an action is not possible now.
	 * @param action the action
	 * @param node the service
	 * @return why, or {@code null} if it is possible
	 */
	@Nullable String refusal(ServiceAction action, ServiceNode node) {
		boolean up = this.coordinator.run().isUp();
		return switch (action) {
			case START -> {
				if (node.isDisabled()) {
					yield "Service '%s' is disabled: enable it first.".formatted(node.name());
				}
				yield up ? notNeeded(node) : down(node);
			}
			case RESTART -> {
				if (!up) {
					yield down(node);
				}
				yield node.wanted ? null
						: "Service '%s' is not to run (%s): there is nothing to restart. Start or enable it."
							.formatted(node.name(), reasonNotWanted(node));
			}
			case RETRY -> {
				if (!up || (node.state != ServiceState.FAILED && node.state != ServiceState.BACKOFF)) {
					yield "Service '%s' is %s: only one that is FAILED or in BACKOFF can be tried again."
						.formatted(node.name(), node.state);
				}
				yield node.wanted ? null : "Service '%s' is not to run (%s): %s it.".formatted(node.name(),
						node.held ? "stopped" : node.activation(), node.held ? "start" : "enable");
			}
			case FAIL -> (node.state == ServiceState.RUNNING && node.isToRun()) ? null
					: "Service '%s' is %s: only one that is RUNNING can be made to fail.".formatted(node.name(),
							(node.state == ServiceState.RUNNING) ? "about to stop" : node.state);
			case STOP, ENABLE, DISABLE, ON_DEMAND, CLEAR_ERRORS, SLEEP, WAKE -> null;
		};
	}

	private static String reasonNotWanted(ServiceNode node) {
		if (node.isDisabled()) {
			return "disabled";
		}
		return node.held ? "stopped" : "not needed";
	}

	private static String down(ServiceNode node) {
		return "Service '%s' cannot be started alone while all services are stopped: start all first."
			.formatted(node.name());
	}

	private static @Nullable String notNeeded(ServiceNode node) {
		boolean idle = node.isOnDemand() && node.counters.demand[node.index] == 0;
		return idle ? "Service '%s' is on demand, and no enabled service needs it: enable it.".formatted(node.name())
				: null;
	}

	private static ServiceAction action(Activation activation) {
		return switch (activation) {
			case ENABLED -> ServiceAction.ENABLE;
			case ON_DEMAND -> ServiceAction.ON_DEMAND;
			case DISABLED -> ServiceAction.DISABLE;
		};
	}

	private void begin(Operation operation, ServiceAction action, ServiceNode node) {
		cancel(node, "The operation '%s' on service '%s' came in between".formatted(action, node.name()));
		node.operation = operation;
		this.turn.lookAt(node);
	}

	private static void apply(ServiceAction action, ServiceNode node) {
		switch (action) {
			case START -> {
				node.held = false;
				again(node);
			}
			case STOP -> {
				node.held = true;
				node.unwantedReason = StopReason.OPERATOR;
				if (!node.isActive()) {
					node.stopReason = StopReason.OPERATOR;
					node.publishChange();
				}
			}
			case RESTART -> {
				again(node);
				// One that goes down already does so for the reason that it has.
				if (node.ending == null
						&& (node.state == ServiceState.RUNNING || node.state == ServiceState.STARTING)) {
					node.ending = StopReason.RESTART;
				}
			}
			case RETRY -> again(node);
			case ENABLE, DISABLE, ON_DEMAND -> activate(node, action.activation());
			case FAIL, CLEAR_ERRORS, SLEEP, WAKE ->
				throw new IllegalArgumentException(action + " does not change what is wanted");
		}
	}

	// At once, whatever was to come after its failures.
	private static void again(ServiceNode node) {
		node.due |= node.state == ServiceState.BACKOFF;
		if (node.state != ServiceState.STARTING && node.state != ServiceState.PREPARING) {
			node.verdict = Verdict.NONE;
		}
		node.forgetRestarts();
	}

	private static void activate(ServiceNode node, Activation activation) {
		node.activate(activation);
		node.forgetRestarts();
		if (!node.held) {
			node.unwantedReason = StopReason.NOT_NEEDED;
		}
		if (activation == Activation.ENABLED && node.state == ServiceState.FAILED) {
			again(node);
		}
		node.publishChange();
	}

	/**
	 * Looks whether a service has become what its operation wants.
	 * @param node a service that was looked at
	 */
	void update(ServiceNode node) {
		Operation operation = node.operation;
		if (operation == null) {
			return;
		}
		boolean rests = !node.isActive() && node.state != ServiceState.PREPARING;
		if (!node.wanted && operation.wantsToRun) {
			cancel(node, "Service '%s' is not to run any more".formatted(node.name()));
		}
		else if (node.wanted && rests && node.blocked) {
			fail(node, operation, "does not run");
		}
		else if (!node.wanted && node.state == ServiceState.FAILED) {
			fail(node, operation, "could not be stopped");
		}
		else if (node.wanted ? node.available : rests) {
			node.operation = null;
			if (--operation.remaining == 0) {
				this.coordinator.deliver(() -> operation.future.complete(null));
			}
		}
	}

	private void fail(ServiceNode node, Operation operation, String what) {
		node.operation = null;
		ServiceException failure = new ServiceException(node.name(),
				"Service '%s' %s: %s".formatted(node.name(), what, this.blockers.describe(node)),
				node.vitals.failure());
		this.coordinator.deliver(() -> operation.future.completeExceptionally(failure));
	}

	/**
	 * Tells whoever waits for an operation on a service that it will not come about.
	 * @param node the service
	 * @param why why not
	 */
	void cancel(ServiceNode node, String why) {
		Operation operation = node.operation;
		if (operation != null) {
			node.operation = null;
			this.coordinator.deliver(() -> operation.future.completeExceptionally(new CancellationException(why)));
		}
	}

	/**
	 * Makes sure that an action is possible now.
	 * @param action the action
	 * @param nodes the services
	 * @throws OperationRefusedException if it is not
	 */
	void check(ServiceAction action, Collection<ServiceNode> nodes) {
		for (ServiceNode node : nodes) {
			String refusal = refusal(action, node);
			if (refusal != null) {
				throw new OperationRefusedException(node.name(), refusal);
			}
		}
	}

}
