package io.managedservices.concurrent;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that waits for a time. Set and ended by the coordinator.
 */
final class AlarmClock {

	private final Runnable alarm;

	private final Thread thread;

	private final AtomicLong time = new AtomicLong(TimerQueue.NEVER);

	private volatile boolean ended;

	AlarmClock(Runnable alarm) {
		this.alarm = alarm;
		this.thread = new Thread(null, this::run, "managed-services", 0, false);
		this.thread.setDaemon(true);
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
		while (!this.ended) {
			long current = this.time.get();
			if (current == TimerQueue.NEVER) {
				LockSupport.park(this);
				continue;
			}
			long wait = current - System.nanoTime();
			if (wait > 0) {
				LockSupport.parkNanos(this, wait);
			}
			else if (this.time.compareAndSet(current, TimerQueue.NEVER)) {
				this.alarm.run();
			}
		}
	}

}
