// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * One failure at run time and all that it took down. It is open until each of these
 * services runs again, or will not run by itself. Confined to the coordinator.
 */
final class Episode {

	final ServiceNode root;

	final Throwable cause;

	final long since;

	/** All services that it took down, the root first. */
	final List<ServiceNode> affected = new ArrayList<>();

	/** How many of them are still on their way. */
	int unsettled;

	Episode(ServiceNode root, Throwable cause, long since) {
		this.root = root;
		this.cause = cause;
		this.since = since;
	}

}
