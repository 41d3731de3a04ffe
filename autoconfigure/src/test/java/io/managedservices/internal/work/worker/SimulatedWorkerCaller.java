// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.core.ContextCarrier;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.ServiceWorker;

/**
 * A caller that has a worker run as {@link SupervisedWorker#run()} does, without a
 * thread: what its thread does is handed over instead, and done at any time. For use by
 * one thread.
 */
public final class SimulatedWorkerCaller implements WorkerClient, Runnable {

	private final Executor thread;

	private final Coordination coordination;

	private final Supervision supervision;

	private @Nullable WorkerRun current;

	private boolean told;

	private boolean woken;

	private boolean ended;

	/**
	 * Runs a worker.
	 * @param work the work of its service
	 * @param worker the worker
	 * @param thread does what its thread does, later
	 */
	public SimulatedWorkerCaller(ServiceWork work, ServiceWorker worker, Executor thread) {
		this.thread = thread;
		this.coordination = WorkAccess.scope(work).workplace().coordination();
		SupervisedWorker supervised = (SupervisedWorker) worker;
		this.supervision = supervised.supervise(supervised.begin(), this, ContextCarrier.NONE);
		boolean begun = this.coordination.ask(this.supervision::begin);
		this.ended = !begun;
	}

	@Override
	public void execute(WorkerRun run) {
		this.current = run;
		this.thread.execute(run);
	}

	@Override
	public boolean isEndedByInterrupt() {
		return true;
	}

	@Override
	public void completed() {
		this.told = true;
	}

	@Override
	public void failed(Throwable cause) {
		this.told = true;
	}

	@Override
	public void cancelled() {
		this.told = true;
	}

	/**
	 * Whether its thread has been told that it is over, and was not seen to be before.
	 * @return whether it is to be run
	 */
	public boolean wake() {
		boolean wakes = this.told && !this.woken && !this.ended && !isInside();
		this.woken |= wakes;
		return wakes;
	}

	/**
	 * Interrupts its thread while that waits between two runs.
	 */
	public void interrupt() {
		if (!this.woken && !this.ended && this.current != null && this.current.hasLeft()) {
			this.woken = true;
			run();
		}
	}

	/**
	 * Its thread leaves.
	 */
	@Override
	public void run() {
		this.ended = true;
		this.coordination.submit(Command.of(this.supervision::cancel));
	}

	/**
	 * Whether its thread has come back.
	 * @return whether it has
	 */
	public boolean hasEnded() {
		return this.ended;
	}

	/**
	 * Whether its thread is inside user code.
	 * @return whether it is
	 */
	public boolean isInside() {
		WorkerRun run = this.current;
		return run != null && run.hasBegun() && !run.hasLeft();
	}

}
