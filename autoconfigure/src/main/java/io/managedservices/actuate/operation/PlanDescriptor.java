// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.util.List;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;

/**
 * What an operation would do, as the endpoint shows it. Immutable.
 *
 * @param action what would be done, in lower case with dashes
 * @param service the name of the service
 * @param dryRun {@code true}: nothing was done
 * @param stop the names of the services that would stop, in that order
 * @param start the names of those that would start, in that order
 * @since 0.1.0
 */
public record PlanDescriptor(String action, String service, boolean dryRun, List<String> stop,
		List<String> start) implements OperationResponseBody {

	static PlanDescriptor of(ServiceAction action, String service, ServicePlan plan) {
		return new PlanDescriptor(action.toString(), service, true, plan.stop(), plan.start());
	}

}
