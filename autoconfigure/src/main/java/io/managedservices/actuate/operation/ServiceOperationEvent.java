// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.ServiceAction;

/**
 * What became of an attempt to do something to a service over the endpoint. An attempt
 * that is accepted is told twice: when it is, and when it has come to its end. Immutable.
 *
 * @param request what was asked for
 * @param operation the id of the operation, or {@code null} if it was not accepted
 * @param outcome what became of it
 * @param message why, where there is more to say
 * @since 0.1.0
 */
public record ServiceOperationEvent(Request request, @Nullable String operation, Outcome outcome,
		@Nullable String message) {

	/**
	 * Whether an operation that was accepted before has come to its end with this.
	 * @return whether it is the second that is told of the same attempt
	 */
	public boolean isEnd() {
		return this.operation != null && this.outcome != Outcome.ACCEPTED;
	}

	/**
	 * What was asked for. Texts are cut after 200 characters.
	 *
	 * @param requested the action as it was asked for, empty if none was
	 * @param action the action, or {@code null} if there is none of that name, or it is
	 * to queue a task
	 * @param service the name of the service as it was asked for
	 * @param task the name of the task that is to be queued as it was asked for, or
	 * {@code null} if none was
	 * @param principal who asked for it, {@code anonymous} if that is not known
	 * @param dryRun whether only the plan was asked for
	 */
	public record Request(String requested, @Nullable ServiceAction action, String service, @Nullable String task,
			String principal, boolean dryRun) {

	}

	/**
	 * What became of an attempt.
	 */
	public enum Outcome {

		/**
		 * It is being done.
		 */
		ACCEPTED,

		/**
		 * It was only asked what it would do.
		 */
		PLANNED,

		/**
		 * It was not possible at that moment, nothing was done.
		 */
		REFUSED,

		/**
		 * Writing is not allowed: the access to the endpoint is not unrestricted. What
		 * was asked for is not read then.
		 */
		NOT_ALLOWED,

		/**
		 * There is no such action, or the request was wrong in another way.
		 */
		INVALID,

		/**
		 * There is no such service.
		 */
		UNKNOWN_SERVICE,

		/**
		 * An accepted operation has come about.
		 */
		SUCCEEDED,

		/**
		 * An accepted operation has not come about: a service failed.
		 */
		FAILED,

		/**
		 * Another operation, or the stop of all, came in between.
		 */
		CANCELLED;

		/**
		 * The outcome in lower case with dashes.
		 */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

}
