// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a worker is supervised. Immutable.
 *
 * @param delay the delay after the first failed attempt, {@code null} if it is not
 * restarted
 * @param maxRestarts how many restarts within the window, or {@link #UNLIMITED}
 * @param window within which restarts count
 * @param heartbeat how long it may go without a beat, {@code null} for as long as it
 * likes
 * @param finishes whether it is left in peace when its service stops, until half of the
 * time for that has passed
 */
record WorkerSettings(@Nullable Duration delay, int maxRestarts, Duration window, @Nullable Duration heartbeat,
		boolean finishes) {

	static final int UNLIMITED = -1;

	/** Of what is repeated for ever, or nearly so. */
	private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

	/** How often a worker may be restarted without a pause. */
	private static final int MAX_WITHOUT_PAUSE = 1000;

	static final Duration DEFAULT_DELAY = Duration.ofSeconds(2);

	/** Begun once, and not restarted. */
	static final WorkerSettings DEFAULTS = new WorkerSettings(null, UNLIMITED, Duration.ofMinutes(10), null, false);

	WorkerSettings withDelay(Duration newDelay) {
		return new WorkerSettings(newDelay, this.maxRestarts, this.window, this.heartbeat, this.finishes);
	}

	WorkerSettings withLimit(int newMaxRestarts, Duration newWindow) {
		Duration known = (this.delay != null) ? this.delay : DEFAULT_DELAY;
		return new WorkerSettings(known, newMaxRestarts, newWindow, this.heartbeat, this.finishes);
	}

	WorkerSettings withHeartbeat(Duration newHeartbeat) {
		return new WorkerSettings(this.delay, this.maxRestarts, this.window, newHeartbeat, this.finishes);
	}

	WorkerSettings thatFinishes() {
		return new WorkerSettings(this.delay, this.maxRestarts, this.window, this.heartbeat, true);
	}

	boolean isRestarted() {
		return this.delay != null;
	}

	/**
	 * Whether it would be restarted for ever, or nearly so, without a pause.
	 * @return whether there is neither a delay to speak of nor a limit of 1000 or less
	 */
	boolean spins() {
		return this.delay != null && (this.maxRestarts == UNLIMITED || this.maxRestarts > MAX_WITHOUT_PAUSE)
				&& this.delay.compareTo(SHORTEST_DELAY) < 0;
	}

}
