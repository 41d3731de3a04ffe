// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.ArrayList;
import java.util.List;

import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceHook;

/**
 * The work that methods of a service are declared to be. Immutable.
 *
 * @param tasks make the tasks before the service is started, so that it can ask for them
 * @param starts begin the workers and the tasks when it has been, given the context of an
 * incarnation
 * @param hooks the hooks
 */
public record DeclaredWork(List<ServiceCallbacks.Callback> tasks, List<ServiceCallbacks.Callback> starts,
		List<ServiceHook> hooks) {

	/** No work. */
	public static final DeclaredWork NONE = new DeclaredWork(List.of(), List.of(), List.of());

	/**
	 * Adds what extensions begin, before the work of the methods.
	 * @param additions what they add
	 * @return both
	 */
	public DeclaredWork after(List<ServiceExtension.Addition> additions) {
		if (additions.isEmpty()) {
			return this;
		}
		List<ServiceCallbacks.Callback> all = new ArrayList<>();
		additions.forEach((addition) -> all.add(addition.afterStart()));
		all.addAll(this.starts);
		return new DeclaredWork(this.tasks, all, this.hooks);
	}

	/**
	 * Adds the work to the methods of the service: it begins when the start of the
	 * service has returned.
	 * @param callbacks the methods of the service
	 * @return its methods with the work
	 */
	public ServiceCallbacks addTo(ServiceCallbacks callbacks) {
		if (this.starts.isEmpty()) {
			return callbacks;
		}
		ServiceCallbacks.Callback own = callbacks.start();
		return callbacks.withStart((context) -> {
			for (ServiceCallbacks.Callback task : this.tasks) {
				task.call(context);
			}
			if (own != null) {
				own.call(context);
			}
			for (ServiceCallbacks.Callback start : this.starts) {
				start.call(context);
			}
		});
	}

}
