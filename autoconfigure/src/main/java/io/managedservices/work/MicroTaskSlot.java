// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

/**
 * A slot that is taken by something that runs elsewhere. Closing it twice is harmless.
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface MicroTaskSlot extends AutoCloseable {

	/**
	 * Gives the slot back.
	 */
	@Override
	void close();

}
