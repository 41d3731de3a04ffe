// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.util.Locale;

import io.managedservices.state.Activation;

/**
 * What an operator can do to a service.
 *
 * @since 0.1.0
 */
public enum ServiceAction {

	/**
	 * Starts a service that the operator stopped, or that ended or failed.
	 */
	START,

	/**
	 * Stops a service and what depends on it. It does not run until it is started.
	 */
	STOP,

	/**
	 * Stops a service and what depends on it, and starts all of it again.
	 */
	RESTART,

	/**
	 * Starts a service that failed, or that waits for its next attempt, now.
	 */
	RETRY,

	/**
	 * Makes a running service fail.
	 */
	FAIL,

	/**
	 * Makes a service {@link Activation#ENABLED}.
	 */
	ENABLE,

	/**
	 * Makes a service {@link Activation#DISABLED}.
	 */
	DISABLE,

	/**
	 * Makes a service {@link Activation#ON_DEMAND}.
	 */
	ON_DEMAND,

	/**
	 * Forgets the errors that a service has reported.
	 */
	CLEAR_ERRORS,

	/**
	 * Puts a service to {@linkplain ServiceOperator#sleep sleep}: its tickers pause, or
	 * tick less often, and its scheduled tasks wait.
	 */
	SLEEP,

	/**
	 * Wakes a service that was put to sleep.
	 */
	WAKE,

	/**
	 * Stops all services of the {@linkplain io.managedservices.ManagedService#lease()
	 * lease} by which a service runs and gives that back, so that another instance runs
	 * them. This instance does not try to get it for as long as a lease lasts.
	 */
	RELEASE;

	/**
	 * The activation that this leads to.
	 * @return the activation
	 * @throws IllegalStateException if this action has nothing to do with that
	 */
	public Activation activation() {
		return switch (this) {
			case ENABLE -> Activation.ENABLED;
			case DISABLE -> Activation.DISABLED;
			case ON_DEMAND -> Activation.ON_DEMAND;
			default -> throw new IllegalStateException(this + " does not change the activation");
		};
	}

	/**
	 * The action in lower case with dashes.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
