// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.time.Duration;

/**
 * The times and limits of all services together. Immutable.
 *
 * @param startupTimeout how long the start of all may take
 * @param onFailure what the failure of a required service during the start means
 * @param shutdownTimeout how long quiescing and stopping all may take together: the time
 * between the two does not count
 * @param exposedEventBuffer how many exposed events wait for each listener at most, 1 or
 * more
 * @param progress after which time it is told that the start of all still goes on, zero
 * for never
 * @since 0.1.0
 */
public record EngineSettings(Duration startupTimeout, OnFailure onFailure, Duration shutdownTimeout,
		int exposedEventBuffer, Duration progress) {

	private static final Duration PROGRESS = Duration.ofSeconds(10);

	/**
	 * The settings where nothing is configured.
	 */
	public static final EngineSettings DEFAULTS = new EngineSettings(Duration.ofMinutes(5), OnFailure.FAIL,
			Duration.ofSeconds(25));

	/**
	 * Create settings that tell of a start that still goes on as by default.
	 * @param startupTimeout how long the start of all may take
	 * @param onFailure what the failure of a required service during the start means
	 * @param shutdownTimeout how long quiescing and stopping all may take together
	 * @param exposedEventBuffer how many exposed events wait for each listener at most
	 */
	public EngineSettings(Duration startupTimeout, OnFailure onFailure, Duration shutdownTimeout,
			int exposedEventBuffer) {
		this(startupTimeout, onFailure, shutdownTimeout, exposedEventBuffer, PROGRESS);
	}

	/**
	 * Create settings of which only times are configured.
	 * @param startupTimeout how long the start of all may take
	 * @param onFailure what the failure of a required service during the start means
	 * @param shutdownTimeout how long quiescing and stopping all may take together
	 */
	public EngineSettings(Duration startupTimeout, OnFailure onFailure, Duration shutdownTimeout) {
		this(startupTimeout, onFailure, shutdownTimeout, 10_000);
	}

	/**
	 * How much of the shutdown timeout quiescing may take, so that the stop has time.
	 * @return half of it
	 */
	public Duration quiesceTimeout() {
		return this.shutdownTimeout.dividedBy(2);
	}

	/**
	 * What the failure of a required service during the start means.
	 */
	public enum OnFailure {

		/**
		 * The start fails as soon as a required service cannot run any more.
		 */
		FAIL,

		/**
		 * The start goes on without it.
		 */
		CONTINUE

	}

}
