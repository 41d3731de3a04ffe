// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

/**
 * What is to follow once a failed service has come to rest.
 */
enum Verdict {

	/** Nothing: the service has not failed. */
	NONE,

	/** Another attempt after a delay. */
	RETRY,

	/** No further attempt. */
	GIVE_UP

}
