// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;

/**
 * What is answered to a request. Immutable.
 *
 * @param outcome what became of it
 * @param body an {@link OperationDescriptor}, a {@link PlanDescriptor} or an
 * {@link ErrorDescriptor}
 */
public record OperationAnswer(Outcome outcome, OperationResponseBody body) {

	/**
	 * The status of HTTP.
	 * @return its code
	 */
	public int status() {
		return switch (this.outcome) {
			case ACCEPTED -> 202;
			case INVALID -> 400;
			case UNKNOWN_SERVICE -> 404;
			case NOT_ALLOWED -> 405;
			case REFUSED -> 409;
			case PLANNED, SUCCEEDED, FAILED, CANCELLED -> 200;
		};
	}

}
