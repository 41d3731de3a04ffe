// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.TimerQueue;

/**
 * Micro-tasks of one priority that wait for a slot, first in first out. Safe for use by
 * several threads, without locks.
 * <p>
 * Who takes one out decides that by its state, which changes once. One that is taken out
 * of turn may keep its place in the queue until it is passed or swept: it is swept when
 * there may be more of those than of others.
 */
final class MicroTaskLine {

	private static final int SWEEP_AT_LEAST = 256;

	private final Queue<MicroTaskCall> queue = new ConcurrentLinkedQueue<>();

	/**
	 * How many wait: one is counted before it does, until shortly after. Those who add
	 * and those who take out do not meet in it.
	 */
	private final LongAdder waiting = new LongAdder();

	/** How many places may be held by those that do not wait any more. */
	private final AtomicInteger stale = new AtomicInteger();

	private final AtomicBoolean sweeping = new AtomicBoolean();

	private volatile int sweepAbove = SWEEP_AT_LEAST;

	void add(MicroTaskCall call) {
		this.waiting.increment();
		this.queue.add(call);
	}

	boolean isEmpty() {
		return peek() == null;
	}

	/**
	 * The first one that waits.
	 * @return the first, or {@code null} if none does
	 */
	@Nullable MicroTaskCall peek() {
		MicroTaskCall call = this.queue.peek();
		while (call != null && !call.isWaiting()) {
			remove(call);
			call = this.queue.peek();
		}
		return call;
	}

	/**
	 * Gives the first one that waits the slot that the caller has.
	 * @return the first, or {@code null} if none does
	 */
	@Nullable MicroTaskCall poll() {
		MicroTaskCall call = this.queue.poll();
		while (call != null && !call.grant()) {
			this.stale.decrementAndGet();
			call = this.queue.poll();
		}
		if (call != null) {
			this.waiting.decrement();
		}
		return call;
	}

	/**
	 * Gives one that is at the front the slot that the caller has.
	 * @param call one that is or was waiting near the front
	 * @return whether it still waited
	 */
	boolean pollFirst(MicroTaskCall call) {
		if (!call.grant()) {
			return false;
		}
		this.waiting.decrement();
		this.stale.incrementAndGet();
		remove(call);
		return true;
	}

	/**
	 * Gives one that is anywhere the slot that the caller has.
	 * @param call one that is or was waiting
	 * @return whether it still waited
	 */
	boolean pollAny(MicroTaskCall call) {
		if (!call.grant()) {
			return false;
		}
		leaveStale();
		return true;
	}

	/**
	 * Takes one out that is not to begin.
	 * @param call one that is or was waiting
	 * @return whether it still waited
	 */
	boolean abandon(MicroTaskCall call) {
		if (!call.abandon()) {
			return false;
		}
		// One that got its slot at once may be cancelled, too.
		if (call.hasStoodInLine()) {
			leaveStale();
		}
		return true;
	}

	/**
	 * All places, in order, also of those that do not wait any more.
	 * @return what is walked while others add and take out
	 */
	Iterable<MicroTaskCall> waiting() {
		return this.queue;
	}

	/**
	 * The first one that is due when all of its priority are.
	 * @return the first, or {@code null} if none waits
	 */
	@Nullable MicroTaskCall firstWithCommonDelay() {
		MicroTaskCall first = peek();
		if (first == null || !first.hasOwnDelay()) {
			return first;
		}
		for (MicroTaskCall call : this.queue) {
			if (call.isWaiting() && !call.hasOwnDelay()) {
				return call;
			}
		}
		return null;
	}

	/**
	 * When the first one is due that is when all of its priority are.
	 * @return the time, or {@link TimerQueue#NEVER}
	 */
	long nextDue() {
		MicroTaskCall first = firstWithCommonDelay();
		return (first != null) ? first.due() : TimerQueue.NEVER;
	}

	/**
	 * How many wait.
	 * @return their number
	 */
	int count() {
		return (int) Math.max(0, this.waiting.sum());
	}

	/**
	 * How many of a service wait. Looks at all that stand in line.
	 * @param workload the work of the service
	 * @return their number
	 */
	int count(ServiceWorkload workload) {
		int count = 0;
		for (MicroTaskCall call : this.queue) {
			if (call.scope.workload() == workload && call.isWaiting()) {
				count++;
			}
		}
		return count;
	}

	/**
	 * How many places are held, also by those that do not wait any more. Counts them.
	 * @return their number
	 */
	int places() {
		return this.queue.size();
	}

	// Whoever takes the place away counts it, and nobody else can.
	private void remove(MicroTaskCall call) {
		if (this.queue.remove(call)) {
			this.stale.decrementAndGet();
		}
	}

	private void leaveStale() {
		this.waiting.decrement();
		if (this.stale.incrementAndGet() > this.sweepAbove && this.sweeping.compareAndSet(false, true)) {
			int[] left = new int[1];
			this.queue.removeIf((call) -> {
				boolean waits = call.isWaiting();
				left[0] += waits ? 1 : 0;
				return !waits;
			});
			this.sweepAbove = Math.max(SWEEP_AT_LEAST, left[0]);
			// A few that others have counted meanwhile are found the next time.
			this.stale.set(0);
			this.sweeping.set(false);
		}
	}

}
