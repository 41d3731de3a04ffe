// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.work.core.KindOfWork;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.monitor.Workload.Lines;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTask.Priority;
import io.managedservices.work.MicroTaskSlot;

/**
 * The micro-tasks of a service, and what became of them. Entered by any thread, but for
 * what its kind is notified of.
 *
 * @since 0.1.0
 */
public final class MicroTasks implements KindOfWork {

	private final Workplace workplace;

	private final MicroTaskLimiter limiter;

	private final MicroTaskWaits high = new MicroTaskWaits();

	private final MicroTaskWaits medium = new MicroTaskWaits();

	private final MicroTaskWaits low = new MicroTaskWaits();

	private final LongAdder finished = new LongAdder();

	private final LongAdder failed = new LongAdder();

	/**
	 * Create micro-tasks.
	 * @param workplace that of the service
	 * @param limiter that of all services
	 */
	public MicroTasks(Workplace workplace, MicroTaskLimiter limiter) {
		this.workplace = workplace;
		this.limiter = limiter;
		limiter.add(this);
	}

	/**
	 * Runs a micro-task on the calling thread once it has a slot.
	 * @param <T> the type of its result
	 * @param scope the work that it belongs to
	 * @param microTask what it is
	 * @param body what it does
	 * @return what that returns
	 * @throws Exception what it throws, or that it has not begun
	 */
	public <T> T run(WorkScope scope, MicroTask microTask, Callable<T> body) throws Exception {
		CalledMicroTask<T> call = new CalledMicroTask<>(this, scope, microTask, body);
		awaitSlot(call);
		call.run();
		return call.result();
	}

	/**
	 * Runs a micro-task on a thread of the pool once it has a slot.
	 * @param <T> the type of its result
	 * @param scope the work that it belongs to
	 * @param microTask what it is
	 * @param body what it does
	 * @return what that returns or throws
	 */
	public <T> CompletableFuture<T> start(WorkScope scope, MicroTask microTask, Callable<T> body) {
		StartedMicroTask<T> call = new StartedMicroTask<>(this, scope, microTask, body,
				this.workplace.environment().captureContext());
		if (this.limiter.takeSlot(call)) {
			this.limiter.execute(call);
		}
		else if (call.isAbandoned()) {
			call.abandoned();
		}
		this.workplace.environment().added();
		return call.result();
	}

	/**
	 * Takes a slot for a micro-task that runs elsewhere.
	 * @param scope the work that it belongs to
	 * @param microTask what it is
	 * @return the slot
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public MicroTaskSlot signal(WorkScope scope, MicroTask microTask) throws InterruptedException {
		SignalledMicroTask call = new SignalledMicroTask(this, scope, microTask);
		awaitSlot(call);
		call.open();
		return call;
	}

	private void awaitSlot(WaitedForMicroTask call) throws InterruptedException {
		if (!ask(call)) {
			call.awaitSlot();
		}
	}

	/**
	 * Asks for a slot, without waiting.
	 * @param call the micro-task
	 * @return whether it has one, else it stands in line
	 * @throws java.util.concurrent.CancellationException if its service is to stop
	 */
	boolean ask(WaitedForMicroTask call) {
		if (call.scope().isEnded()) {
			throw call.cancelled();
		}
		return this.limiter.takeSlot(call);
	}

	/**
	 * The service is forgotten: they still count among those of all services.
	 */
	public void forget() {
		this.limiter.forget(this);
	}

	MicroTaskLimiter limiter() {
		return this.limiter;
	}

	@Override
	public void running() {
		// They run before.
	}

	@Override
	public void ending(WorkScope scope) {
		this.limiter.end();
	}

	@Override
	public void sleepChanged() {
		// They are not concerned.
	}

	@Override
	public @Nullable String activity() {
		WorkScope scope = this.workplace.current();
		return (scope != null && scope.hasDirectCalls()) ? "micro-tasks" : null;
	}

	/**
	 * Those of a priority that have begun.
	 * @param priority the priority
	 * @return how many, and how long they have waited
	 */
	MicroTaskWaits waits(Priority priority) {
		return switch (priority) {
			case HIGH -> this.high;
			case MEDIUM -> this.medium;
			case LOW -> this.low;
		};
	}

	void finished(boolean hasFailed) {
		if (hasFailed) {
			this.failed.increment();
		}
		this.finished.increment();
	}

	/**
	 * How many have left.
	 * @return their number
	 */
	public long finished() {
		return this.finished.sum();
	}

	/**
	 * How many have failed.
	 * @return their number
	 */
	public long failed() {
		return this.failed.sum();
	}

	/**
	 * How they are. Not called inside the coordinator: many may stand in line.
	 * @return what was counted
	 */
	public MicroTaskStatus status() {
		// What is read first can only be too few.
		long ended = finished();
		long failures = Math.min(ended, failed());
		long begun = this.high.count() + this.medium.count() + this.low.count();
		return new MicroTaskStatus((int) Math.max(0, begun - ended), ended, failures,
				new Lines(this.limiter.waiting(this, Priority.MEDIUM), this.limiter.waiting(this, Priority.LOW),
						this.high.toWaits(), this.medium.toWaits(), this.low.toWaits()));
	}

}
