// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many micro-tasks run, and how many may. Safe for use by several threads.
 */
final class MicroTaskSlots {

	static final int LOWEST_LIMIT = 2;

	private final AtomicInteger taken = new AtomicInteger();

	private volatile int limit;

	MicroTaskSlots(int limit) {
		this.limit = limit;
	}

	/**
	 * Changes how many there are. Those that are taken stay so.
	 * @param newLimit how many
	 * @throws IllegalArgumentException if it is less than {@value #LOWEST_LIMIT}
	 */
	void limit(int newLimit) {
		if (newLimit < LOWEST_LIMIT) {
			throw new IllegalArgumentException(
					"The limit of micro-tasks that run at once is too low: expected %d or more, found %d. Pass at least %1$d to limitMicroTasks; what is to run one at a time is a task, or is guarded by a lock"
						.formatted(LOWEST_LIMIT, newLimit));
		}
		this.limit = newLimit;
	}

	int limit() {
		return this.limit;
	}

	int taken() {
		return this.taken.get();
	}

	boolean isAnyFree() {
		return this.taken.get() < this.limit;
	}

	/**
	 * Takes a slot if one is free.
	 * @return whether one was
	 */
	boolean tryTake() {
		int current = this.taken.get();
		while (current < this.limit) {
			if (this.taken.compareAndSet(current, current + 1)) {
				return true;
			}
			current = this.taken.get();
		}
		return false;
	}

	/**
	 * Takes a slot beyond the limit, if need be.
	 */
	void take() {
		this.taken.incrementAndGet();
	}

	/**
	 * Gives a slot back.
	 */
	void giveBack() {
		this.taken.decrementAndGet();
	}

	/**
	 * Gives a slot back if more are taken than there are.
	 * @return whether it is kept, for what comes next
	 */
	boolean keep() {
		int current = this.taken.get();
		while (current > this.limit) {
			if (this.taken.compareAndSet(current, current - 1)) {
				return false;
			}
			current = this.taken.get();
		}
		return true;
	}

}
