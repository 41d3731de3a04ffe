// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

/**
 * Ends the application for the lifecycle of its services. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public interface ApplicationEnd {

	/**
	 * A start that the context does not wait for has failed. Does not wait.
	 * @param failure why
	 */
	void startFailed(ServicesStartException failure);

	/**
	 * All services were only to be prepared, and are: the application ends after its
	 * runners.
	 */
	void prepared();

}
