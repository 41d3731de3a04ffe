// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.MicroTask;

/**
 * A micro-task whose caller waits for its slot. Entered by several threads.
 */
abstract class WaitedForMicroTask extends MicroTaskCall {

	private volatile @Nullable Thread waiter;

	WaitedForMicroTask(MicroTasks microTasks, WorkScope scope, MicroTask microTask) {
		super(microTasks, scope, microTask);
	}

	/**
	 * Waits until it has a slot.
	 * @throws InterruptedException if the thread is interrupted while it waits: it has no
	 * slot
	 * @throws CancellationException if the service is to stop before: it has no slot
	 */
	final void awaitSlot() throws InterruptedException {
		this.waiter = Thread.currentThread();
		boolean interrupted = false;
		UserCall.listen(owner());
		while (isWaiting() && !interrupted) {
			LockSupport.park(this);
			interrupted = Thread.interrupted();
		}
		UserCall.listened(owner());
		if (interrupted) {
			leaveLine();
		}
		if (interrupted && !scope().isEnded()) {
			throw new InterruptedException("Interrupted while %s waited for a slot".formatted(what()));
		}
		if (interrupted || !isGranted()) {
			throw cancelled();
		}
	}

	/**
	 * Waits no longer, and gives back the slot that it may have got meanwhile.
	 */
	final void leaveLine() {
		if (!limiter().slots().abandon(this) && isGranted()) {
			limiter().slots().giveBack();
		}
	}

	@Override
	final void granted() {
		LockSupport.unpark(this.waiter);
	}

	@Override
	final void abandoned() {
		LockSupport.unpark(this.waiter);
	}

}
