// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

/**
 * What the services of a benchmark call when they are started and stopped. Called by many
 * threads, at most once at a time for one service.
 */
interface Callbacks {

	/**
	 * A service is being started.
	 * @param service its index
	 * @throws InterruptedException if interrupted
	 */
	void start(int service) throws InterruptedException;

	/**
	 * A service is being stopped.
	 * @param service its index
	 */
	void stop(int service);

}
