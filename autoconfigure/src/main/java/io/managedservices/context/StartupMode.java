package io.managedservices.context;

/**
 * Whether the context waits for its services.
 *
 * @since 0.1.0
 */
public enum StartupMode {

	/**
	 * The refresh of the context ends when all required services run.
	 */
	AWAIT,

	/**
	 * The refresh of the context does not wait; readiness tells when all run.
	 */
	BACKGROUND

}
