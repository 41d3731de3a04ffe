package io.managedservices.work;

import java.time.Duration;

import io.managedservices.concurrent.Coordination;
import io.managedservices.concurrent.Timer;
import io.managedservices.concurrent.TimerQueue;

/**
 * Timers on the wall clock, which may jump: their times are kept as they were set, and
 * the clock is looked at again every 10 seconds at the latest. So none fires early, and
 * none is late by more than that. Confined to the coordinator.
 */
final class WallTimers {

	private static final long GUARD = Duration.ofSeconds(10).toNanos();

	private final WorkEngine engine;

	private final TimerQueue timers = new TimerQueue();

	private final Timer guard = Timer.of(this::look);

	WallTimers(WorkEngine engine) {
		this.engine = engine;
	}

	/**
	 * The wall clock.
	 * @return nanoseconds since 1970
	 */
	private long now() {
		return this.engine.coordination().epochNanos();
	}

	/**
	 * Whether a time has come. The clock is not read, which costs more than to set a
	 * timer, if there is one that is due before: it comes with that one, or later.
	 * @param time a time
	 * @return whether it has
	 */
	boolean isDue(long time) {
		return time < this.timers.next() && time <= now();
	}

	/**
	 * Sets when a timer is due.
	 * @param timer a timer of this queue alone
	 * @param due when, in nanoseconds since 1970
	 */
	void set(Timer timer, long due) {
		this.timers.set(timer, due);
		if (this.timers.next() == due || this.guard.due() == TimerQueue.NEVER) {
			watch();
		}
	}

	void remove(Timer timer) {
		this.timers.remove(timer);
	}

	private void look() {
		this.timers.fire(now());
		watch();
	}

	private void watch() {
		long next = this.timers.next();
		if (next != TimerQueue.NEVER) {
			Coordination coordination = this.engine.coordination();
			long now = now();
			long wait = (next > now + GUARD) ? GUARD : Math.max(0, next - now);
			long look = coordination.now() + wait;
			if (look < this.guard.due()) {
				coordination.timers().set(this.guard, look);
			}
		}
	}

}
