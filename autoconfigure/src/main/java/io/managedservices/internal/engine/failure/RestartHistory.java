// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.failure;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

import io.managedservices.internal.graph.RestartSettings;

/**
 * When a service was restarted lately: what OTP calls the restart intensity. Confined to
 * the coordinator.
 */
final class RestartHistory {

	private final RestartSettings settings;

	/** The times of the failures that were followed by a restart, the oldest first. */
	private final Deque<Long> restarts = new ArrayDeque<>();

	private @Nullable BackOffExecution backOff;

	RestartHistory(RestartSettings settings) {
		this.settings = settings;
	}

	/**
	 * The delay before a restart.
	 * @param now the time of the failure
	 * @param runningSince when the service came to run
	 * @return the delay in milliseconds, or -1 if it is to be given up
	 */
	long nextDelay(long now, long runningSince) {
		long window = this.settings.window().toNanos();
		if (now - runningSince > window) {
			this.restarts.clear();
			this.backOff = null;
		}
		while (!this.restarts.isEmpty() && now - this.restarts.getFirst() > window) {
			this.restarts.removeFirst();
		}
		if (this.settings.maxRestarts() != RestartSettings.UNLIMITED) {
			if (this.restarts.size() >= this.settings.maxRestarts()) {
				return -1;
			}
			this.restarts.addLast(now);
		}
		if (this.backOff == null) {
			this.backOff = backOff();
		}
		return this.backOff.nextBackOff();
	}

	private BackOffExecution backOff() {
		RestartSettings.Backoff backoff = this.settings.backoff();
		ExponentialBackOff exponential = new ExponentialBackOff(backoff.delay().toMillis(), backoff.multiplier());
		exponential.setMaxInterval(backoff.maxDelay().toMillis());
		return exponential.start();
	}

}
