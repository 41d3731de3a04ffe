package io.managedservices.engine;

import java.time.Duration;

/**
 * The times and limits of all services together. Immutable.
 *
 * @param startupTimeout how long the start of all may take
 * @param onFailure what the failure of a required service during the start means
 * @param shutdownTimeout how long the stop of all may take
 * @since 0.1.0
 */
public record EngineSettings(Duration startupTimeout, OnFailure onFailure, Duration shutdownTimeout) {

	/**
	 * The settings where nothing is configured.
	 */
	public static final EngineSettings DEFAULTS = new EngineSettings(Duration.ofMinutes(5), OnFailure.FAIL,
			Duration.ofSeconds(25));

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
