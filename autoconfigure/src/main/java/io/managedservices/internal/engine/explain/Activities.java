// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.WorkInside;

/**
 * What goes on in services without anybody asking for more. Confined to the coordinator.
 */
public final class Activities {

	private Activities() {
	}

	/**
	 * What goes on in services.
	 * @param nodes the services
	 * @return what, by the name of the service
	 */
	public static Map<String, String> of(List<ServiceNode> nodes) {
		Map<String, String> activities = new LinkedHashMap<>();
		for (ServiceNode node : nodes) {
			String activity = of(node);
			if (activity != null) {
				activities.put(node.name(), activity);
			}
		}
		return activities;
	}

	private static @Nullable String of(ServiceNode node) {
		WorkInside work = node.work();
		return switch (node.state()) {
			case PREPARING, STARTING, BACKOFF -> "it is being started";
			case STANDBY -> "it is on standby";
			case WAITING -> node.blocked() ? null : "it is being started";
			case STOPPING -> "it is being stopped";
			case RUNNING -> (work != null) ? work.activity() : null;
			case NEW, STOPPED, FAILED -> null;
		};
	}

}
