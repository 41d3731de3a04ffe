// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Calls of one incarnation that are inside user code, or about to be. Each is in one of
 * these at most. Safe for use by several threads: some enter and leave user code without
 * the coordinator, because they are too many for it.
 * <p>
 * The order that makes it hold for those (as in T. J. Dekker's algorithm): who begins
 * adds the call, then reads whether the incarnation has ended; who ends it writes that,
 * then reads the calls. Who leaves removes the call, then reads whether it has ended; who
 * ends reads the calls after that. So none can begin unseen, and the last one to leave
 * tells.
 *
 * @param <C> the type of the calls
 */
final class ScopedCalls<C extends ScopedCall> {

	/** In any order: one that is removed is replaced by the last. */
	private final List<C> calls = new ArrayList<>();

	/**
	 * Adds a call that is about to begin.
	 * @param call the call
	 */
	synchronized void add(C call) {
		call.place = this.calls.size();
		this.calls.add(call);
	}

	/**
	 * Removes a call that has left, if it was not removed before.
	 * @param call the call
	 * @return whether it was here
	 */
	synchronized boolean remove(C call) {
		int place = call.place;
		boolean known = place >= 0;
		if (known) {
			C last = this.calls.remove(this.calls.size() - 1);
			if (last != call) {
				last.place = place;
				this.calls.set(place, last);
			}
			call.place = ScopedCall.NOWHERE;
		}
		return known;
	}

	synchronized boolean contains(C call) {
		return call.place >= 0;
	}

	synchronized boolean isEmpty() {
		return this.calls.isEmpty();
	}

	/**
	 * Whether anything is inside user code. A call that has not begun does not count:
	 * after the end of the incarnation it never does.
	 * @return whether anything is
	 */
	synchronized boolean isAny() {
		for (C call : this.calls) {
			if (call.hasBegun()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What is inside user code, or about to be.
	 * @return the calls of this moment
	 */
	synchronized List<C> all() {
		return List.copyOf(this.calls);
	}

}
