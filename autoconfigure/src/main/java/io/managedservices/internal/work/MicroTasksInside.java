// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Notes which micro-tasks are inside user code, so that those of one incarnation are
 * found when it is to end. To note one costs a write to a place that other threads hardly
 * ever touch: each finds its own by its number, and the few that find it taken, or have
 * no thread, go to a set. Safe for use by several threads.
 * <p>
 * The order that makes it hold (as in T. J. Dekker's algorithm; all of these are
 * volatile): who begins writes its note, then reads whether the incarnation has ended;
 * who ends it writes that, then reads the notes. Who leaves takes its note away, then
 * reads whether it has ended; who ends reads the notes after that. So none can begin
 * unseen, and the last one to leave tells.
 */
final class MicroTasksInside {

	static final int NOWHERE = -1;

	private static final int IN_SET = -2;

	private static final int PROBES = 2;

	/** So that the notes of two threads are not in one cache line. */
	private static final int STRIDE = 16;

	private final AtomicReferenceArray<@Nullable MicroTaskCall> notes;

	private final int mask;

	private final Set<MicroTaskCall> others = ConcurrentHashMap.newKeySet();

	/**
	 * Create notes.
	 * @param places how many threads find a place of their own, a power of 2
	 */
	MicroTasksInside(int places) {
		this.mask = places - 1;
		this.notes = new AtomicReferenceArray<>(places * STRIDE);
	}

	/**
	 * Notes a call that is about to begin.
	 * @param call the call
	 * @param thread its thread, or {@code null} if it has none
	 */
	void add(MicroTaskCall call, @Nullable Thread thread) {
		if (thread != null) {
			int number = (int) thread.getId();
			for (int probe = 0; probe < PROBES; probe++) {
				int position = ((number + probe) & this.mask) * STRIDE;
				if (this.notes.get(position) == null && this.notes.compareAndSet(position, null, call)) {
					call.position = position;
					return;
				}
			}
		}
		call.position = IN_SET;
		this.others.add(call);
	}

	/**
	 * Takes the note away of a call that has left. Called by the thread that has noted
	 * it, or after it.
	 * @param call the call
	 */
	void remove(MicroTaskCall call) {
		int position = call.position;
		if (position >= 0) {
			this.notes.set(position, null);
		}
		else if (position == IN_SET) {
			this.others.remove(call);
		}
		call.position = NOWHERE;
	}

	/**
	 * Whether anything of an incarnation is inside user code. One that is noted and has
	 * not begun counts only once it has: after the end of its incarnation it never does.
	 * @param scope its work
	 * @return whether anything is
	 */
	boolean isAny(WorkScope scope) {
		// Each that leaves after the end asks: to go through all of them would take the
		// square of their number.
		for (int position = 0; position < this.notes.length(); position += STRIDE) {
			if (isInside(this.notes.get(position), scope)) {
				return true;
			}
		}
		for (MicroTaskCall call : this.others) {
			if (isInside(call, scope)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isInside(@Nullable MicroTaskCall call, WorkScope scope) {
		return call != null && call.scope == scope && call.hasBegun();
	}

	/**
	 * Goes through what is inside user code of an incarnation.
	 * @param scope its work
	 * @param action is given each call
	 */
	void forEach(WorkScope scope, Consumer<MicroTaskCall> action) {
		forEachNoted(scope, (call) -> {
			if (isInside(call, scope)) {
				action.accept(call);
			}
		});
	}

	/**
	 * Goes through what is inside user code of an incarnation or about to be.
	 * @param scope its work
	 * @param action is given each call
	 */
	void forEachNoted(WorkScope scope, Consumer<? super MicroTaskCall> action) {
		for (int position = 0; position < this.notes.length(); position += STRIDE) {
			MicroTaskCall call = this.notes.get(position);
			if (call != null && call.scope == scope) {
				action.accept(call);
			}
		}
		for (MicroTaskCall call : this.others) {
			if (call.scope == scope) {
				action.accept(call);
			}
		}
	}

}
