// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.managedservices.actuate.history.LastStartDescriptor;
import io.managedservices.actuate.history.LastStopDescriptor;
import io.managedservices.actuate.work.WorkloadDescriptor;
import io.managedservices.state.ServiceState;

/**
 * All services as the endpoint shows them. Immutable.
 *
 * @param time the time of the server
 * @param ready whether every required service is ready
 * @param healthy whether every required service is healthy
 * @param states how many services are in each state that any is in
 * @param workload how busy the work inside all services is
 * @param leases the leases by which services run, by name; left out if none needs one
 * @param lastStart the last start of all services; left out if there was none
 * @param lastStop the last stop of all services; left out if there was none
 * @param services the services by name, dependencies before their dependents
 * @param children the services of child contexts, by the ids of these; left out if there
 * are none
 * @since 0.1.0
 */
public record ManagedServicesDescriptor(Instant time, boolean ready, boolean healthy, Map<ServiceState, Integer> states,
		WorkloadDescriptor workload, @Nullable Map<String, LeaseDescriptor> leases,
		@Nullable LastStartDescriptor lastStart, @Nullable LastStopDescriptor lastStop,
		Map<String, ManagedServiceDescriptor> services,
		@Nullable Map<String, Map<String, ManagedServiceDescriptor>> children) implements OperationResponseBody {

}
