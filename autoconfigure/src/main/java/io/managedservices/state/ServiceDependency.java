// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

/**
 * An edge of the graph: what a service depends on and where that was declared.
 *
 * @param name the name of the other service
 * @param kind what the edge means
 * @param origin where it comes from, for people: {@code dependsOn of @ManagedService on
 * class PollBook}
 * @since 0.1.0
 */
public record ServiceDependency(String name, Kind kind, String origin) {

	/**
	 * What an edge means.
	 */
	public enum Kind {

		/**
		 * The dependent runs only while the other service runs.
		 */
		REQUIRED,

		/**
		 * The dependent waits until the other service has come to rest.
		 */
		AFTER

	}

}
