// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

/**
 * Holds the {@link Backend} of an application as a bean, without showing it: what a test
 * puts in its place is seen by whoever writes that test. Immutable.
 *
 * @since 0.1.0
 */
public class ServiceThreads {

	private final Backend backend;

	/**
	 * Create a holder.
	 * @param backend time and threads of all services of the application
	 */
	public ServiceThreads(Backend backend) {
		this.backend = backend;
	}

	final Backend backend() {
		return this.backend;
	}

}
