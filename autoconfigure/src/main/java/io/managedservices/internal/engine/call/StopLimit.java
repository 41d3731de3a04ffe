// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.text.SettingKey;

/**
 * Why nobody waits any longer for what is inside a service that is being stopped.
 * Immutable.
 *
 * @param timeout the time that is over, or {@code null} if it is no matter of time
 * @param property what sets that time, or {@code null}
 * @param text the same for people, as the end of a sentence
 */
public record StopLimit(@Nullable Duration timeout, @Nullable String property, String text) {

	/** Sets how long quiescing and stopping all may take. */
	static final String SHUTDOWN_PROPERTY = "managed-services.shutdown.timeout";

	/** The stop of the service has failed, and is not tried again. */
	static final StopLimit STOP_FAILED = new StopLimit(null, null, "its stop has failed");

	/**
	 * The time to stop a service is over.
	 * @param node the service
	 * @return that limit
	 */
	static StopLimit ofService(ServiceNode node) {
		String property = SettingKey.ofService(node.name(), "stop-timeout");
		return new StopLimit(node.settings().stopTimeout(), property, property);
	}

	/**
	 * The time to stop all services is over.
	 * @param timeout how long it was
	 * @return that limit
	 */
	public static StopLimit ofShutdown(Duration timeout) {
		return new StopLimit(timeout, SHUTDOWN_PROPERTY, SHUTDOWN_PROPERTY + " has passed");
	}

	/**
	 * How long a service was waited for.
	 * @param node a service that was told to end
	 * @param now the time, in nanoseconds
	 * @return since it was told to, at most the timeout
	 */
	Duration passed(ServiceNode node, long now) {
		return passed(now - node.stoppingSince(), this.timeout);
	}

	/**
	 * How long something was waited for.
	 * @param nanos since when, in nanoseconds
	 * @param timeout how long it was to be at most: who notices is late
	 * @return the lesser of both, in milliseconds
	 */
	static Duration passed(long nanos, @Nullable Duration timeout) {
		Duration passed = Duration.ofMillis(nanos / 1_000_000);
		return (timeout != null && passed.compareTo(timeout) > 0) ? timeout : passed;
	}

}
