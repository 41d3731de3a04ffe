// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.ServiceMonitor;

/**
 * A bean that knows the services of its context, for the contexts below it, and for those
 * who show them.
 */
public interface ParentSource {

	/**
	 * What the contexts below this one need to know of its services.
	 * @return the services, or {@code null} if there are none
	 */
	ParentServices.@Nullable Parent asParent();

	/**
	 * The services of a child context have been found.
	 * @param id the id of the context
	 * @param services its services
	 */
	void childCame(String id, ServiceMonitor services);

	/**
	 * A child context is gone.
	 * @param id the id of the context
	 * @param services its services
	 */
	void childWent(String id, ServiceMonitor services);

	/**
	 * The services that there are now, as they were declared.
	 * @return their graph
	 */
	ServiceGraph graph();

}
