package io.managedservices.engine;

/**
 * What came of the callback that the state of a service is about.
 */
enum Outcome {

	/** Nothing yet. */
	NONE,

	/** It returned, or there was nothing to call. */
	SUCCEEDED,

	/** It threw or timed out. */
	FAILED

}
