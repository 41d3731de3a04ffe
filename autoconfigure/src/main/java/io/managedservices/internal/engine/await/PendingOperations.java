// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.explain.Blockers;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.text.JoinedFailure;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * What operators want of services and has not come about. Confined to the coordinator.
 */
public final class PendingOperations implements Aspect.Evaluated {

	/** What is done to services that are registered, to run at once. */
	public static final String REGISTER = "register";

	private final Coordinator coordinator;

	private final Blockers blockers;

	/** The operations that wait for each service, all of which want the same. */
	private final Facts<List<Operation>> operations;

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
	 * Begins an operation: whatever else was wanted of its services is cancelled. Who
	 * wanted the same waits on, and so does who has registered a service that is to run.
	 * @param nodes the services
	 * @param action what is done to each
	 * @param wantsToRun whether it has not come about if its services are not to run
	 * @param future is completed when it has come about
	 */
	public void begin(Collection<ServiceNode> nodes, Function<ServiceNode, ?> action, boolean wantsToRun,
			CompletableFuture<Void> future) {
		Operation operation = new Operation(action, wantsToRun, nodes.size(), future);
		for (ServiceNode node : nodes) {
			Object wanted = action.apply(node);
			List<Operation> known = this.operations.of(node);
			if (known != null && !waitsOn(known.get(0).action.apply(node), wanted, wantsToRun)) {
				cancel(node, "The operation '%s' on service '%s' came in between".formatted(wanted, node.name()));
			}
			add(node, operation);
			this.coordinator.turn().lookAt(node);
		}
	}

	private static boolean waitsOn(@Nullable Object known, @Nullable Object wanted, boolean wantsToRun) {
		return Objects.equals(known, wanted)
				|| (REGISTER.equals(known) && wantsToRun && wanted != ServiceAction.RESTART);
	}

	// Whoever asks again and again adds nothing to what is looked at.
	private void add(ServiceNode node, Operation operation) {
		List<Operation> waiting = this.operations.of(node, (first) -> new ArrayList<>(1));
		Operation last = waiting.isEmpty() ? null : waiting.get(waiting.size() - 1);
		if (last != null && last.isSame(operation, node)) {
			last.futures.addAll(operation.futures);
		}
		else {
			waiting.add(operation);
		}
	}

	@Override
	public void evaluated(ServiceNode node) {
		List<Operation> known = this.operations.of(node);
		if (known != null) {
			List.copyOf(known).forEach((operation) -> evaluated(node, operation));
		}
	}

	private void evaluated(ServiceNode node, Operation operation) {
		boolean rests = !node.isActive() && node.state() != ServiceState.PREPARING;
		if (!node.wanted() && operation.wantsToRun) {
			remove(node, operation);
			cancelled(operation, "Service '%s' is not to run any more".formatted(node.name()));
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
		remove(node, operation);
		if (--operation.remaining == 0) {
			ServiceException failure = JoinedFailure.of(operation.failures);
			this.coordinator.deliver(() -> {
				if (failure != null) {
					operation.fail(failure);
				}
				else {
					operation.complete();
				}
			});
		}
	}

	private void fail(ServiceNode node, Operation operation, String what) {
		ServiceException failure = new ServiceException(node.name(),
				"Service '%s' %s: %s".formatted(node.name(), what, this.blockers.describe(node)),
				node.vitals().failure());
		if (operation.wantsToRun) {
			remove(node, operation);
			this.coordinator.deliver(() -> operation.fail(failure));
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
		List<Operation> known = this.operations.remove(node);
		if (known != null) {
			known.forEach((operation) -> cancelled(operation, why));
		}
	}

	private void cancelled(Operation operation, String why) {
		this.coordinator.deliver(() -> operation.fail(new CancellationException(why)));
	}

	private void remove(ServiceNode node, Operation operation) {
		List<Operation> known = this.operations.of(node);
		if (known != null && known.remove(operation) && known.isEmpty()) {
			this.operations.remove(node);
		}
	}

}
