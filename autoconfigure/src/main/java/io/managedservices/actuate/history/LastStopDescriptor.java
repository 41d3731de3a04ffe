// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The last stop of all services as the endpoint shows it. Immutable. Times are in
 * milliseconds.
 *
 * @param began when the first service began to stop
 * @param took how long it took; left out while it goes on
 * @param abandoned the services that did not stop in time
 * @param services the services that were running, in the order in which they began to
 * stop
 * @since 0.1.0
 */
public record LastStopDescriptor(Instant began, @Nullable Long took, List<String> abandoned,
		List<StoppedService> services) {

	/**
	 * The stop of a service in it.
	 *
	 * @param name its name
	 * @param stoppingAfter how long after the begin it began to stop
	 * @param took from there until it had stopped; left out while it goes on
	 */
	public record StoppedService(String name, long stoppingAfter, @Nullable Long took) {

	}

}
