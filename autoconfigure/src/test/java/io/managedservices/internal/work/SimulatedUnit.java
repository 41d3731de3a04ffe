// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.call.UserCall;
import io.managedservices.work.WorkKind;

/**
 * A unit of work that a simulation holds inside user code, without a thread. For use by
 * one thread.
 */
public final class SimulatedUnit {

	private final UserCall call;

	private final WorkScope scope;

	private final WorkKind kind;

	private final String what;

	/** Runs further micro-tasks after this one. */
	private final @Nullable MicroTaskRunner runner;

	/** Whose thread runs it, if that is not one of a pool. */
	private final @Nullable SimulatedCaller caller;

	private SimulatedUnit(Unit unit) {
		this.call = unit;
		this.scope = unit.scope;
		this.kind = unit.kind;
		this.what = unit.what();
		this.runner = null;
		this.caller = null;
	}

	private SimulatedUnit(MicroTaskRunner runner, StartedMicroTask<?> call) {
		this.call = call;
		this.scope = call.scope;
		this.kind = WorkKind.MICRO_TASK;
		this.what = call.what();
		this.runner = runner;
		this.caller = null;
	}

	private SimulatedUnit(SimulatedCaller caller) {
		this.call = caller.call();
		this.scope = caller.call().scope;
		this.kind = WorkKind.MICRO_TASK;
		this.what = caller.call().what();
		this.runner = null;
		this.caller = caller;
	}

	/**
	 * The unit of work that a task of the backend is about.
	 * @param task the task
	 * @return the unit, or {@code null} if it is something else
	 */
	public static @Nullable SimulatedUnit of(Runnable task) {
		if (task instanceof Unit unit) {
			return new SimulatedUnit(unit);
		}
		if (task instanceof SimulatedCaller caller) {
			return caller.isAboutToBegin() ? new SimulatedUnit(caller) : null;
		}
		StartedMicroTask<?> next = (task instanceof MicroTaskRunner runner) ? runner.current() : null;
		return (next != null) ? new SimulatedUnit((MicroTaskRunner) task, next) : null;
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
		return (this.runner != null && this.runner.proceed() != null) ? this.runner : null;
	}

	/**
	 * Gives a beat, if it is a worker.
	 */
	public void beat() {
		if (this.call instanceof WorkerRun run) {
			run.context().beat();
		}
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
		long quarter = this.scope.workload().owner().definition().settings().stopTimeout().toNanos() / 4;
		return this.call.hasLooked() ? Math.min(WorkEnding.GRACE.toNanos(), quarter) : 0;
	}

	/**
	 * Whether its incarnation was asked to end.
	 * @return whether it was
	 */
	public boolean isEnded() {
		return this.scope.isEnded();
	}

	/**
	 * Whether it may come to its end although its service is to stop.
	 * @return whether it is a worker or a task that was told to, and not cancelled
	 */
	public boolean isToFinish() {
		return (this.call instanceof TaskRun run && run.isToFinish() && !run.task.details().cancelled)
				|| (this.call instanceof WorkerRun worker && worker.isToFinish());
	}

	UserCall call() {
		return this.call;
	}

	public ServiceContext incarnation() {
		return this.scope.incarnation();
	}

	public WorkKind kind() {
		return this.kind;
	}

	/**
	 * What it is, for people.
	 * @return such as {@code worker 'listener'}
	 */
	public String what() {
		return this.what;
	}

}
