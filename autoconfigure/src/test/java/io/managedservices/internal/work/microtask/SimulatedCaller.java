// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.core.ScopedCall;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A caller that has a micro-task run, or takes a slot for one that runs elsewhere, as
 * {@link MicroTasks} has it do, without a thread: where that would wait, it is looked at
 * again later. For use by one thread.
 */
public final class SimulatedCaller implements Runnable {

	private final WaitedForMicroTask call;

	private @Nullable Object returned;

	private @Nullable Throwable thrown;

	private boolean hasSlot;

	/** Whether its thread is about to go on. */
	private boolean woken;

	/** Whether its thread has gone on. */
	private boolean begun;

	private boolean ended;

	private SimulatedCaller(ServiceWork work, MicroTask microTask, @Nullable Callable<Object> body) {
		WorkScope scope = WorkAccess.scope(work);
		MicroTasks microTasks = WorkAccess.microTasks(work);
		this.call = (body != null) ? new CalledMicroTask<>(microTasks, scope, microTask, () -> call(body))
				: new SignalledMicroTask(microTasks, scope, microTask);
		try {
			this.hasSlot = microTasks.ask(this.call);
		}
		catch (CancellationException ex) {
			assertThat(scope.isEnded()).as("the service of a refused micro-task is to stop").isTrue();
			this.ended = true;
		}
	}

	/**
	 * Runs a micro-task.
	 * @param work the work of its service
	 * @param microTask what it is
	 * @param body what it does
	 * @return who waits for it
	 */
	public static SimulatedCaller run(ServiceWork work, MicroTask microTask, Callable<Object> body) {
		return new SimulatedCaller(work, microTask, body);
	}

	/**
	 * Takes a slot for a micro-task that runs elsewhere.
	 * @param work the work of its service
	 * @param microTask what it is
	 * @return who waits for it
	 */
	public static SimulatedCaller signal(ServiceWork work, MicroTask microTask) {
		return new SimulatedCaller(work, microTask, null);
	}

	private Object call(Callable<Object> body) throws Exception {
		try {
			this.returned = body.call();
			return this.returned;
		}
		catch (Throwable ex) {
			this.thrown = ex;
			throw ex;
		}
	}

	/**
	 * Whether its thread has been unparked, and was not seen to be before.
	 * @return whether it is to be run
	 */
	public boolean wake() {
		boolean wakes = !this.woken && !this.ended && !isWaiting();
		this.woken |= wakes;
		return wakes;
	}

	/**
	 * Interrupts its thread while that waits, or when it has just got a slot.
	 */
	public void interrupt() {
		if (!this.hasSlot && !this.begun && !this.ended) {
			this.call.leaveLine();
			this.ended = true;
		}
	}

	/**
	 * Its thread goes on without a slot.
	 */
	@Override
	public void run() {
		if (!this.ended) {
			assertThat(this.call.scope().isEnded()).as("only the end of its service keeps it from a slot").isTrue();
			this.ended = true;
		}
	}

	/**
	 * Goes on with a slot.
	 * @return {@code false} if it was withdrawn: it has given its slot back
	 */
	public boolean begin() {
		this.begun = true;
		boolean entered = HeldCall.begin(this.call);
		if (!entered) {
			leave();
		}
		return entered;
	}

	/**
	 * Leaves: runs its user code first, if that is here.
	 */
	public void finish() {
		if (this.call instanceof CalledMicroTask<?> called) {
			HeldCall.finish(called);
			this.ended = true;
			assertThat(result(called)).as("what was run has returned or thrown")
				.isSameAs((this.thrown != null) ? this.thrown : this.returned);
		}
		else {
			leave();
		}
	}

	private static @Nullable Object result(CalledMicroTask<?> called) {
		try {
			return called.result();
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private void leave() {
		this.ended = true;
		if (this.call instanceof SignalledMicroTask slot) {
			slot.close();
		}
		else {
			HeldCall.leave(this.call);
		}
	}

	/**
	 * Closes a slot once more that was given back.
	 */
	public void closeAgain() {
		if (this.ended && this.begun && this.call instanceof SignalledMicroTask slot) {
			slot.close();
		}
	}

	/**
	 * Whether its thread waits for a slot.
	 * @return whether it does
	 */
	public boolean isWaiting() {
		return !this.hasSlot && !this.ended && this.call.isWaiting();
	}

	/**
	 * Whether it has a slot, and its thread has not gone on.
	 * @return whether it has
	 */
	public boolean isAboutToBegin() {
		return !this.begun && !this.ended && (this.hasSlot || this.call.isGranted());
	}

	/**
	 * Whether its thread has come back.
	 * @return whether it has
	 */
	public boolean hasEnded() {
		return this.ended;
	}

	public ScopedCall call() {
		return this.call;
	}

}
