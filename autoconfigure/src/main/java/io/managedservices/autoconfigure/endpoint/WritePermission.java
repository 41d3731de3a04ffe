// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

/**
 * Knows whether who asks for a service would be let through if they did something to it.
 * Implementations are safe for use by several threads.
 */
interface WritePermission {

	/**
	 * Asked on the thread of the request.
	 * @return whether they would be; {@code true} if that is not known
	 */
	boolean isGranted();

}
