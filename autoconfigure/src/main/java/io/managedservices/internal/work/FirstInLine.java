// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.concurrent.atomic.AtomicBoolean;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;

/**
 * Sees to it that the first micro-task in a line begins when it has waited for as long as
 * its priority may. Since all in a line have the same delay, one timer is enough: it is
 * set while any wait, and looks again when it fires, not for each. Entered by any thread;
 * the timer is confined to the coordinator.
 */
final class FirstInLine {

	private final WorkEngine engine;

	private final MicroTaskLimiter limiter;

	private final MicroTaskLine line;

	/** Whether somebody sees to it: the timer, or who is to set it. */
	private final AtomicBoolean armed = new AtomicBoolean();

	// What is due may be many: outside.
	private final Timer timer = Timer.of(() -> coordination().deliver(this::beginOverdue));

	FirstInLine(WorkEngine engine, MicroTaskLimiter limiter, MicroTaskLine line) {
		this.engine = engine;
		this.limiter = limiter;
		this.line = line;
	}

	/**
	 * One stands in line.
	 */
	void watch() {
		if (!this.armed.get()) {
			arm();
		}
	}

	// Who disarms does so first and then looks whether any wait; who waits stands in line
	// first and then looks whether it is armed.
	private void arm() {
		while (this.line.nextDue() != TimerQueue.NEVER && this.armed.compareAndSet(false, true)) {
			long due = this.line.nextDue();
			if (due != TimerQueue.NEVER) {
				coordination().submit(Command.of(() -> coordination().timers().set(this.timer, due)));
				return;
			}
			this.armed.set(false);
		}
	}

	private void beginOverdue() {
		this.limiter.slots().beginOverdue(this.line, coordination().nanoTime());
		this.armed.set(false);
		arm();
	}

	private Coordination coordination() {
		return this.engine.coordination();
	}

}
