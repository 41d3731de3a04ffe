// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import io.managedservices.event.ExposedEvent;

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
	 * Its place among those of its source.
	 * @return its number
	 */
	int number();

	/**
	 * One that only services see.
	 *
	 * @param source the service that it is from
	 * @param injected whether it came from outside
	 * @param number its place among those of its source
	 */
	record Internal(String source, boolean injected, int number) implements SimulatedEvent {

	}

	/**
	 * One that listeners see, too.
	 *
	 * @param source the service that it is from
	 * @param injected whether it came from outside
	 * @param number its place among those of its source
	 */
	@ExposedEvent
	record Exposed(String source, boolean injected, int number) implements SimulatedEvent {

	}

}
