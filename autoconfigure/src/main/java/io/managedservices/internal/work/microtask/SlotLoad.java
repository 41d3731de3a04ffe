// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

/**
 * How busy the slots of micro-tasks are.
 *
 * @param limit how many there are
 * @param taken how many are taken, also beyond the limit
 * @param mediumWaiting how many of medium priority wait
 * @param lowWaiting how many of low priority wait
 * @since 0.1.0
 */
public record SlotLoad(int limit, int taken, int mediumWaiting, int lowWaiting) {

	boolean isAnyWaiting() {
		return this.mediumWaiting + this.lowWaiting > 0;
	}

}
