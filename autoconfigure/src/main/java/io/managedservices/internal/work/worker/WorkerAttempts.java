// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The failed attempts of a worker in a row, and its restarts lately: what OTP calls the
 * restart intensity. Confined to the coordinator.
 */
final class WorkerAttempts {

	static final int GIVE_UP = -1;

	/** How long it runs without a failure until the earlier ones are forgotten. */
	private static final long FORGOTTEN_AFTER = Duration.ofMinutes(5).toNanos();

	private static final long LONGEST_DELAY = Duration.ofDays(10_000).toNanos();

	private final WorkerSettings settings;

	/** The times of the failures that were followed by a restart, the oldest first. */
	private final Deque<Long> restarts = new ArrayDeque<>();

	private int failed;

	/** When it was begun again after the last failure. */
	private long since;

	private boolean running;

	WorkerAttempts(WorkerSettings settings) {
		this.settings = settings;
	}

	/**
	 * It is begun, first or after a failure.
	 * @param now the time
	 */
	void begun(long now) {
		this.since = now;
		this.running = true;
	}

	/**
	 * It has failed.
	 * @param now the time
	 * @return the delay before it is restarted in nanoseconds, or {@link #GIVE_UP}
	 */
	long nextDelay(long now) {
		this.failed = failed(now) + 1;
		this.running = false;
		if (this.settings.maxRestarts() != WorkerSettings.UNLIMITED) {
			long window = TimeUnit.NANOSECONDS.convert(this.settings.window());
			while (!this.restarts.isEmpty() && now - this.restarts.getFirst() > window) {
				this.restarts.removeFirst();
			}
			if (this.restarts.size() >= this.settings.maxRestarts()) {
				return GIVE_UP;
			}
			this.restarts.addLast(now);
		}
		long delay = TimeUnit.NANOSECONDS.convert(Objects.requireNonNull(this.settings.delay()));
		return (delay <= LONGEST_DELAY / this.failed) ? delay * this.failed : LONGEST_DELAY;
	}

	/**
	 * How many attempts in a row have failed.
	 * @param now the time
	 * @return how many, 0 if they are forgotten
	 */
	int failed(long now) {
		return (this.running && now - this.since >= FORGOTTEN_AFTER) ? 0 : this.failed;
	}

}
