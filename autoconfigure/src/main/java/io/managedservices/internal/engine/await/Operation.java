// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.ArrayList;
import java.util.List;
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

	final CompletableFuture<Void> future;

	/** Those of services that could not be stopped. */
	final List<ServiceException> failures = new ArrayList<>();

	/** How many of its services are not yet as it wants them. */
	int remaining;

	Operation(Function<ServiceNode, ?> action, boolean wantsToRun, int services, CompletableFuture<Void> future) {
		this.action = action;
		this.wantsToRun = wantsToRun;
		this.remaining = services;
		this.future = future;
	}

}
