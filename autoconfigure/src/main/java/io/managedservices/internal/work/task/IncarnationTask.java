// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.support.CronExpression;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.ContextCarrier;
import io.managedservices.internal.work.core.Required;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.TaskBody;
import io.managedservices.work.WorkKind;

/**
 * A task of one incarnation, and the timer of the time that it is scheduled at. There may
 * be a million of them, so it has few fields. Any thread asks; what follows is confined
 * to the coordinator.
 */
final class IncarnationTask extends Timer implements ServiceTask {

	private final Tasks tasks;

	final WorkScope scope;

	private final String name;

	private final TaskBody body;

	/** Of whoever scheduled it last. */
	private ContextCarrier context = ContextCarrier.NONE;

	/** The run that waits or is under way. */
	@Nullable TaskRun run;

	@Nullable TaskDetails details;

	/** Whether its service has forgotten it, since nothing was to come of it any more. */
	boolean forgotten;

	/** Whether it is done once, and leaves nothing behind. */
	final boolean once;

	IncarnationTask(Tasks tasks, WorkScope scope, String name, TaskBody body) {
		this(tasks, scope, name, body, false);
	}

	IncarnationTask(Tasks tasks, WorkScope scope, String name, TaskBody body, boolean once) {
		this.tasks = tasks;
		this.scope = scope;
		this.name = name;
		this.body = body;
		this.once = once;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public ServiceTask queue() {
		return ask(TaskPriority.NORMAL);
	}

	@Override
	public ServiceTask queuePrioritized() {
		return ask(TaskPriority.PRIORITIZED);
	}

	@Override
	public ServiceTask startAsap() {
		return ask(TaskPriority.ASAP);
	}

	private ServiceTask ask(TaskPriority priority) {
		return submit(new Queueing(priority));
	}

	@Override
	public ServiceTask schedule(Instant time) {
		return submit(new Scheduling(Nanos.of(Required.of(time, "time", this.scope, WorkKind.TASK, this.name))));
	}

	@Override
	public ServiceTask repeat(Duration interval) {
		long nanos = Nanos.interval(interval, "interval", what());
		ContextCarrier captured = captureContext();
		return submit(() -> repeatBy(new Repetition.Every(this, captured, nanos, false)));
	}

	@Override
	public ServiceTask fixedDelay(Duration delay) {
		long nanos = Nanos.interval(delay, "fixed delay", what());
		ContextCarrier captured = captureContext();
		return submit(() -> repeatBy(new Repetition.Every(this, captured, nanos, true)));
	}

	@Override
	public ServiceTask initialDelay(Duration delay) {
		long nanos = Nanos.notNegative(delay, "initial delay", what());
		return submit(() -> {
			details().initialDelay = nanos;
			beginAnew();
		});
	}

	@Override
	public ServiceTask jitter(Duration longest) {
		long nanos = Nanos.notNegative(longest, "jitter", what());
		return submit(() -> {
			details().jitter = nanos;
			beginAnew();
		});
	}

	private void beginAnew() {
		Repetition repetition = details().repetition;
		if (repetition != null) {
			repetition.begin();
		}
	}

	@Override
	public ServiceTask unschedule() {
		return submit(() -> {
			queueOfAll().times().remove(this);
			repeatBy(null);
		});
	}

	@Override
	public ServiceTask cron(String expression) {
		return repeatByCron(expression, null);
	}

	@Override
	public ServiceTask cron(String expression, ZoneId zone) {
		return repeatByCron(expression, Required.of(zone, "time zone", this.scope, WorkKind.TASK, this.name));
	}

	private ServiceTask repeatByCron(String expression, @Nullable ZoneId zone) {
		if (Scheduled.CRON_DISABLED.equals(expression)) {
			return submit(() -> repeatBy(null));
		}
		CronExpression parsed = parse(expression);
		Coordination coordination = this.scope.workplace().coordination();
		if (coordination.ask(() -> Repetition.Cron.next(parsed, coordination.instant(), zone) == null)) {
			throw new IllegalArgumentException(
					"The cron expression of %s has no next time: found '%s'".formatted(what(), expression));
		}
		ContextCarrier captured = captureContext();
		return submit(() -> repeatBy(new Repetition.Cron(this, captured, parsed, zone)));
	}

	private CronExpression parse(String expression) {
		Required.of(expression, "cron expression", this.scope, WorkKind.TASK, this.name);
		try {
			return CronExpression.parse(expression);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("The cron expression of %s cannot be parsed: found '%s'. %s"
				.formatted(what(), expression, Objects.requireNonNullElse(ex.getMessage(), "")), ex);
		}
	}

	@Override
	public ServiceTask maxDelay(Duration maxDelay) {
		long nanos = Nanos.positive(maxDelay, "max delay", what());
		return submit(() -> this.tasks.limit(this, nanos));
	}

	@Override
	public ServiceTask finishOnStop() {
		return submit(() -> details().toFinish = true);
	}

	@Override
	public ServiceTask lease(String lease) {
		Required.text(lease, "lease", this.scope, WorkKind.TASK, this.name);
		this.scope.workplace().owner().leases().keep(this.scope.serviceName(), lease);
		return submit(() -> details().lease = lease);
	}

	@Override
	public ServiceTask keep() {
		return submit(() -> details().kept = true);
	}

	/**
	 * Whether it keeps its name when it is done.
	 * @return whether it does
	 */
	boolean isKept() {
		TaskDetails known = this.details;
		return known != null && known.kept;
	}

	/**
	 * Whether it does not run again before somebody asks for that.
	 * @return whether it neither runs nor waits, and nothing is scheduled
	 */
	boolean isAtRest() {
		TaskDetails known = this.details;
		return this.run == null && due() == TimerQueue.NEVER && (known == null || known.repetition == null);
	}

	boolean isToFinish() {
		TaskDetails known = this.details;
		return known != null && known.toFinish;
	}

	@Override
	public void cancel() {
		TaskRun current = this.run;
		// If it is so, this thread is sure to see it, although it is not the coordinator.
		boolean byItself = current != null && current.isInsideOnCaller();
		submit(() -> {
			details().cancelled = true;
			this.tasks.cancel(this, byItself);
		});
	}

	private ServiceTask submit(Runnable wish) {
		return submit(new Wish() {

			@Override
			void grant() {
				wish.run();
			}

		});
	}

	private ServiceTask submit(Wish wish) {
		if (!this.scope.isEnded()) {
			this.scope.workplace().coordination().submit(wish);
			this.scope.workplace().environment().added();
		}
		return this;
	}

	private ContextCarrier captureContext() {
		return this.scope.workplace().environment().captureContext();
	}

	private void scheduleAt(long time, ContextCarrier captured) {
		if (!this.tasks.remember(this)) {
			return;
		}
		if (this.context != captured) {
			this.context = captured;
		}
		WallTimers times = queueOfAll().times();
		if (times.isDue(time)) {
			times.remove(this);
			fire();
		}
		else {
			times.set(this, time);
		}
	}

	private void repeatBy(@Nullable Repetition repetition) {
		if (repetition != null && !this.tasks.remember(this)) {
			return;
		}
		TaskDetails known = details();
		if (known.repetition != null) {
			known.repetition.end();
		}
		known.repetition = repetition;
		if (repetition != null) {
			repetition.begin();
		}
	}

	@Override
	protected void fire() {
		due(this.context);
	}

	/**
	 * A time has come that was set for it.
	 * @param whose the context of whoever set it
	 */
	void due(ContextCarrier whose) {
		this.tasks.asked(this, TaskPriority.PRIORITIZED, whose, true);
	}

	/**
	 * Takes it out of all timers.
	 */
	void clear() {
		queueOfAll().times().remove(this);
		TaskDetails known = this.details;
		if (known != null) {
			if (known.repetition != null) {
				known.repetition.end();
				known.repetition = null;
			}
			if (known.maxDelay != null) {
				this.scope.workplace().coordination().timers().remove(known.maxDelay);
			}
		}
	}

	/**
	 * Whether nothing is to come of it any more.
	 * @return whether it was cancelled, or its service is to stop
	 */
	boolean isGone() {
		TaskDetails known = this.details;
		return this.scope.isEnded() || (known != null && known.cancelled);
	}

	/**
	 * Whether it has a time to come, or a repetition that has.
	 * @return {@code false} if it runs only when it is asked to
	 */
	boolean hasNext() {
		return due() != TimerQueue.NEVER || (this.details != null && this.details.repetition != null);
	}

	/**
	 * When it is due next.
	 * @return the time, or {@code null} if none is set
	 */
	@Nullable Instant next() {
		Instant scheduled = (due() != TimerQueue.NEVER) ? Nanos.instant(due()) : null;
		Repetition repetition = (this.details != null) ? this.details.repetition : null;
		Instant repeated = (repetition != null) ? repetition.next() : null;
		if (scheduled == null || (repeated != null && repeated.isBefore(scheduled))) {
			return repeated;
		}
		return scheduled;
	}

	TaskBody body() {
		return this.body;
	}

	TaskDetails details() {
		TaskDetails known = this.details;
		if (known == null) {
			known = new TaskDetails();
			this.details = known;
		}
		return known;
	}

	TaskQueue queueOfAll() {
		return this.tasks.queue();
	}

	Tasks tasks() {
		return this.tasks;
	}

	String what() {
		return "task '%s' of service '%s'".formatted(this.name, this.scope.serviceName());
	}

	/**
	 * What is asked of the task: granted if it is still there.
	 */
	private abstract class Wish extends Command {

		@Override
		public final void apply() {
			if (!isGone()) {
				grant();
			}
		}

		/**
		 * Does what is asked for. Called inside the coordinator.
		 */
		abstract void grant();

	}

	/**
	 * That it is queued.
	 */
	private final class Queueing extends Wish {

		private final TaskPriority priority;

		private final ContextCarrier captured = captureContext();

		Queueing(TaskPriority priority) {
			this.priority = priority;
		}

		@Override
		void grant() {
			// It runs now in place of then.
			queueOfAll().times().remove(IncarnationTask.this);
			IncarnationTask.this.tasks.asked(IncarnationTask.this, this.priority, this.captured, false);
		}

	}

	/**
	 * That it is queued at a time.
	 */
	private final class Scheduling extends Wish {

		private final long time;

		private final ContextCarrier captured = captureContext();

		Scheduling(long time) {
			this.time = time;
		}

		@Override
		void grant() {
			scheduleAt(this.time, this.captured);
		}

	}

}
