// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;

import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.ProcessTime;
import io.managedservices.internal.time.TimerQueue;

/**
 * A thread that waits for a time, and looks around meanwhile, every
 * {@value ProcessTime#LOOK_MILLIS} ms. Set and ended by the coordinator.
 */
final class AlarmClock {

	private static final Log logger = LineLog.of(AlarmClock.class);

	private final Runnable alarm;

	private final LongSupplier clock;

	private final BooleanSupplier look;

	private final Thread thread;

	private final AtomicLong time = new AtomicLong(TimerQueue.NEVER);

	private volatile boolean ended;

	/**
	 * Create an alarm clock.
	 * @param threads makes its thread
	 * @param clock the time
	 * @param alarm is called when the time that was set has come
	 * @param look looks around, and says whether that is needed although it was ended
	 */
	AlarmClock(ThreadSource threads, LongSupplier clock, Runnable alarm, BooleanSupplier look) {
		this.clock = clock;
		this.alarm = alarm;
		this.look = look;
		this.thread = threads.alarm(this::run);
	}

	void start() {
		this.thread.start();
	}

	void set(long newTime) {
		this.time.set(newTime);
		LockSupport.unpark(this.thread);
	}

	void end() {
		this.ended = true;
		LockSupport.unpark(this.thread);
	}

	private void run() {
		while (isNeeded()) {
			long current = this.time.get();
			long wait = (current != TimerQueue.NEVER) ? current - this.clock.getAsLong() : ProcessTime.LOOK_INTERVAL;
			if (wait > 0) {
				LockSupport.parkNanos(this, Math.min(wait, ProcessTime.LOOK_INTERVAL));
			}
			else if (this.time.compareAndSet(current, TimerQueue.NEVER)) {
				ring();
			}
		}
	}

	private boolean isNeeded() {
		boolean needed = this.look.getAsBoolean();
		return needed || !this.ended;
	}

	private void ring() {
		try {
			this.alarm.run();
		}
		catch (RuntimeException | Error ex) {
			// Nobody else would ring.
			GuardedLog.error(logger, "Bug in managed-services: the alarm failed", ex);
		}
	}

}
