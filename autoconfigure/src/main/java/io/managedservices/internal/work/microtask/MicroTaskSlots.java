// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.TimerQueue;
import io.managedservices.work.MicroTask.Priority;

/**
 * The slots of micro-tasks, and two queues of those that wait for one. No slot is free
 * while any waits. Safe for use by several threads: one lock guards all of it. It is held
 * for a few assignments, but for a look at all that wait when a service ends or is shown.
 */
final class MicroTaskSlots {

	static final int LOWEST_LIMIT = 2;

	private final ReentrantLock lock = new ReentrantLock();

	private final MicroTaskLine medium = new MicroTaskLine();

	private final MicroTaskLine low = new MicroTaskLine();

	/** By when they wait no longer, also some that have left their line before. */
	private final PriorityQueue<MicroTaskCall> byDue = new PriorityQueue<>(
			(one, other) -> Long.compare(one.due(), other.due()));

	private final LongSupplier clock;

	private final Runnable whenDueSooner;

	private final Runnable whenNoneWaits;

	private int limit;

	private int taken;

	/** When {@link #beginOverdue()} is to be called next. */
	private long alarm = TimerQueue.NEVER;

	/**
	 * Create slots.
	 * @param limit how many
	 * @param clock tells the time
	 * @param whenDueSooner is run when {@link #alarm()} has become sooner
	 * @param whenNoneWaits is run when the last one that has waited no longer does
	 */
	MicroTaskSlots(int limit, LongSupplier clock, Runnable whenDueSooner, Runnable whenNoneWaits) {
		this.limit = limit;
		this.clock = clock;
		this.whenDueSooner = whenDueSooner;
		this.whenNoneWaits = whenNoneWaits;
	}

	/**
	 * Takes a slot, or stands in line for one. If its service is to end, it does neither,
	 * and is abandoned.
	 * @param call the micro-task
	 * @param maxDelay how long it waits at most, in nanoseconds; 0 for a slot beyond the
	 * limit, if need be
	 * @return whether it has a slot
	 */
	boolean take(MicroTaskCall call, long maxDelay) {
		boolean sooner = false;
		this.lock.lock();
		try {
			// Who ends a service does so first, and then takes the lock to look for what
			// waits.
			if (call.scope().isEnded()) {
				call.abandon();
				return false;
			}
			if (maxDelay == 0 || this.taken < this.limit) {
				this.taken++;
				call.grant();
				return true;
			}
			call.standInLine(this.clock.getAsLong(), maxDelay);
			sooner = add(call);
		}
		finally {
			this.lock.unlock();
		}
		if (sooner) {
			this.whenDueSooner.run();
		}
		return false;
	}

	private boolean add(MicroTaskCall call) {
		lineOf(call).add(call);
		if (call.due() == TimerQueue.NEVER) {
			return false;
		}
		this.byDue.add(call);
		if (this.byDue.size() > MicroTaskLine.mostPlaces(waiting())) {
			sweep();
		}
		if (call.due() >= this.alarm) {
			return false;
		}
		this.alarm = call.due();
		return true;
	}

	private void sweep() {
		this.byDue.removeIf((each) -> !each.isWaiting());
	}

	/**
	 * Gives a slot back, and lets the next one have it.
	 */
	void giveBack() {
		MicroTaskCall next = release();
		if (next != null) {
			next.granted();
		}
	}

	/**
	 * Gives a slot back, and takes over the next one if that needs a thread.
	 * @return what the calling thread is to run, or {@code null} if there is nothing
	 */
	@Nullable StartedMicroTask<?> next() {
		MicroTaskCall next = release();
		if (next instanceof StartedMicroTask<?> started) {
			return started;
		}
		if (next != null) {
			next.granted();
		}
		return null;
	}

	private @Nullable MicroTaskCall release() {
		MicroTaskCall next;
		boolean last;
		this.lock.lock();
		try {
			this.taken--;
			next = grantNext();
			last = next != null && isLast();
		}
		finally {
			this.lock.unlock();
		}
		if (last) {
			this.whenNoneWaits.run();
		}
		return next;
	}

	private @Nullable MicroTaskCall grantNext() {
		if (this.taken >= this.limit) {
			return null;
		}
		MicroTaskCall next = this.medium.poll();
		if (next == null) {
			next = this.low.poll();
		}
		if (next != null) {
			next.grant();
			this.taken++;
		}
		return next;
	}

	// Called whenever one no longer waits.
	private boolean isLast() {
		if (waiting() > 0) {
			return false;
		}
		this.medium.clear();
		this.low.clear();
		this.byDue.clear();
		return true;
	}

