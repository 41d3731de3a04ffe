// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.concurrent.CompletableFuture;

/**
 * Something that an operator wants of services, until it has come about. Confined to the
 * coordinator.
 */
final class Operation {

	/** Whether it has not come about if its services are not to run any more. */
	final boolean wantsToRun;

	final CompletableFuture<Void> future;

	/** How many of its services are not yet as it wants them. */
	int remaining;

	Operation(boolean wantsToRun, int services, CompletableFuture<Void> future) {
		this.wantsToRun = wantsToRun;
		this.remaining = services;
		this.future = future;
	}

}
