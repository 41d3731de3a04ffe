// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.failure;

import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.time.Timer;

/**
 * What is known of the failures of a service. Made for services that have failed, which
 * are few. Confined to the coordinator.
 */
final class Recovery {

	/** The delays that are left before it is given up. */
	@Nullable BackOffExecution backOff;

	/** The delay before the next attempt in milliseconds, negative if there is none. */
	long retryDelay;

	/** Its restarts after failures at run time. */
	@Nullable RestartHistory restarts;

	private @Nullable Timer timer;

	/**
	 * What rings when the next attempt to start the service is due.
	 * @param turn looks at the service then
	 * @param node the service
	 * @return the timer
	 */
	Timer timer(Turn turn, ServiceNode node) {
		Timer known = this.timer;
		if (known == null) {
			known = Timer.of(() -> {
				node.due(true);
				turn.lookAt(node);
			});
			this.timer = known;
		}
		return known;
	}

}
