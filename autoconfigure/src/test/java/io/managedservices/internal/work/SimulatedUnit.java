// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.work.core.ScopeAccess;
import io.managedservices.internal.work.core.ScopedCall;
import io.managedservices.internal.work.core.Unit;
import io.managedservices.internal.work.microtask.MicroTaskAccess;
import io.managedservices.internal.work.microtask.SimulatedCaller;
import io.managedservices.internal.work.task.TaskAccess;
import io.managedservices.internal.work.worker.WorkerAccess;
import io.managedservices.work.WorkKind;

/**
 * A unit of work that a simulation holds inside user code, without a thread. For use by
 * one thread.
 */
public final class SimulatedUnit {

	private final ScopedCall call;

	private final WorkKind kind;

	/** Runs further micro-tasks after this one. */
	private final @Nullable Runnable runner;

	/** Whose thread runs it, if that is not one of a pool. */
	private final @Nullable SimulatedCaller caller;

	private SimulatedUnit(ScopedCall call, WorkKind kind, @Nullable Runnable runner, @Nullable SimulatedCaller caller) {
		this.call = call;
		this.kind = kind;
		this.runner = runner;
		this.caller = caller;
	}

	/**
	 * The unit of work that a task of the backend is about.
	 * @param task the task
	 * @return the unit, or {@code null} if it is something else
	 */
	public static @Nullable SimulatedUnit of(Runnable task) {
		if (task instanceof Unit unit) {
			return new SimulatedUnit(unit, unit.kind(), null, null);
		}
		if (task instanceof SimulatedCaller caller) {
			return caller.isAboutToBegin() ? new SimulatedUnit(caller.call(), WorkKind.MICRO_TASK, null, caller) : null;
		}
		ScopedCall next = MicroTaskAccess.next(task);
		return (next != null) ? new SimulatedUnit(next, WorkKind.MICRO_TASK, task, null) : null;
	}

	/**
	 * Enters user code.
	 * @return {@code false} if it was withdrawn: it is to {@link #leave()}
	 */
	public boolean begin() {
		return (this.caller != null) ? this.caller.begin() : HeldCall.begin(this.call);
	}

	/**
	 * Runs its user code and leaves.
	 * @return what its thread goes on with, or {@code null} for nothing
	 */
	public @Nullable Runnable finish() {
		if (this.caller != null) {
			this.caller.finish();
			return null;
		}
		HeldCall.finish(this.call);
		return proceed();
	}

	/**
	 * Leaves without having begun.
	 * @return what its thread goes on with, or {@code null} for nothing
	 */
	public @Nullable Runnable leave() {
		if (this.caller != null) {
			return null;
		}
		HeldCall.leave(this.call);
		return proceed();
	}

	private @Nullable Runnable proceed() {
		return (this.runner != null && MicroTaskAccess.proceed(this.runner)) ? this.runner : null;
	}

	/**
	 * Gives a beat, if it is a worker.
	 */
	public void beat() {
		WorkerAccess.beat(this.call);
	}

	public boolean isInterrupted() {
		return this.call.isInterrupted();
	}

	/**
	 * Looks whether it is to end.
	 * @return whether it is
	 */
	public boolean look() {
		HeldCall.look(this.call, isEnded());
		return isEnded();
	}

	/**
	 * Whether it knows that it is to end, and was not interrupted to hear of it.
	 * @return whether it is to be left in peace
	 */
	public boolean isPeaceful() {
		return this.call.isAsked() && !this.call.isInterrupted();
	}

	/**
	 * How long it need not be interrupted after the end.
	 * @return the time that it has to look whether it is to end, 0 if it never looked
	 */
	public long graceNanos() {
		long quarter = this.call.scope().workplace().owner().definition().settings().stopTimeout().toNanos() / 4;
		return this.call.hasLooked() ? Math.min(ScopeAccess.GRACE.toNanos(), quarter) : 0;
	}

	/**
	 * Whether its incarnation was asked to end.
	 * @return whether it was
	 */
	public boolean isEnded() {
		return this.call.scope().isEnded();
	}

	/**
	 * Whether it may come to its end although its service is to stop.
	 * @return whether it is a worker or a task that was told to, and not cancelled
	 */
	public boolean isToFinish() {
		return ScopeAccess.isToFinish(this.call) && !TaskAccess.isCancelled(this.call);
	}

	public UserCall call() {
		return this.call;
	}

	public ServiceContext incarnation() {
		return this.call.scope().incarnation();
	}

	public WorkKind kind() {
		return this.kind;
	}

	/**
	 * What it is, for people.
	 * @return such as {@code worker 'listener'}
	 */
	public String what() {
		return this.call.what();
	}

}
