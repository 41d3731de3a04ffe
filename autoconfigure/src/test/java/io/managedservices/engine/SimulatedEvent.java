package io.managedservices.engine;

import io.managedservices.ExposedEvent;

/**
 * What simulated services tell each other.
 */
sealed interface SimulatedEvent {

	/**
	 * The service that it is from.
	 * @return its name
	 */
	String source();

	/**
	 * Whether it came from outside: it does not matter then whether its source runs.
	 * @return whether it did
	 */
	boolean injected();

	/**
	 * One that only services see.
	 *
	 * @param source the service that it is from
	 * @param injected whether it came from outside
	 */
	record Internal(String source, boolean injected) implements SimulatedEvent {

	}

	/**
	 * One that listeners see, too.
	 *
	 * @param source the service that it is from
	 * @param injected whether it came from outside
	 */
	@ExposedEvent
	record Exposed(String source, boolean injected) implements SimulatedEvent {

	}

}
