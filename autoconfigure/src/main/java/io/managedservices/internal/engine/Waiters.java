// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Those who wait for services, or for what they provide: they are told when there is
 * something, and when there will be nothing. Confined to the coordinator.
 */
final class Waiters {

	/** Why no service runs once nothing is started any more, as the end of a sentence. */
	static final String CLOSED = "the application is closed, or is being closed";

	private final Coordinator coordinator;

	Waiters(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	/**
	 * Waits for a service.
	 * @param node the service
	 * @param waiter is completed once it runs
	 */
	void await(ServiceNode node, CompletableFuture<ServiceSnapshot> waiter) {
		node.addWaiter(waiter);
		awaited(node);
	}

	/**
	 * Waits for what a service provides.
	 * @param node the service
	 * @param waiter is completed once there is something
	 */
	void await(ServiceNode node, ProvidedWaiter<?> waiter) {
		Provision provision = node.provision();
		provision.add(waiter);
		this.coordinator.provisions().update(node, provision);
		awaited(node);
	}

	private void awaited(ServiceNode node) {
		if (this.coordinator.run().isStopping()) {
			release(node, "all services are being stopped", null);
		}
		else if (this.coordinator.run().isOver()) {
			release(node, CLOSED, null);
		}
		else if (!node.intended) {
			release(node, whyNot(node), null);
		}
		else {
			serve(node);
		}
	}

	/**
	 * Tells those who wait for a service if it runs, or has failed.
	 * @param node the service
	 */
	void serve(ServiceNode node) {
		if (node.state == ServiceState.RUNNING && node.isToRun() && node.waiters != null) {
			ServiceSnapshot snapshot = node.snapshot;
			node.waiters.forEach((waiter) -> this.coordinator.deliver(() -> waiter.complete(snapshot)));
			node.waiters = null;
		}
		else if (node.state == ServiceState.FAILED) {
			release(node, "it failed: " + FailureText.of(node.vitals.failure()), node.vitals.failure());
		}
	}

	/**
	 * Tells those who wait for a service, or for what it provides, that it will not run.
	 * @param node the service
	 * @param why why not
	 * @param cause what it failed with, or {@code null}
	 */
	void release(ServiceNode node, String why, @Nullable Throwable cause) {
		Provision provision = node.provision;
		boolean isAwaited = provision != null && provision.hasWaiters();
		if (node.waiters != null || isAwaited) {
			ServiceException failure = new ServiceException(node.name(),
					"Service '%s' does not run: %s".formatted(node.name(), why), cause);
			if (node.waiters != null) {
				node.waiters.forEach((waiter) -> this.coordinator.deliver(() -> waiter.completeExceptionally(failure)));
				node.waiters = null;
			}
			this.coordinator.provisions().release(node, failure);
		}
	}

	/**
	 * Why a service is not to run.
	 * @param node a service that is not
	 * @return why, as the end of a sentence
	 */
	static String whyNot(ServiceNode node) {
		if (node.isDisabled()) {
			return "it is disabled";
		}
		if (node.held) {
			return (node.unwantedReason == StopReason.COMPLETED) ? "it has ended by itself" : "it was stopped";
		}
		return "nothing needs it";
	}

}
