package io.managedservices.engine;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.Activation;
import io.managedservices.OperationRefusedException;
import io.managedservices.ServiceAction;
import io.managedservices.ServiceException;
import io.managedservices.ServiceState;
import io.managedservices.StopReason;

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
	 * Does something to services, in one step.
	 * @param action what to do
	 * @param nodes the services
	 * @param future is completed when it has come about
	 */
	void perform(ServiceAction action, Collection<ServiceNode> nodes, CompletableFuture<Void> future) {
		String refusal = refusal(action, nodes);
		if (refusal != null) {
			String first = nodes.iterator().next().name();
			this.coordinator.deliver(() -> future.completeExceptionally(new OperationRefusedException(first, refusal)));
			return;
		}
		begin(action, nodes, future);
		nodes.forEach((node) -> apply(action, node));
		nodes.forEach(this.intentions::changed);
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
		begin(ServiceAction.ENABLE, activations.keySet(), future);
		activations.forEach(Operations::activate);
		activations.keySet().forEach(this.intentions::changed);
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

	private @Nullable String refusal(ServiceAction action, Collection<ServiceNode> nodes) {
		return nodes.stream()
			.map((node) -> refusal(action, node))
			.filter((text) -> text != null)
			.findFirst()
			.orElse(null);
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
			case RETRY -> (up && (node.state == ServiceState.FAILED || node.state == ServiceState.BACKOFF)) ? null
					: "Service '%s' is %s: only one that is FAILED or in BACKOFF can be tried again."
						.formatted(node.name(), node.state);
			case FAIL -> (node.state == ServiceState.RUNNING && node.isToRun()) ? null
					: "Service '%s' is %s: only one that is RUNNING can be made to fail.".formatted(node.name(),
							(node.state == ServiceState.RUNNING) ? "about to stop" : node.state);
			case STOP, ENABLE, DISABLE, ON_DEMAND -> null;
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

	private void begin(ServiceAction action, Collection<ServiceNode> nodes, CompletableFuture<Void> future) {
		Operation operation = new Operation(action, future);
		operation.remaining = nodes.size();
		for (ServiceNode node : nodes) {
			cancel(node, "The operation '%s' on service '%s' came in between".formatted(action, node.name()));
			node.operation = operation;
			this.turn.lookAt(node);
		}
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
			}
			case RESTART -> {
				again(node);
				if (node.state == ServiceState.RUNNING || node.state == ServiceState.STARTING) {
					node.ending = StopReason.RESTART;
				}
			}
			case RETRY -> again(node);
			case ENABLE, DISABLE, ON_DEMAND -> activate(node, action.activation());
			case FAIL -> throw new IllegalArgumentException("A failure has a cause");
		}
	}

	// At once, whatever was to come after its failures.
	private static void again(ServiceNode node) {
		node.due |= node.state == ServiceState.BACKOFF;
		if (node.state != ServiceState.STARTING && node.state != ServiceState.PREPARING) {
			node.verdict = Verdict.NONE;
		}
		if (node.restarts != null) {
			node.restarts.clear();
		}
	}

	private static void activate(ServiceNode node, Activation activation) {
		node.activate(activation);
		node.unwantedReason = StopReason.NOT_NEEDED;
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
		if (node.wanted ? node.available : rests) {
			node.operation = null;
			if (--operation.remaining == 0) {
				this.coordinator.deliver(() -> operation.future.complete(null));
			}
		}
		else if (node.wanted && rests && node.blocked) {
			node.operation = null;
			Throwable cause = node.vitals.failure();
			this.coordinator.deliver(() -> operation.future.completeExceptionally(new ServiceException(node.name(),
					"Service '%s' does not run: %s".formatted(node.name(), this.blockers.describe(node)), cause)));
		}
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
		String refusal = refusal(action, nodes);
		if (refusal != null) {
			throw new OperationRefusedException(nodes.iterator().next().name(), refusal);
		}
	}

}
