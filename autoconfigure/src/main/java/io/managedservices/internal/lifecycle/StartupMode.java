// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

/**
 * Whether the context starts its services, and waits for them.
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
	BACKGROUND,

	/**
	 * All services are checked and prepared, and none is started. The application ends
	 * after its runners.
	 */
	PREPARE,

	/**
	 * The context does not start its services: somebody calls
	 * {@code ManagedServices.start()}, such as a test that has something to prepare
	 * before. They are stopped with the context all the same.
	 */
	MANUAL

}
