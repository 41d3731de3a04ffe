// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * An operation on a service as the endpoint shows it. Immutable.
 *
 * @param operation its id
 * @param action what is done, in lower case with dashes
 * @param service the name of the service
 * @param status how far it has come
 * @param message why it did not succeed; left out if it did, or may still
 * @param requestedAt when it was asked for
 * @param requestedBy who asked for it, {@code anonymous} if that is not known
 * @since 0.1.0
 */
public record OperationDescriptor(String operation, String action, String service, Status status,
		@Nullable String message, Instant requestedAt, String requestedBy) implements OperationResponseBody {

	static OperationDescriptor pending(String operation, String action, String service, Instant requestedAt,
			String requestedBy) {
		return new OperationDescriptor(operation, action, service, Status.PENDING, null, requestedAt, requestedBy);
	}

	OperationDescriptor ended(Status newStatus, @Nullable String newMessage) {
		return new OperationDescriptor(this.operation, this.action, this.service, newStatus, newMessage,
				this.requestedAt, this.requestedBy);
	}

	/**
	 * How far an operation has come.
	 */
	public enum Status {

		/**
		 * What it wants has not come about yet.
		 */
		PENDING,

		/**
		 * The service is as the operation wanted it.
		 */
		SUCCEEDED,

		/**
		 * The service did not come to run, or could not be stopped.
		 */
		FAILED,

		/**
		 * Another operation, or the stop of all, came in between.
		 */
		CANCELLED,

		/**
		 * It turned out not to be possible, nothing was done.
		 */
		REFUSED

	}

}
