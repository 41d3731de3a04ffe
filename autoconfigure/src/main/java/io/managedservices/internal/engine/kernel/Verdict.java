// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

/**
 * What is to follow once a failed service has come to rest.
 */
public enum Verdict {

	/** Nothing: the service has not failed. */
	NONE,

	/** Another attempt after a delay. */
	RETRY,

	/** No further attempt. */
	GIVE_UP

}
