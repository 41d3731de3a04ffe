// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.time.Duration;

import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.monitor.LifecycleEvent;

/**
 * Tells that a start of all services still goes on: after some time, then each time that
 * it has taken twice as long, {@value #MAX_MINUTES} minutes apart at most. Confined to
 * the coordinator.
 */
final class StartProgress extends Timer {

	private static final int MAX_MINUTES = 5;

	private static final long MAX_INTERVAL = Duration.ofMinutes(MAX_MINUTES).toNanos();

	private final Turn turn;

	/** When it is told first, in nanoseconds since the begin; 0 for never. */
	private final long first;

	private long since;

	/** When it is told next, in nanoseconds since the begin. */
	private long next;

	StartProgress(Turn turn, Duration first) {
		this.turn = turn;
		this.first = Nanos.of(first);
	}

	void begin(long now) {
		this.since = now;
		this.next = this.first;
		set();
	}

	void end() {
		this.turn.timers().remove(this);
	}

	private void set() {
		if (this.first > 0) {
			this.turn.timers().set(this, Nanos.later(this.since, this.next));
		}
	}

	@Override
	protected void fire() {
		this.turn.tell(new LifecycleEvent.StillStarting(Duration.ofNanos(this.turn.now() - this.since)));
		this.next += Math.min(this.next, MAX_INTERVAL);
		set();
	}

}
