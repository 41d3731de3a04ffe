// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

/**
 * What the operator wants of a service.
 *
 * @since 0.1.0
 */
public enum Activation {

	/**
	 * It runs while the application runs.
	 */
	ENABLED,

	/**
	 * It runs only while an enabled service needs it, directly or through others.
	 */
	ON_DEMAND,

	/**
	 * It never runs, so that what depends on it cannot run either.
	 */
	DISABLED

}
