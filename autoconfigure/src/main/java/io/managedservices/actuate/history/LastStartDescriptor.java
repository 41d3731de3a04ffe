// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The last start of all services as the endpoint shows it. Immutable. Times are in
 * milliseconds.
 *
 * @param began when it began
 * @param took how long it took; left out while it goes on
 * @param outcome what came of it
 * @param criticalPath the services that determined how long it took, dependencies first;
 * empty unless it succeeded
 * @param services the services that it was about, in the order in which they began
 * @since 0.1.0
 */
public record LastStartDescriptor(Instant began, @Nullable Long took, Outcome outcome, List<String> criticalPath,
		List<StartedService> services) {

	/**
	 * What came of a start.
	 */
	public enum Outcome {

		/** It goes on. */
		STARTING,

		/** All required services ran. */
		RUNNING,

		/** A required service could not be started. */
		FAILED,

		/** All services were stopped before. */
		CANCELLED

	}

	/**
	 * The first start of a service in it.
	 *
	 * @param name its name
	 * @param waitedAfter how long after the begin it began to wait for others; left out
	 * if it did not have to
	 * @param waitedFor the dependency for which it waited longest; left out if it did not
	 * wait for one, or waits still
	 * @param startedAfter how long after the begin its first attempt began; left out if
	 * there was none
	 * @param took from there until it ran or failed; left out while it goes on
	 * @param attempts how many attempts there were
	 * @param failed whether it failed
	 */
	public record StartedService(String name, @Nullable Long waitedAfter, @Nullable String waitedFor,
			@Nullable Long startedAfter, @Nullable Long took, int attempts, boolean failed) {

	}

}
