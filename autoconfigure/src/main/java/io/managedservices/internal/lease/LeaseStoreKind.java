// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease;

/**
 * Where leases are kept.
 *
 * @since 0.1.0
 */
public enum LeaseStoreKind {

	/**
	 * By the {@code LockProvider} bean of ShedLock.
	 */
	LOCK_PROVIDER,

	/**
	 * In the memory of each instance, which takes itself for the only one: for
	 * development and tests.
	 */
	MEMORY

}
