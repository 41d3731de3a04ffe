// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The value that one service provides, and who waits for it. Made for services that
 * provide something or are waited for, which are few. Confined to the coordinator, but
 * for the value, which any thread may read.
 */
final class Provision {

	/** What dependents see: from when it is provided until the service stops. */
	volatile @Nullable Object value;

	/** What all others see: only while the service runs and is to go on running. */
	volatile @Nullable Object published;

	private List<ProvidedWaiter<?>> waiters = new ArrayList<>();

	void add(ProvidedWaiter<?> waiter) {
		this.waiters.add(waiter);
	}

	void remove(CompletableFuture<?> future) {
		this.waiters.removeIf((waiter) -> waiter.future() == future);
	}

	boolean hasWaiters() {
		return !this.waiters.isEmpty();
	}

	List<ProvidedWaiter<?>> takeWaiters() {
		List<ProvidedWaiter<?>> taken = this.waiters;
		this.waiters = new ArrayList<>();
		return taken;
	}

}
