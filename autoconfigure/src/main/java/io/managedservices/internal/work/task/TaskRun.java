// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.engine.lease.TaskLease;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.ContextCarrier;
import io.managedservices.internal.work.core.Unit;
import io.managedservices.work.TaskBody;
import io.managedservices.work.WorkKind;

/**
 * One run of a task, from when it is asked for: it waits in a list, then it is a unit of
 * work. Confined to the coordinator, but for its body.
 */
final class TaskRun extends Unit {

	final IncarnationTask task;

	TaskPriority priority;

	/** Of whoever asked for it. */
	private ContextCarrier context;

	/** Whether nobody asked for it but the clock, so that it waits while asleep. */
	boolean scheduled;

	/** Since when it is in the queue. */
	long queuedAt = TimerQueue.NEVER;

	/** When it no longer yields to micro-tasks. */
	long yieldsUntil = TimerQueue.NEVER;

	/** When it got its slot. */
	long begunAt = TimerQueue.NEVER;

	/** By what one instance is found that does it. Set before it begins. */
	private @Nullable String lease;

	/** For how long no other instance does it. */
	private Duration leaseKept = Duration.ZERO;

	/** The run that was asked for since this one has begun. */
	@Nullable TaskRun again;

	/** Its place in the queue, while it is there: the lowest is the first. */
	long place;

	TaskRun(IncarnationTask task, TaskPriority priority, ContextCarrier context, boolean scheduled) {
		super(task.scope, WorkKind.TASK, task.name());
		this.task = task;
		this.priority = priority;
		this.context = context;
		this.scheduled = scheduled;
	}

	/**
	 * It is asked for once more while it waits.
	 * @param newPriority where it would be put
	 * @param newContext of whoever asks
	 * @param isScheduled whether that is only the clock
	 * @return whether it gets a better place
	 */
	boolean improve(TaskPriority newPriority, ContextCarrier newContext, boolean isScheduled) {
		boolean better = newPriority.isBetterThan(this.priority);
		if (better) {
			this.priority = newPriority;
		}
		if (better || (this.scheduled && !isScheduled)) {
			this.context = newContext;
		}
		this.scheduled &= isScheduled;
		return better;
	}

	/**
	 * It begins.
	 * @param itsLease what it does if nobody asked for it but the clock is done by one
	 * instance, or {@code null} by each
	 */
	void lease(@Nullable String itsLease) {
		if (itsLease != null && this.scheduled && this.task.details().repetition instanceof Repetition.Cron cron) {
			this.lease = itsLease;
			this.leaseKept = cron.leftOfHalf();
		}
	}

	boolean isWaiting() {
		return this.begunAt == TimerQueue.NEVER;
	}

	@Override
	protected boolean isToFinish() {
		return this.task.isToFinish();
	}

	@Override
	protected void body() throws Exception {
		this.context.run(this::work);
	}

	private void work() throws Exception {
		if (this.lease == null) {
			callBody();
			return;
		}
		if (this.leaseKept.isNegative() || this.leaseKept.isZero()) {
			// Another instance may have been there, and nobody knows any more.
			return;
		}
		Leases leases = this.task.scope.workplace().owner().leases();
		TaskLease taken = leases.take(this.lease, this.task.scope.serviceName(), name(), this.leaseKept,
				this::interrupt);
		if (taken != null) {
			try {
				if (taken.isHeld()) {
					callBody();
				}
			}
			finally {
				taken.end();
			}
		}
	}

	private void callBody() throws Exception {
		TaskBody body = this.task.body();
		Surrounding surrounding = surrounding();
		if (surrounding == null || body instanceof Surrounding.Bare) {
			body.run(this.task);
		}
		else {
			surrounding
				.run(inner(kind(), name(), body instanceof Surrounding.Declared, null, () -> body.run(this.task)));
		}
	}

	@Override
	protected void lapsed() {
		this.task.tasks().lapsed(this);
	}

	@Override
	protected void ended(@Nullable Throwable thrown) {
		this.task.tasks().ended(this);
	}

}
