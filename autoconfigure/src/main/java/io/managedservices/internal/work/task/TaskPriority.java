// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

/**
 * Where a task is put in the queue: from behind all others to before all others.
 */
enum TaskPriority {

	/** Behind all. */
	NORMAL,

	/** Behind the others that are prioritized, before the normal ones. */
	PRIORITIZED,

	/** Before all. */
	ASAP;

	/**
	 * Whether this moves a task that waits further to the front. To be the first is asked
	 * anew each time.
	 * @param present what it has
	 * @return whether this is better
	 */
	boolean isBetterThan(TaskPriority present) {
		return this == ASAP || compareTo(present) > 0;
	}

}
