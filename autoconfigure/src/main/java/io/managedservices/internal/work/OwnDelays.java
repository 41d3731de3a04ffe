// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;

/**
 * Micro-tasks that stand in line and have a longest wait of their own, in the order in
 * which that ends. Confined to the coordinator; they begin outside. Those that do not
 * wait any more are swept out when there may be more of them than of others. Until then
 * nothing is held of them: one that waits is held by its line, or by who waits for it.
 */
final class OwnDelays {

	private static final int SWEEP_AT_LEAST = 64;

	private final WorkEngine engine;

	private final MicroTaskLimiter limiter;

	private final Timer timer = Timer.of(this::fire);

	private final PriorityQueue<Wait> waiting = new PriorityQueue<>(Comparator.comparingLong((wait) -> wait.due));

	private int sweepAbove = SWEEP_AT_LEAST;

	OwnDelays(WorkEngine engine, MicroTaskLimiter limiter) {
		this.engine = engine;
		this.limiter = limiter;
	}

	void add(MicroTaskCall call) {
		if (!call.isWaiting() || call.due() == TimerQueue.NEVER) {
			return;
		}
		this.waiting.add(new Wait(call));
		if (this.waiting.size() > this.sweepAbove) {
			this.waiting.removeIf(Wait::isOver);
			this.sweepAbove = Math.max(SWEEP_AT_LEAST, 2 * this.waiting.size());
		}
		setTimer();
	}

	int size() {
		return this.waiting.size();
	}

	private void fire() {
		List<MicroTaskCall> overdue = new ArrayList<>();
		long now = this.engine.coordination().now();
		Wait first = this.waiting.peek();
		while (first != null && first.due <= now) {
			MicroTaskCall call = this.waiting.remove().get();
			if (call != null) {
				overdue.add(call);
			}
			first = this.waiting.peek();
		}
		setTimer();
		this.engine.coordination().deliver(() -> overdue.forEach(this.limiter.slots()::beginOverdue));
	}

	private void setTimer() {
		Wait first = this.waiting.peek();
		this.engine.coordination().timers().set(this.timer, (first != null) ? first.due : TimerQueue.NEVER);
	}

	/**
	 * How long one waits.
	 */
	private static final class Wait extends WeakReference<MicroTaskCall> {

		private final long due;

		Wait(MicroTaskCall call) {
			super(call);
			this.due = call.due();
		}

		boolean isOver() {
			MicroTaskCall call = get();
			return call == null || !call.isWaiting();
		}

	}

}
