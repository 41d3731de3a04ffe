// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.WorkKind;

/**
 * One micro-task on its way to a slot, inside user code, and out again. Entered by
 * several threads, which meet in two states that change atomically: whether it waits for
 * a slot, here, and whether it is inside user code, in its phase.
 */
abstract class MicroTaskCall extends ScopedCall {

	private static final VarHandle STATE;

	private static final int WAITING = 0;

	private static final int GRANTED = 1;

	private static final int ABANDONED = 2;

	static {
		try {
			STATE = MethodHandles.lookup().findVarHandle(MicroTaskCall.class, "state", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	final MicroTask microTask;

	@SuppressWarnings("unused")
	private volatile int state = WAITING;

	/** Since when it waits, if it does. Written before it stands in line. */
	private long since = TimerQueue.NEVER;

	private long due = TimerQueue.NEVER;

	/** Where it is noted while it is inside, by {@link MicroTasksInside}. */
	int position = MicroTasksInside.NOWHERE;

	private @Nullable Throwable thrown;

	MicroTaskCall(WorkScope scope, MicroTask microTask) {
		super(scope);
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
		return this.state == WAITING;
	}

	final boolean isGranted() {
		return this.state == GRANTED;
	}

	/**
	 * Gives it the slot that the caller has.
	 * @return whether it has waited: it will give the slot back
	 */
	final boolean grant() {
		return STATE.compareAndSet(this, WAITING, GRANTED);
	}

	/**
	 * Lets it wait no longer.
	 * @return whether it has waited: it has no slot, and will not begin
	 */
	final boolean abandon() {
		return STATE.compareAndSet(this, WAITING, ABANDONED);
	}

	final long due() {
		return this.due;
	}

	final boolean hasOwnDelay() {
		return this.microTask.maxDelay() != null;
	}

	final MicroTaskLimiter limiter() {
		return this.scope.workload().engine().microTasks();
	}

	@Override
	protected final boolean begin(@Nullable Thread runner) {
		MicroTaskLimiter limiter = limiter();
		if (!enter(limiter.inside(), runner)) {
			return false;
		}
		MicroTaskWaits waits = this.scope.workload().microTasks().waits(this.microTask.priority());
		if (this.since == TimerQueue.NEVER) {
			waits.begun();
		}
		else {
			waits.begunAfter(limiter.nanoTime() - this.since);
		}
		return true;
	}

	/**
	 * Enters user code. First it is noted, then it looks whether its service is to end;
	 * who ends that does so first, and then looks at what is noted. So one of them sees
	 * the other, and withdraws it.
	 * @param inside where it is noted
	 * @param runner its thread, or {@code null} if it has none
	 * @return {@code false} if it must not be run
	 */
	final boolean enter(MicroTasksInside inside, @Nullable Thread runner) {
		inside.add(this, runner);
		if (this.scope.isEnded()) {
			withdraw();
		}
		return super.begin(runner);
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

	// The other way round: it is taken off the notes, and then looks.
	@Override
	protected final void left() {
		boolean hasBegun = hasBegun();
		if (hasBegun) {
			lookWhetherCutOff();
			Throwable failure = failure();
			this.scope.workload().microTasks().finished(failure != null);
			if (failure != null) {
				if (!hasTold(failure)) {
					report(failure);
				}
				toldInside(failure);
			}
			else if (this.thrown == null && this.scope.workload().failing().isFailing(this.microTask.name())) {
				passed();
			}
		}
		limiter().inside().remove(this);
		if (hasBegun && this.scope.isEnded()) {
			this.scope.workload().coordination().submit(this);
		}
		completed();
	}

	private void lookWhetherCutOff() {
		Throwable cause = this.thrown;
		if (cause != null && this.scope.isEnded() && isCancellation(cause)) {
			if (!hasTold(cause)) {
				List<StackTraceElement> stack = Guarded.stack(cause);
				this.scope.workload().coordination().submit(Command.of(() -> cutOff(what(), stack)));
			}
			toldInside(cause);
		}
	}

	private void report(Throwable failure) {
		ServiceWorkload workload = this.scope.workload();
		workload.coordination().submit(Command.of(() -> {
			workload.failures().add(WorkKind.MICRO_TASK, this.microTask.name(), failure, Severity.ERROR);
			if (!this.scope.isEnded()) {
				workload.failing().failed(WorkKind.MICRO_TASK, this.microTask.name(), failure, null);
			}
		}));
	}

	private void passed() {
		ServiceWorkload workload = this.scope.workload();
		workload.coordination()
			.submit(Command.of(() -> workload.failing().passed(WorkKind.MICRO_TASK, this.microTask.name())));
	}

	@Override
	public final void apply() {
		this.scope.lookWhetherOver();
	}

	final @Nullable Throwable thrown() {
		return this.thrown;
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
	final String what() {
		return WorkKind.MICRO_TASK + " '" + this.microTask.name() + "'";
	}

	/**
	 * That its incarnation ends, or has ended, before it has begun. So the caller hears
	 * of that.
	 * @return what is thrown
	 */
	final CancellationException cancelled() {
		look(owner(), true);
		return new CancellationException(
				"This incarnation of service '%s' is to end or has ended: its %s will not begin"
					.formatted(this.scope.serviceName(), what()));
	}

}
