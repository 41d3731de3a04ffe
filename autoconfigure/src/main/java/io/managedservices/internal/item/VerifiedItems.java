// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

/**
 * An item service that knows what would make its items wrong, and looks for it before it
 * starts. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface VerifiedItems {

	/**
	 * Looks for what would make the items wrong. Called at each start of the service,
	 * before any of them is asked for.
	 * @throws RuntimeException if there is something, so that the start fails
	 */
	void verifyItems();

}
