// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import io.managedservices.internal.item.EpochMicros;
import io.managedservices.work.ServiceTask;

/**
 * The tasks that are the lanes of a service: which of them have nothing to do, and which
 * of these is woken when the next item is due. Guarded by the lock of the items.
 */
final class ItemLanes {

	private static final int NOBODY = -1;

	private final ServiceTask[] lanes;

	/** Which lanes have nothing to do. */
	private final boolean[] idle;

	/** Which idle lane is woken when the next item is due. */
	private int watcher = NOBODY;

	private long watchedTime;

	/**
	 * Create lanes.
	 * @param lanes the tasks, by the numbers of the lanes; none is idle yet
	 */
	ItemLanes(ServiceTask[] lanes) {
		this.lanes = lanes;
		this.idle = new boolean[lanes.length];
	}

	/**
	 * Starts the first lane; the others are idle.
	 */
	void begin() {
		for (int number = 1; number < this.idle.length; number++) {
			this.idle[number] = true;
		}
		this.lanes[0].startAsap();
	}

	/**
	 * How many there are.
	 * @return 1 or more
	 */
	int count() {
		return this.lanes.length;
	}

	/**
	 * Says whether a lane has anything to do.
	 * @param number the lane, which is awake
	 * @param newIdle whether it is about to sleep
	 */
	void idle(int number, boolean newIdle) {
		this.idle[number] = newIdle;
		awake(number);
	}

	/**
	 * Wakes one that is idle, if any is.
	 */
	void wake() {
		int number = firstIdle();
		if (number != NOBODY) {
			this.idle[number] = false;
			awake(number);
			this.lanes[number].startAsap();
		}
	}

	private void awake(int number) {
		if (this.watcher == number) {
			this.watcher = NOBODY;
		}
	}

	private int firstIdle() {
		for (int number = 0; number < this.idle.length; number++) {
			if (this.idle[number]) {
				return number;
			}
		}
		return NOBODY;
	}

	/**
	 * Wakes one that is idle when the next item is due. Told under the lock, so that
	 * lanes hear of times in the order in which they are set.
	 * @param next when that is
	 */
	void watch(long next) {
		if (this.watcher == NOBODY) {
			this.watcher = firstIdle();
			this.watchedTime = EpochMicros.NEVER;
		}
		if (this.watcher != NOBODY && next < this.watchedTime) {
			this.watchedTime = next;
			this.lanes[this.watcher].schedule(EpochMicros.instant(next));
		}
	}

}
