package io.managedservices;

/**
 * Why a service is being stopped.
 *
 * @since 0.1.0
 */
public enum StopReason {

	/**
	 * All services are being stopped.
	 */
	SHUTDOWN,

	/**
	 * An attempt to start it failed: {@link ServiceLifecycle#stop stop} cleans up.
	 */
	START_FAILED,

	/**
	 * A service that it depends on no longer runs.
	 */
	DEPENDENCY

}
