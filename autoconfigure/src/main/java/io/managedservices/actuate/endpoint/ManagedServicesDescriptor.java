// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.util.Map;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.managedservices.monitor.Workload;
import io.managedservices.state.ServiceState;

/**
 * All services as the endpoint shows them. Immutable.
 *
 * @param ready whether every required service is ready
 * @param healthy whether every required service is healthy
 * @param states how many services are in each state that any is in
 * @param workload how busy the work inside all services is
 * @param services the services by name, dependencies before their dependents
 * @since 0.1.0
 */
public record ManagedServicesDescriptor(boolean ready, boolean healthy, Map<ServiceState, Integer> states,
		Workload workload, Map<String, ManagedServiceDescriptor> services) implements OperationResponseBody {

}
