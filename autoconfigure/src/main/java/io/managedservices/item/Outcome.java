// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item;

/**
 * What came of processing an item.
 *
 * @since 0.1.0
 */
public enum Outcome {

	/** It was done. */
	DONE,

	/**
	 * There is nothing to do for it yet: it is tried again at its time, after a second at
	 * the earliest.
	 */
	NOT_YET

}
