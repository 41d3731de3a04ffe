// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

/**
 * A piece of work.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface WorkBody {

	/**
	 * Does it.
	 * @throws Exception whatever it throws becomes a {@link ServiceFailure}
	 */
	void run() throws Exception;

}
