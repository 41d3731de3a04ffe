// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.failure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.managedservices.internal.engine.kernel.ServiceNode;

/**
 * One failure at run time and all that it took down. It is open until each of these
 * services runs again, or will not run by itself. Confined to the coordinator.
 */
public final class Episode {

	final ServiceNode root;

	final Throwable cause;

	final long since;

	/** All services that it took down, the root first. */
	final List<ServiceNode> affected = new ArrayList<>();

	/** Those of them that are still on their way. */
	final Set<ServiceNode> unsettled = new HashSet<>();

	/** Those of them that have been forgotten. */
	final Set<ServiceNode> gone = new HashSet<>();

	Episode(ServiceNode root, Throwable cause, long since) {
		this.root = root;
		this.cause = cause;
		this.since = since;
	}

	/**
	 * All services that it took down, the root first.
	 * @return the services, which cannot be changed
	 */
	public List<ServiceNode> affected() {
		return Collections.unmodifiableList(this.affected);
	}

	/**
	 * Those of them that are still on their way.
	 * @return the services, which cannot be changed
	 */
	public Set<ServiceNode> unsettled() {
		return Collections.unmodifiableSet(this.unsettled);
	}

}
