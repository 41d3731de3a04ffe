package io.managedservices.work;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

import io.managedservices.concurrent.Coordination;
import io.managedservices.concurrent.Nanos;
import io.managedservices.concurrent.Timer;
import io.managedservices.concurrent.TimerQueue;

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
	 * Begins to count.
	 */
	abstract void begin();

	/**
	 * A run of the task begins.
	 */
	abstract void runBegins();

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

	/**
	 * Repeats at an interval from the begin of a run.
	 */
	static final class Every extends Repetition {

		private final long interval;

		Every(IncarnationTask task, ContextCarrier context, long interval) {
			super(task, context);
			this.interval = interval;
		}

		@Override
		void begin() {
			coordination().timers().set(this, Nanos.later(coordination().now(), this.interval));
		}

		@Override
		void runBegins() {
			begin();
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

		private Coordination coordination() {
			return this.task.scope.workload().coordination();
		}

	}

	/**
	 * Repeats at times of the wall clock.
	 */
	static final class Cron extends Repetition {

		private final CronExpression expression;

		/** In which it counts, {@code null} for that of the system. */
		private final @Nullable ZoneId zone;

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
			Instant now = this.task.scope.workload().coordination().instant();
			ZonedDateTime next = next(this.expression, now, this.zone);
			if (next != null) {
				timers().set(this, Nanos.of(next.toInstant()));
			}
		}

		@Override
		void runBegins() {
			// It is due by the clock, whenever it ran.
		}

		@Override
		protected void fire() {
			begin();
			super.fire();
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
