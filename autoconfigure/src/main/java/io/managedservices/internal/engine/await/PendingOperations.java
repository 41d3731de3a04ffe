// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.managedservices.internal.engine.explain.Blockers;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.text.JoinedFailure;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * What operators want of services and has not come about. Confined to the coordinator.
 */
public final class PendingOperations implements Aspect.Evaluated {

	private final Coordinator coordinator;

	private final Blockers blockers;

	/** The operation that waits for each service. */
	private final Facts<Operation> operations;

	/**
	 * Create pending operations.
	 * @param coordinator the coordinator
	 * @param blockers tells why a service does not run
	 */
	public PendingOperations(Coordinator coordinator, Blockers blockers) {
		this.coordinator = coordinator;
		this.operations = coordinator.facts();
		this.blockers = blockers;
	}

	/**
	 * Begins an operation: whatever else was wanted of its services is cancelled.
	 * @param nodes the services
	 * @param action what is done to each
	 * @param wantsToRun whether it has not come about if its services are not to run
	 * @param future is completed when it has come about
	 */
	public void begin(Collection<ServiceNode> nodes, Function<ServiceNode, ?> action, boolean wantsToRun,
			CompletableFuture<Void> future) {
		Operation operation = new Operation(wantsToRun, nodes.size(), future);
		for (ServiceNode node : nodes) {
			cancel(node,
					"The operation '%s' on service '%s' came in between".formatted(action.apply(node), node.name()));
			this.operations.put(node, operation);
			this.coordinator.turn().lookAt(node);
		}
	}

	@Override
	public void evaluated(ServiceNode node) {
		Operation operation = this.operations.of(node);
		if (operation == null) {
			return;
		}
		boolean rests = !node.isActive() && node.state() != ServiceState.PREPARING;
		if (!node.wanted() && operation.wantsToRun) {
			cancel(node, "Service '%s' is not to run any more".formatted(node.name()));
		}
		else if (node.wanted() && rests && node.blocked()) {
			fail(node, operation, "does not run");
		}
		else if (!node.wanted() && node.state() == ServiceState.FAILED) {
			fail(node, operation, "could not be stopped");
		}
		else if (node.wanted() ? node.available() || isOnStandby(node) : rests) {
			ended(node, operation);
		}
	}

	// It is known that another instance runs it.
	private static boolean isOnStandby(ServiceNode node) {
		return node.state() == ServiceState.STANDBY && !node.undecided();
	}

	private void ended(ServiceNode node, Operation operation) {
		this.operations.remove(node);
		if (--operation.remaining == 0) {
			ServiceException failure = JoinedFailure.of(operation.failures);
			this.coordinator.deliver(() -> {
				if (failure != null) {
					operation.future.completeExceptionally(failure);
				}
				else {
					operation.future.complete(null);
				}
			});
		}
	}

	private void fail(ServiceNode node, Operation operation, String what) {
		ServiceException failure = new ServiceException(node.name(),
				"Service '%s' %s: %s".formatted(node.name(), what, this.blockers.describe(node)),
				node.vitals().failure());
		if (operation.wantsToRun) {
			this.operations.remove(node);
			this.coordinator.deliver(() -> operation.future.completeExceptionally(failure));
		}
		else {
			// Others may fail as well: each is reported.
			operation.failures.add(failure);
			ended(node, operation);
		}
	}

	/**
	 * Tells whoever waits for an operation on a service that it will not come about.
	 * @param node the service
	 * @param why why not
	 */
	public void cancel(ServiceNode node, String why) {
		Operation operation = this.operations.remove(node);
		if (operation != null) {
			this.coordinator.deliver(() -> operation.future.completeExceptionally(new CancellationException(why)));
		}
	}

}
