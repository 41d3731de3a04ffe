// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

import io.managedservices.ServiceLifecycle;

/**
 * The state of a service. Which moves between them are legal is told by the transition
 * table of the engine, drawn in {@code docs/architecture.md}.
 *
 * @since 0.1.0
 */
public enum ServiceState {

	/**
	 * Its {@link ServiceLifecycle#prepare prepare} has not been called yet.
	 */
	NEW,

	/**
	 * It is being prepared, or waits for its dependencies to be prepared.
	 */
	PREPARING,

	/**
	 * It does not run and is not wanted.
	 */
	STOPPED,

	/**
	 * It is wanted, and may not start yet: what it depends on does not run, what it comes
	 * after has not come to rest, others are being prepared, or an earlier call of one of
	 * its own methods has not returned.
	 */
	WAITING,

	/**
	 * It could run here, but a {@linkplain io.managedservices.ManagedService#lease()
	 * lease} is missing, its own or that of a service that it depends on: another
	 * instance of the application holds it, as a rule.
	 */
	STANDBY,

	/**
	 * An attempt to start it is under way.
	 */
	STARTING,

	/**
	 * An attempt to start it failed; the next one comes after a delay.
	 */
	BACKOFF,

	/**
	 * It runs.
	 */
	RUNNING,

	/**
	 * It is being stopped, or cleaned up after a failed attempt to start it.
	 */
	STOPPING,

	/**
	 * It was given up.
	 */
	FAILED;

	/**
	 * Whether nothing is under way: the service stays in this state until something else
	 * happens.
	 * @return {@code false} while it is being prepared, started or stopped
	 */
	public boolean isAtRest() {
		return this != PREPARING && this != STARTING && this != STOPPING;
	}

}