	/**
	 * Lets those begin, whether there is a slot or not, that have waited for as long as
	 * they may.
	 */
	void beginOverdue() {
		List<MicroTaskCall> overdue = new ArrayList<>();
		boolean last;
		boolean again;
		this.lock.lock();
		try {
			long now = this.clock.getAsLong();
			MicroTaskCall first = this.byDue.peek();
			while (first != null && (!first.isWaiting() || first.due() <= now)) {
				if (first.isWaiting()) {
					first.grant();
					lineOf(first).leave();
					this.taken++;
					overdue.add(first);
				}
				this.byDue.remove();
				first = this.byDue.peek();
			}
			last = !overdue.isEmpty() && isLast();
			again = first != null;
			this.alarm = (first != null) ? first.due() : TimerQueue.NEVER;
		}
		finally {
			this.lock.unlock();
		}
		// What may be refused comes last.
		if (again) {
			this.whenDueSooner.run();
		}
		if (last) {
			this.whenNoneWaits.run();
		}
		overdue.forEach(MicroTaskCall::granted);
	}

	/**
	 * When {@link #beginOverdue()} is to be called next.
	 * @return the time, or {@link TimerQueue#NEVER}
	 */
	long alarm() {
		this.lock.lock();
		try {
			return this.alarm;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes one out of its line that is not to begin.
	 * @param call the micro-task
	 * @return whether it has waited: it has no slot
	 */
	boolean abandon(MicroTaskCall call) {
		boolean last;
		this.lock.lock();
		try {
			if (!call.isWaiting() || !call.hasStoodInLine()) {
				return false;
			}
			call.abandon();
			lineOf(call).leave();
			last = isLast();
		}
		finally {
			this.lock.unlock();
		}
		if (last) {
			this.whenNoneWaits.run();
		}
		return true;
	}

	/**
	 * Takes those out of their line whose service is to end.
	 */
	void abandonEnded() {
		List<MicroTaskCall> abandoned = new ArrayList<>();
		boolean last;
		this.lock.lock();
		try {
			Predicate<MicroTaskCall> ended = (call) -> call.scope().isEnded();
			this.medium.take(ended, abandoned);
			this.low.take(ended, abandoned);
			abandoned.forEach(MicroTaskCall::abandon);
			sweep();
			last = isLast();
		}
		finally {
			this.lock.unlock();
		}
		abandoned.forEach(MicroTaskCall::abandoned);
		if (last) {
			this.whenNoneWaits.run();
		}
	}

	/**
	 * Changes how many slots there are. Those that are taken stay so.
	 * @param newLimit how many
	 * @throws IllegalArgumentException if it is less than {@value #LOWEST_LIMIT}
	 */
	void limit(int newLimit) {
		if (newLimit < LOWEST_LIMIT) {
			throw new IllegalArgumentException(
					"The limit of micro-tasks that run at once is too low: expected %d or more, found %d. Pass at least %1$d to limitMicroTasks; what is to run one at a time is a task, or is guarded by a lock"
						.formatted(LOWEST_LIMIT, newLimit));
		}
		List<MicroTaskCall> granted = new ArrayList<>();
		boolean last;
		this.lock.lock();
		try {
			this.limit = newLimit;
			MicroTaskCall next = grantNext();
			while (next != null) {
				granted.add(next);
				next = grantNext();
			}
			last = !granted.isEmpty() && isLast();
		}
		finally {
			this.lock.unlock();
		}
		if (last) {
			this.whenNoneWaits.run();
		}
		granted.forEach(MicroTaskCall::granted);
	}

	/**
	 * How many there are, and how many wait for one.
	 * @return the figures of one moment
	 */
	SlotLoad load() {
		this.lock.lock();
		try {
			return new SlotLoad(this.limit, this.taken, this.medium.waiting(), this.low.waiting());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many of a service wait.
	 * @param ofService those of the service
	 * @param priority medium or low: those of high priority never wait
	 * @return their number
	 */
	int waiting(MicroTasks ofService, Priority priority) {
		this.lock.lock();
		try {
			return lineOf(priority).count(ofService);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many places are held, also by those that do not wait any more.
	 * @return their number
	 */
	int places() {
		this.lock.lock();
		try {
			return this.medium.places() + this.low.places() + this.byDue.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	private int waiting() {
		return this.medium.waiting() + this.low.waiting();
	}

	private MicroTaskLine lineOf(MicroTaskCall call) {
		return lineOf(call.microTask.priority());
	}

	private MicroTaskLine lineOf(Priority priority) {
		return (priority == Priority.LOW) ? this.low : this.medium;
	}

}
