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
 * @param restarting the names of those that would stop and start again
 * @param stopping the names of those that would stop for good
 * @param starting the names of those that do not run and would start because of this
 * @param startingAnyway the names of those that do not run and would start without this
 * as well
 * @since 0.1.0
 */
public record PlanDescriptor(String action, String service, boolean dryRun, List<String> stop, List<String> start,
		List<String> restarting, List<String> stopping, List<String> starting,
		List<String> startingAnyway) implements OperationResponseBody {

	static PlanDescriptor of(ServiceAction action, String service, ServicePlan plan) {
		return new PlanDescriptor(action.toString(), service, true, plan.stop(), plan.start(), plan.restarting(),
				plan.stopping(), plan.starting(), plan.startAnyway());
	}

}
