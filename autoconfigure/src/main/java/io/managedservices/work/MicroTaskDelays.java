package io.managedservices.work;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.managedservices.concurrent.Command;
import io.managedservices.concurrent.Timer;
import io.managedservices.concurrent.TimerQueue;

/**
 * Lets micro-tasks begin that have waited for as long as they may. Timers are confined to
 * the coordinator; what is due begins outside, since it may be many.
 * <p>
 * Those with the common delay of their priority are due in the order in which they stand
 * in line, so that one timer for the first ones is enough: it is set while any wait, and
 * looks again when it fires, not for each. Those with a delay of their own are kept in
 * the order in which they are due.
 */
final class MicroTaskDelays {

	private static final int SWEEP_AT_LEAST = 64;

	private final WorkEngine engine;

	private final MicroTaskLimiter limiter;

	/** Whether somebody sees to the first ones in line: a timer, or who is to set it. */
	private final AtomicBoolean armed = new AtomicBoolean();

	private final Timer firstDue = Timer.of(() -> coordinationDelivers(this::beginFirst));

	private final Timer ownDue = Timer.of(this::ownDue);

	private final PriorityQueue<MicroTaskCall> own = new PriorityQueue<>(Comparator.comparingLong(MicroTaskCall::due));

	private int sweepAbove = SWEEP_AT_LEAST;

	MicroTaskDelays(WorkEngine engine, MicroTaskLimiter limiter) {
		this.engine = engine;
		this.limiter = limiter;
	}

	/**
	 * Sees to a micro-task that stands in line. Called by any thread.
	 * @param call the micro-task
	 */
	void watch(MicroTaskCall call) {
		if (call.hasOwnDelay()) {
			this.engine.coordination().submit(Command.of(() -> add(call)));
		}
		else if (!this.armed.get()) {
			arm();
		}
	}

	// Who disarms does so first and then looks whether any wait; who waits stands in line
	// first and then looks whether it is armed.
	private void arm() {
		while (this.armed.compareAndSet(false, true)) {
			long due = this.limiter.lines().nextDue();
			if (due != TimerQueue.NEVER) {
				this.engine.coordination()
					.submit(Command.of(() -> this.engine.coordination().timers().set(this.firstDue, due)));
				return;
			}
			this.armed.set(false);
			if (this.limiter.lines().nextDue() == TimerQueue.NEVER) {
				return;
			}
		}
	}

	private void beginFirst() {
		this.limiter.beginOverdue();
		this.armed.set(false);
		arm();
	}

	private void add(MicroTaskCall call) {
		if (!call.isWaiting() || call.due() == TimerQueue.NEVER) {
			return;
		}
		this.own.add(call);
		if (this.own.size() > this.sweepAbove) {
			this.own.removeIf((known) -> !known.isWaiting());
			this.sweepAbove = Math.max(SWEEP_AT_LEAST, 2 * this.own.size());
		}
		setOwnTimer();
	}

	private void ownDue() {
		List<MicroTaskCall> overdue = new ArrayList<>();
		long now = this.engine.coordination().now();
		MicroTaskCall first = this.own.peek();
		while (first != null && first.due() <= now) {
			overdue.add(this.own.remove());
			first = this.own.peek();
		}
		setOwnTimer();
		coordinationDelivers(() -> overdue.forEach(this.limiter::beginOverdue));
	}

	private void setOwnTimer() {
		MicroTaskCall first = this.own.peek();
		this.engine.coordination().timers().set(this.ownDue, (first != null) ? first.due() : TimerQueue.NEVER);
	}

	private void coordinationDelivers(Runnable delivery) {
		this.engine.coordination().deliver(delivery);
	}

}
