// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.work.MicroTask.Priority;

/**
 * Micro-tasks of all services that wait for a slot. Safe for use by several threads,
 * without locks.
 */
final class MicroTaskLines {

	private final MicroTaskLine medium = new MicroTaskLine();

	private final MicroTaskLine low = new MicroTaskLine();

	MicroTaskLine of(Priority priority) {
		return (priority == Priority.LOW) ? this.low : this.medium;
	}

	/**
	 * Whether nothing waits that comes before a new one.
	 * @param priority the priority of the new one
	 * @return whether nothing does
	 */
	boolean isEmptyBefore(Priority priority) {
		return this.medium.isEmpty() && (priority != Priority.LOW || this.low.isEmpty());
	}

	boolean isEmpty() {
		return this.medium.isEmpty() && this.low.isEmpty();
	}

	/**
	 * Gives the next one the slot that the caller has. The first of low priority is
	 * looked at before it is known that none of medium priority waits: it had its turn at
	 * that moment, whatever comes between that and its being taken out.
	 * @return the next, or {@code null} if none waits
	 */
	@Nullable MicroTaskCall poll() {
		while (true) {
			MicroTaskCall candidate = this.low.peek();
			MicroTaskCall next = this.medium.poll();
			if (next != null) {
				return next;
			}
			if (candidate == null) {
				if (isEmpty()) {
					return null;
				}
			}
			else if (this.low.pollFirst(candidate)) {
				return candidate;
			}
		}
	}

}
