// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.managedservices.internal.time.Patience;

/**
 * Waits for the stop of all services before what they use is destroyed, so that an
 * interrupt does not cut it short: the flag is set again at the end. Immutable.
 */
final class StopWait {

	private final Duration limit;

	/**
	 * Create a wait.
	 * @param limit how long at most
	 */
	StopWait(Duration limit) {
		this.limit = limit;
	}

	/**
	 * Waits. It does so with a time limit: that is how the context tells a thread that is
	 * about to end the refresh from one that is stuck.
	 * @param stopped the stop of the services
	 * @throws ExecutionException if it failed
	 * @throws TimeoutException if the time is over
	 */
	void await(CompletableFuture<Void> stopped) throws ExecutionException, TimeoutException {
		Patience.getUninterruptibly(stopped, this.limit);
	}

}
