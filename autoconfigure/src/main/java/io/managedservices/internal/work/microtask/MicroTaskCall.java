// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.List;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.Cancellation;
import io.managedservices.internal.work.core.ScopedCall;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.WorkKind;

/**
 * One micro-task on its way to a slot, inside user code, and out again. Entered by
 * several threads, which meet in two states: whether it waits for a slot, which changes
 * under the lock of {@link MicroTaskSlots}, and whether it is inside user code, its
 * phase, which changes atomically.
 */
abstract class MicroTaskCall extends ScopedCall {

	private final MicroTasks microTasks;

	final MicroTask microTask;

	/** Changed under the lock of the slots. */
	private volatile State state = State.WAITING;

	/** Since when it waits, if it does. Written before it stands in line. */
	private long since = TimerQueue.NEVER;

	private long due = TimerQueue.NEVER;

	private @Nullable Throwable thrown;

	MicroTaskCall(MicroTasks microTasks, WorkScope scope, MicroTask microTask) {
		super(scope);
		this.microTasks = microTasks;
		this.microTask = microTask;
	}

	/**
	 * Runs user code.
	 * @throws Exception whatever that throws
	 */
	protected abstract void body() throws Exception;

	/**
	 * It has a slot, which it has waited for.
	 */
	abstract void granted();

	/**
	 * It will not have a slot. Not called inside the coordinator.
	 */
	abstract void abandoned();

	/**
	 * It has left, or was not let in. Not called inside the coordinator.
	 */
	abstract void completed();

	/**
	 * It is about to wait.
	 * @param now the time
	 * @param delay how long it waits at most, in nanoseconds
	 */
	final void standInLine(long now, long delay) {
		this.since = now;
		this.due = (delay < Long.MAX_VALUE / 2) ? now + delay : TimerQueue.NEVER;
	}

	/**
	 * Whether it is or was in line for a slot.
	 * @return {@code false} if it got its slot at once
	 */
	final boolean hasStoodInLine() {
		return this.since != TimerQueue.NEVER;
	}

	final boolean isWaiting() {
		return this.state == State.WAITING;
	}

	final boolean isGranted() {
		return this.state == State.GRANTED;
	}

	final boolean isAbandoned() {
		return this.state == State.ABANDONED;
	}

	/**
	 * It has a slot, which it will give back. Called under the lock of the slots.
	 */
	final void grant() {
		this.state = State.GRANTED;
	}

	/**
	 * It has no slot, and will not begin. Called under the lock of the slots.
	 */
	final void abandon() {
		this.state = State.ABANDONED;
	}

	final long due() {
		return this.due;
	}

	final MicroTaskLimiter limiter() {
		return this.microTasks.limiter();
	}

	/**
	 * Those of its service.
	 * @return the micro-tasks
	 */
	final MicroTasks microTasks() {
		return this.microTasks;
	}

	@Override
	protected final boolean begin(@Nullable Thread runner) {
		if (!beginDirectly(runner)) {
			return false;
		}
		MicroTaskWaits waits = this.microTasks.waits(this.microTask.priority());
		if (this.since == TimerQueue.NEVER) {
			waits.begun();
		}
		else {
			waits.begunAfter(limiter().nanoTime() - this.since);
		}
		return true;
	}

	@Override
	protected final void call() {
		try {
			body();
		}
		catch (Throwable ex) {
			this.thrown = ex;
		}
	}

	// The other way round: it is removed, and then looks.
	@Override
	protected final void left() {
		boolean hasBegun = hasBegun();
		if (hasBegun) {
			lookWhetherCutOff();
			Throwable failure = failure();
			this.microTasks.finished(failure != null);
			if (failure != null) {
				if (!hasTold(failure)) {
					report(failure);
				}
				toldInside(failure);
			}
			else if (this.thrown == null
					&& scope().workplace().failing().isFailing(WorkKind.MICRO_TASK, this.microTask.name())) {
				passed();
			}
		}
		leaveDirectly();
		if (hasBegun && scope().isEnded()) {
			scope().workplace().coordination().submit(this);
		}
		completed();
	}

	private void lookWhetherCutOff() {
		Throwable cause = this.thrown;
		if (cause != null && scope().isEnded() && isCancellation(cause)) {
			if (!hasTold(cause)) {
				List<StackTraceElement> stack = Guarded.stack(cause);
				scope().workplace().coordination().submit(Command.of(() -> cutOff(what(), stack)));
			}
			toldInside(cause);
		}
	}

	private void report(Throwable failure) {
		Workplace workplace = scope().workplace();
		workplace.coordination().submit(Command.of(() -> {
			workplace.failures().add(WorkKind.MICRO_TASK, this.microTask.name(), failure, Severity.ERROR);
			if (!scope().isEnded()) {
				workplace.failing().failed(WorkKind.MICRO_TASK, this.microTask.name(), failure, null);
			}
		}));
	}

	private void passed() {
		Workplace workplace = scope().workplace();
		workplace.coordination()
			.submit(Command.of(() -> workplace.failing().passed(WorkKind.MICRO_TASK, this.microTask.name())));
	}

	@Override
	public final void apply() {
		scope().lookWhetherOver();
	}

	final @Nullable Throwable thrown() {
		return this.thrown;
	}

	/**
	 * Its user code, as something is put around it.
	 * @param body calls it
	 * @param origin of whoever has started it, or {@code null}
	 * @return the code
	 */
	final Surrounding.Inner inner(Surrounding.Body body, @Nullable Object origin) {
		return new Surrounding.Inner(new Surrounding.Subject(WorkKind.MICRO_TASK.toString(), scope().serviceName(),
				this.microTask.name(), false, null), origin,
				(thrown) -> isCancellation(thrown) || isMeantForCaller(thrown), body);
	}

	private @Nullable Throwable failure() {
		Throwable failure = this.thrown;
		return (isCancellation(failure) || isMeantForCaller(failure)) ? null : failure;
	}

	/**
	 * Whether what was thrown is no failure here, but something for the caller.
	 * @param thrown what was thrown, or {@code null}
	 * @return whether the caller gets it and it is not told
	 */
	boolean isMeantForCaller(@Nullable Throwable thrown) {
		return false;
	}

	@Override
	public final String what() {
		return WorkKind.MICRO_TASK + " '" + this.microTask.name() + "'";
	}

	/**
	 * That its incarnation ends, or has ended, before it has begun. So the caller hears
	 * of that.
	 * @return what is thrown
	 */
	final CancellationException cancelled() {
		look(owner(), true);
		return stops();
	}

	/**
	 * That its incarnation ends, or has ended, before it has begun.
	 * @return what a future of it is completed with
	 */
	final CancellationException stops() {
		return new Cancellation.OfService(
				"This incarnation of service '%s' is to end or has ended: its %s will not begin"
					.formatted(scope().serviceName(), what()));
	}

	/**
	 * What became of its wish for a slot.
	 */
	private enum State {

		WAITING, GRANTED, ABANDONED

	}

}
