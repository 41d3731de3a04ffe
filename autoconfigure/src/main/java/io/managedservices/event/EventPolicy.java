// SPDX-License-Identifier: Apache-2.0
package io.managedservices.event;

/**
 * What happens to an event that a hook cannot take now, because its service does not run
 * or has as many events waiting as it may.
 *
 * @since 0.1.0
 */
public enum EventPolicy {

	/**
	 * It is held; if there are too many, the oldest one that is held for the same hooks
	 * is dropped and counted.
	 */
	BUFFER,

	/** It is dropped and counted. */
	DROP,

	/** It is dropped and counted, and whoever emits it is told by an exception. */
	FAIL

}
