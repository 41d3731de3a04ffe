package io.managedservices.engine;

import java.util.concurrent.CompletableFuture;

import io.managedservices.ServiceAction;

/**
 * Something that an operator wants of services, until it has come about. Confined to the
 * coordinator.
 */
final class Operation {

	final ServiceAction action;

	final CompletableFuture<Void> future;

	/** How many of its services are not yet as it wants them. */
	int remaining;

	Operation(ServiceAction action, CompletableFuture<Void> future) {
		this.action = action;
		this.future = future;
	}

	/**
	 * Whether its services were to run when it began.
	 * @return whether it has not come about if they are not to run any more
	 */
	boolean wantsToRun() {
		return switch (this.action) {
			case START, RESTART, RETRY -> true;
			default -> false;
		};
	}

}
