// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

import io.managedservices.ServiceLifecycle;

/**
 * Why a service is being stopped, or was.
 *
 * @since 0.1.0
 */
public enum StopReason {

	/**
	 * All services are being stopped.
	 */
	SHUTDOWN,

	/**
	 * The operator stopped it: it does not run again until the operator starts it.
	 */
	OPERATOR,

	/**
	 * The operator restarts it.
	 */
	RESTART,

	/**
	 * It is disabled, or on demand and no enabled service needs it any more.
	 */
	NOT_NEEDED,

	/**
	 * It is unregistered: it is forgotten once it has stopped.
	 */
	UNREGISTERED,

	/**
	 * It has ended by itself, without a failure.
	 */
	COMPLETED,

	/**
	 * It failed while it was running.
	 */
	FAILURE,

	/**
	 * An attempt to start it failed: {@link ServiceLifecycle#stop stop} cleans up.
	 */
	START_FAILED,

	/**
	 * A service that it depends on no longer runs.
	 */
	DEPENDENCY,

	/**
	 * Its {@linkplain io.managedservices.ManagedService#lease() lease} is lost, could not
	 * be renewed in time, or was given back for another instance.
	 */
	LEASE_LOST

}
