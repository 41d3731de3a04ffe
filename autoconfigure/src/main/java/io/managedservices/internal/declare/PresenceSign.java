// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

/**
 * Tells by something other than a bean that an application expects services: whoever has
 * seen it has the services discovered, although there may be none.
 *
 * @since 0.1.0
 */
public interface PresenceSign {

	/**
	 * Whether services are expected.
	 * @return whether, as far as is known by now
	 */
	boolean isSeen();

	/**
	 * There are no services: whatever is asked for from now on is refused.
	 */
	default void noneFound() {
	}

}
