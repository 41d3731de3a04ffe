// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.work.MicroTask.Priority;

/**
 * Gives the slots to the micro-tasks that wait for them. Safe for use by several threads,
 * without locks.
 * <p>
 * A slot that becomes free is never lost: who gives one back does so first and then looks
 * whether any wait; who waits stands in line first and then looks whether a slot is free.
 */
final class SharedSlots {

	private final MicroTaskSlots slots;

	private final MicroTaskLines lines = new MicroTaskLines();

	private final Runnable whenTakenOut;

	/**
	 * Create slots.
	 * @param limit how many
	 * @param whenTakenOut is run when one may have been the last that has waited
	 */
	SharedSlots(int limit, Runnable whenTakenOut) {
		this.slots = new MicroTaskSlots(limit);
		this.whenTakenOut = whenTakenOut;
	}

	/**
	 * Takes a slot if one is free that none waits for.
	 * @param priority for which priority
	 * @return whether one was
	 */
	boolean tryTake(Priority priority) {
		return this.slots.isAnyFree() && this.lines.isEmptyBefore(priority) && this.slots.tryTake();
	}

	/**
	 * Takes a slot beyond the limit, if need be.
	 */
	void take() {
		this.slots.take();
	}

	/**
	 * Lets one stand in line.
	 * @param call the micro-task
	 */
	void add(MicroTaskCall call) {
		lineOf(call).add(call);
		use();
	}

	/**
	 * The next one for a thread that has a slot.
	 * @return the next, or {@code null} if there is none: the slot was given back
	 */
	@Nullable StartedMicroTask<?> next() {
		boolean hasSlot = this.slots.keep();
		while (hasSlot || tryTakeForNext()) {
			MicroTaskCall call = poll();
			if (call instanceof StartedMicroTask<?> started) {
				return started;
			}
			grant(call);
			hasSlot = false;
		}
		return null;
	}

	/**
	 * Gives a slot back.
	 */
	void giveBack() {
		this.slots.giveBack();
		use();
	}

	private void use() {
		while (tryTakeForNext()) {
			grant(poll());
		}
	}

	private boolean tryTakeForNext() {
		return this.slots.isAnyFree() && !this.lines.isEmpty() && this.slots.tryTake();
	}

	private @Nullable MicroTaskCall poll() {
		MicroTaskCall call = this.lines.poll();
		this.whenTakenOut.run();
		return call;
	}

	private void grant(@Nullable MicroTaskCall call) {
		if (call != null) {
			call.granted();
		}
		else {
			this.slots.giveBack();
		}
	}

	/**
	 * Lets those begin, whether there is a slot or not, that have waited for as long as
	 * all of their priority may.
	 * @param line where they stand
	 * @param now the time
	 */
	void beginOverdue(MicroTaskLine line, long now) {
		MicroTaskCall first = line.firstWithCommonDelay();
		while (first != null && first.due() <= now) {
			take();
			if (line.pollFirst(first)) {
				first.granted();
			}
			else {
				giveBack();
			}
			first = line.firstWithCommonDelay();
		}
		this.whenTakenOut.run();
	}

	/**
	 * Lets one begin, whether there is a slot or not, that has waited for as long as it
	 * may.
	 * @param call the micro-task
	 */
	void beginOverdue(MicroTaskCall call) {
		if (!call.isWaiting()) {
			return;
		}
		take();
		if (lineOf(call).pollAny(call)) {
			call.granted();
			this.whenTakenOut.run();
		}
		else {
			giveBack();
		}
	}

	/**
	 * Takes one out that is not to begin.
	 * @param call the micro-task
	 * @return whether it has waited: it has no slot
	 */
	boolean abandon(MicroTaskCall call) {
		boolean abandoned = lineOf(call).abandon(call);
		if (abandoned) {
			this.whenTakenOut.run();
		}
		return abandoned;
	}

	/**
	 * Changes how many slots there are.
	 * @param limit how many
	 * @throws IllegalArgumentException if it is less than two
	 */
	void limit(int limit) {
		this.slots.limit(limit);
		use();
	}

	int limit() {
		return this.slots.limit();
	}

	int taken() {
		return this.slots.taken();
	}

	MicroTaskLines lines() {
		return this.lines;
	}

	private MicroTaskLine lineOf(MicroTaskCall call) {
		return this.lines.of(call.microTask.priority());
	}

}
