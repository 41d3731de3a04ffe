// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;

/**
 * When a service has to be looked at although nothing has happened to it. Made for
 * services that wait for a time: one that starts, runs without checks and stops never
 * does. Confined to the coordinator.
 */
final class Wakeup {

	/** When the next attempt or the next check is due. */
	long resumeAt = TimerQueue.NEVER;

	/** When the watchdog looks for a beat next. */
	long watchdogAt = TimerQueue.NEVER;

	/** Rings when the first of them is due, or the deadline of the service is. */
	@Nullable Timer timer;

	/**
	 * Forgets both: the service has come into another state.
	 */
	void clear() {
		this.resumeAt = TimerQueue.NEVER;
		this.watchdogAt = TimerQueue.NEVER;
	}

	long first() {
		return Math.min(this.resumeAt, this.watchdogAt);
	}

}
