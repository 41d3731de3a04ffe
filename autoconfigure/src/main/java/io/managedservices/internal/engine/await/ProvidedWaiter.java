// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.concurrent.CompletableFuture;

import io.managedservices.internal.engine.kernel.ServiceNode;

/**
 * Somebody who waits for the value that a service provides. Immutable; completed outside
 * the coordinator.
 *
 * @param <T> the type of the value
 * @param type the type of the value
 * @param future is completed with it
 */
public record ProvidedWaiter<T>(Class<T> type, CompletableFuture<T> future) {

	/**
	 * Hands over the value.
	 * @param node the service
	 * @param value what it provides
	 */
	void complete(ServiceNode node, Object value) {
		try {
			this.future.complete(Provisions.cast(node, value, this.type));
		}
		catch (RuntimeException ex) {
			this.future.completeExceptionally(ex);
		}
	}

}
