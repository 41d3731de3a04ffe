// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;

/**
 * The root causes of several services, whose ways to them mostly run together: each
 * service on them is looked at once. For use by one thread.
 */
final class RootCauses {

	private final Function<ServiceNode, @Nullable ServiceNode> blockers;

	private final Map<ServiceNode, ServiceNode> known = new HashMap<>();

	/**
	 * Create root causes.
	 * @param blockers what a service waits for, or {@code null} if it is a root cause
	 */
	RootCauses(Function<ServiceNode, @Nullable ServiceNode> blockers) {
		this.blockers = blockers;
	}

	/**
	 * Where the way of a service ends.
	 * @param node the service
	 * @return its root cause, itself if it waits for nothing
	 */
	ServiceNode of(ServiceNode node) {
		List<ServiceNode> way = new ArrayList<>();
		ServiceNode step = node;
		ServiceNode root = this.known.get(step);
		while (root == null) {
			way.add(step);
			ServiceNode next = this.blockers.apply(step);
			root = (next != null) ? this.known.get(next) : step;
			step = (next != null) ? next : step;
		}
		for (ServiceNode passed : way) {
			this.known.put(passed, root);
		}
		return root;
	}

}
