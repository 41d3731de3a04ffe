// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.ContextCarrier;

/**
 * Makes a task due again and again. Confined to the coordinator.
 */
abstract sealed class Repetition extends Timer {

	final IncarnationTask task;

	private final ContextCarrier context;

	Repetition(IncarnationTask task, ContextCarrier context) {
		this.task = task;
		this.context = context;
	}

	/**
	 * Begins to count, also anew when it is to come at another time first.
	 */
	abstract void begin();

	/**
	 * A run of the task begins.
	 */
	abstract void runBegins();

	/**
	 * A run of the task has ended.
	 */
	void runEnded() {
	}

	/**
	 * Ends for good.
	 */
	abstract void end();

	/**
	 * When the task is due next.
	 * @return the time, or {@code null} while it waits or for never
	 */
	abstract @Nullable Instant next();

	@Override
	protected void fire() {
		this.task.due(this.context);
	}

	final Coordination coordination() {
		return this.task.scope.workplace().coordination();
	}

	/**
	 * Somewhat later, so that not all that repeat alike come at once.
	 * @return nanoseconds
	 */
	final long jitter() {
		return Nanos.upTo(this.task.details().jitter);
	}

	/**
	 * Repeats at an interval, from the begin or the end of a run.
	 */
	static final class Every extends Repetition {

		private final long interval;

		private final boolean fromEnd;

		/** Whether it has come to a run. */
		private boolean hasRun;

		Every(IncarnationTask task, ContextCarrier context, long interval, boolean fromEnd) {
			super(task, context);
			this.interval = interval;
			this.fromEnd = fromEnd;
		}

		@Override
		void begin() {
			if (!this.hasRun) {
				long first = this.task.details().initialDelay;
				setNext((first != TaskDetails.NONE) ? first : this.interval);
			}
		}

		@Override
		void runBegins() {
			this.hasRun = true;
			if (this.fromEnd) {
				end();
			}
			else {
				setNext(this.interval);
			}
		}

		@Override
		void runEnded() {
			if (this.fromEnd) {
				setNext(this.interval);
			}
		}

		private void setNext(long delay) {
			coordination().timers().set(this, Nanos.later(Nanos.later(coordination().now(), delay), jitter()));
		}

		@Override
		void end() {
			coordination().timers().remove(this);
		}

		@Override
		@Nullable Instant next() {
			return (due() != TimerQueue.NEVER) ? coordination().instant().plusNanos(due() - coordination().now())
					: null;
		}

	}

	/**
	 * Repeats at times of the wall clock.
	 */
	static final class Cron extends Repetition {

		/** So far from all others that their difference is not out of range. */
		private static final long LONG_AGO = Long.MIN_VALUE / 4;

		private final CronExpression expression;

		/** In which it counts, {@code null} for that of the system. */
		private final @Nullable ZoneId zone;

		/** The time that it is armed for. */
		private long armed = TimerQueue.NEVER;

		/** The time that the last one was due at, before any jitter. */
		private long lastDue = TimerQueue.NEVER;

		/** When the last one came, on the clock that does not jump. */
		private long lastAt = LONG_AGO;

		Cron(IncarnationTask task, ContextCarrier context, CronExpression expression, @Nullable ZoneId zone) {
			super(task, context);
			this.expression = expression;
			this.zone = zone;
		}

		/**
		 * The next time of an expression.
		 * @param expression the expression
		 * @param now the time
		 * @param zone in which it counts, {@code null} for that of the system
		 * @return a time after now, or {@code null} if there is none
		 */
		static @Nullable ZonedDateTime next(CronExpression expression, Instant now, @Nullable ZoneId zone) {
			return expression.next(now.atZone((zone != null) ? zone : ZoneId.systemDefault()));
		}

		@Override
		void begin() {
			timers().add(this);
			arm();
		}

		private void arm() {
			arm(after(coordination().instant()));
		}

		private void arm(long time) {
			this.armed = time;
			timers().set(this, Nanos.later(this.armed, jitter()));
		}

		private long after(Instant time) {
			ZonedDateTime next = next(this.expression, time, this.zone);
			return (next != null) ? Nanos.of(next.toInstant()) : TimerQueue.NEVER;
		}

		@Override
		void runBegins() {
			// It is due by the clock, whenever it ran.
		}

		@Override
		protected void fire() {
			this.lastAt = coordination().now();
			this.lastDue = this.armed;
			arm();
			super.fire();
		}

		/**
		 * The clock has jumped. If it was set back, the times that it passes again count
		 * again, unless the last one came less than half of an interval ago: after a
		 * small step it does not come twice, and the one after it is next.
		 * @param now the time, in nanoseconds since 1970
		 */
		void clockJumped(long now) {
			long next = after(coordination().instant());
			if (next >= this.armed) {
				return;
			}
			if (coordination().now() - this.lastAt + next - now >= interval() / 2) {
				arm();
			}
			else {
				arm(Math.min(this.armed, after(Nanos.instant(next))));
			}
		}

		/**
		 * For how long what was due last is not due for another instance.
		 * @return what is left of half of the time until it is due again, 0 or less if it
		 * comes too late
		 */
		Duration leftOfHalf() {
			if (this.lastDue == TimerQueue.NEVER || this.armed == TimerQueue.NEVER) {
				return Duration.ZERO;
			}
			long now = Nanos.of(coordination().instant());
			return Duration.ofNanos(this.lastDue + (this.armed - this.lastDue) / 2 - now);
		}

		private long interval() {
			return (this.armed != TimerQueue.NEVER) ? after(Nanos.instant(this.armed)) - this.armed : 0;
		}

		@Override
		void end() {
			timers().remove(this);
		}

		@Override
		@Nullable Instant next() {
			return (due() != TimerQueue.NEVER) ? Nanos.instant(due()) : null;
		}

		private WallTimers timers() {
			return this.task.queueOfAll().times();
		}

	}

}
