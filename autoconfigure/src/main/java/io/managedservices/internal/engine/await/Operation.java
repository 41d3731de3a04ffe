// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.state.ServiceException;

/**
 * Something that an operator wants of services, until it has come about. Confined to the
 * coordinator.
 */
final class Operation {

	/** What is done to each service. */
	final Function<ServiceNode, ?> action;

	/** Whether it has not come about if its services are not to run any more. */
	final boolean wantsToRun;

	/** Of all who want it. */
	final List<CompletableFuture<Void>> futures = new ArrayList<>(1);

	/** Those of services that could not be stopped. */
	final List<ServiceException> failures = new ArrayList<>();

	/** How many of its services are not yet as it wants them. */
	int remaining;

	private final int services;

	Operation(Function<ServiceNode, ?> action, boolean wantsToRun, int services, CompletableFuture<Void> future) {
		this.action = action;
		this.wantsToRun = wantsToRun;
		this.remaining = services;
		this.services = services;
		this.futures.add(future);
	}

	boolean isSame(Operation other, ServiceNode node) {
		return this.services == 1 && other.services == 1 && this.wantsToRun == other.wantsToRun
				&& Objects.equals(this.action.apply(node), other.action.apply(node));
	}

	void complete() {
		this.futures.forEach((future) -> future.complete(null));
	}

	void fail(Throwable failure) {
		this.futures.forEach((future) -> future.completeExceptionally(failure));
	}

}
