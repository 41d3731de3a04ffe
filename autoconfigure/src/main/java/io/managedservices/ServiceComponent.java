// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

/**
 * A part of a service with checks of its own: the connection pool of a database, say. Its
 * checks are called in the background, in the same round as those of its service and
 * after them, never two at a time, and share the timeout of that round. What fails in one
 * of its components makes the service itself unready, or unhealthy.
 *
 * @since 0.1.0
 * @see ServiceContext#component(String, ServiceComponent)
 */
public interface ServiceComponent {

	/**
	 * Checks whether the component can take work.
	 * @throws Exception if it cannot
	 */
	default void checkReady() throws Exception {
	}

	/**
	 * Checks whether the component is in order. Called after {@link #checkReady}.
	 * @throws Exception if it is not
	 */
	default void checkHealth() throws Exception {
	}

	/**
	 * A component that was added to a service. Safe for use by several threads.
	 */
	interface Registration extends AutoCloseable {

		/**
		 * Removes the component: it is neither checked nor shown any more, and its name
		 * is free. A check that is under way comes to its end, and counts for nothing.
		 * Does nothing if it was removed before, or its incarnation is over.
		 */
		@Override
		void close();

	}

}
