// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceOperator;
import io.managedservices.state.ServiceException;

/**
 * All services of the application: {@linkplain ServiceLookup finding them and waiting for
 * them}, {@linkplain ServiceMonitor how they are}, {@linkplain ServiceOperator starting
 * and stopping them}, {@linkplain ServiceRegistry adding further ones}. A bean of this
 * type, or of one of its parts, can be injected anywhere; its methods can be called once
 * all singletons of the context exist. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface ManagedServices extends ServiceLookup, ServiceMonitor, ServiceOperator, ServiceRegistry {

	/**
	 * The conditions that are raised for a service from outside, beside those that it
	 * raises itself. They are shown whatever its state, and stay through its starts and
	 * stops until they are resolved here, or the service is unregistered. Not stored: a
	 * new process begins without them.
	 * @param name the name of the service
	 * @return its conditions; each call throws a {@link ServiceException} once there is
	 * no service of that name
	 * @throws ServiceException if there is no such service
	 */
	Conditions conditions(String name);

}
