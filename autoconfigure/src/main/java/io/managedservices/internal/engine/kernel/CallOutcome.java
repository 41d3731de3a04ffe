// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

/**
 * What came of the callback that the state of a service is about.
 */
public enum CallOutcome {

	/** Nothing yet. */
	NONE,

	/** It returned, or there was nothing to call. */
	SUCCEEDED,

	/** It threw or timed out. */
	FAILED

}
