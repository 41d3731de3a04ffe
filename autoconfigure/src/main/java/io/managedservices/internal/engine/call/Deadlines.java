// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.time.Duration;
import java.util.function.Consumer;

import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.time.Timer;

/**
 * When calls have to have returned that have a time of their own. Confined to the
 * coordinator.
 */
final class Deadlines {

	private final Turn turn;

	private final Consumer<Invocation> overdue;

	/**
	 * Create deadlines.
	 * @param turn tells the time
	 * @param overdue is given the calls whose time is over, as often as they are limited
	 */
	Deadlines(Turn turn, Consumer<Invocation> overdue) {
		this.turn = turn;
		this.overdue = overdue;
	}

	/**
	 * Limits how long a call may take, from when it begins.
	 * @param invocation the call
	 * @param timeout how long
	 */
	void limit(Invocation invocation, Duration timeout) {
		Timer timer = invocation.deadline();
		if (timer == null) {
			timer = new Deadline(invocation, timeout);
			invocation.deadline(timer);
		}
		this.turn.timers().set(timer, invocation.deadline(this.turn.now(), timeout));
	}

	/**
	 * Limits anew how long a call may take that hangs.
	 * @param invocation the call
	 * @param timeout how long, from now
	 */
	void limitAgain(Invocation invocation, Duration timeout) {
		Timer timer = Timer.of(() -> this.overdue.accept(invocation));
		invocation.deadline(timer);
		this.turn.timers().set(timer, this.turn.now() + timeout.toNanos());
	}

	/**
	 * A call has returned, or something else limits it now.
	 * @param invocation the call
	 */
	void lift(Invocation invocation) {
		Timer timer = invocation.deadline();
		if (timer != null) {
			this.turn.timers().remove(timer);
			invocation.deadline(null);
		}
	}

	/**
	 * When the time of a call is over that counts from its beginning.
	 */
	private final class Deadline extends Timer {

		private final Invocation invocation;

		private final Duration timeout;

		Deadline(Invocation invocation, Duration timeout) {
			this.invocation = invocation;
			this.timeout = timeout;
		}

		@Override
		protected void fire() {
			long now = Deadlines.this.turn.now();
			long due = this.invocation.deadline(now, this.timeout);
			if (due > now) {
				// It had to wait for a thread.
				Deadlines.this.turn.timers().set(this, due);
			}
			else {
				Deadlines.this.overdue.accept(this.invocation);
			}
		}

	}

}
