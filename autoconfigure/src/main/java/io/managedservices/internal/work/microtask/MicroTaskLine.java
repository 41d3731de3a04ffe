// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Those of one priority that wait, first in first out. One that is taken out of turn
 * keeps its place until it is passed, or there are more of those than of others. Guarded
 * by the lock of the slots.
 */
final class MicroTaskLine {

	private static final int FEW = 64;

	private final Deque<MicroTaskCall> queue = new ArrayDeque<>();

	private int waiting;

	/**
	 * From how many places on they are swept, so that this costs each of them no more
	 * than to be added.
	 * @param waiting how many of them wait
	 * @return the largest number of places
	 */
	static int mostPlaces(int waiting) {
		return FEW + 2 * waiting;
	}

	void add(MicroTaskCall call) {
		this.queue.add(call);
		this.waiting++;
	}

	@Nullable MicroTaskCall poll() {
		if (this.waiting == 0) {
			return null;
		}
		MicroTaskCall call = this.queue.remove();
		while (!call.isWaiting()) {
			call = this.queue.remove();
		}
		this.waiting--;
		return call;
	}

	// Called when its state has changed.
	void leave() {
		this.waiting--;
		if (this.queue.size() > mostPlaces(this.waiting)) {
			this.queue.removeIf((each) -> !each.isWaiting());
		}
	}

	void take(Predicate<MicroTaskCall> which, List<MicroTaskCall> taken) {
		int before = taken.size();
		this.queue.removeIf((call) -> {
			boolean waits = call.isWaiting();
			boolean isTaken = waits && which.test(call);
			if (isTaken) {
				taken.add(call);
			}
			return isTaken || !waits;
		});
		this.waiting -= taken.size() - before;
	}

	void clear() {
		this.queue.clear();
	}

	int waiting() {
		return this.waiting;
	}

	/**
	 * How many places are held, also by those that do not wait any more.
	 * @return their number
	 */
	int places() {
		return this.queue.size();
	}

	int count(MicroTasks ofService) {
		int count = 0;
		for (MicroTaskCall call : this.queue) {
			if (call.microTasks() == ofService && call.isWaiting()) {
				count++;
			}
		}
		return count;
	}

}
