// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.util.LinkedHashSet;
import java.util.Set;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.WorkEnvironment;

/**
 * Timers on the wall clock. Their times are kept as they were set, and the clock is
 * looked at again when the next of them should have come, and when it has jumped: so none
 * fires early. Confined to the coordinator.
 */
final class WallTimers {

	private final WorkEnvironment environment;

	private final TimerQueue timers = new TimerQueue();

	/** Those whose next time follows from the present one. */
	private final Set<Repetition.Cron> repeated = new LinkedHashSet<>();

	private final Timer timer = Timer.of(this::look);

	WallTimers(WorkEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * The wall clock.
	 * @return nanoseconds since 1970
	 */
	private long now() {
		return this.environment.coordination().epochNanos();
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
		if (this.timers.next() == due || this.timer.due() == TimerQueue.NEVER) {
			watch();
		}
	}

	void remove(Timer timer) {
		this.timers.remove(timer);
	}

	/**
	 * Tells one when the clock has jumped.
	 * @param repetition what is repeated at times of the clock
	 */
	void add(Repetition.Cron repetition) {
		this.repeated.add(repetition);
	}

	void remove(Repetition.Cron repetition) {
		this.repeated.remove(repetition);
		this.timers.remove(repetition);
	}

	/**
	 * The clock has jumped.
	 */
	void clockJumped() {
		long now = now();
		this.timers.fire(now);
		this.repeated.forEach((each) -> each.clockJumped(now));
		watch();
	}

	private void look() {
		this.timers.fire(now());
		watch();
	}

	private void watch() {
		long next = this.timers.next();
		if (next != TimerQueue.NEVER) {
			Coordination coordination = this.environment.coordination();
			long look = Nanos.later(coordination.now(), Math.max(0, next - now()));
			if (look < this.timer.due()) {
				coordination.timers().set(this.timer, look);
			}
		}
	}

}
