// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

/**
 * A scope of no service.
 *
 * @since 0.1.0
 */
public final class OpenScope {

	private OpenScope() {
	}

	/**
	 * Makes one.
	 * @return a scope that has not ended
	 */
	public static WorkScope of() {
		return new WorkScope(null, null);
	}

}
