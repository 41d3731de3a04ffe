// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;

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

}
