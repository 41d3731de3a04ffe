// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.concurrent.atomic.AtomicBoolean;

import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;

/**
 * A micro-task that runs elsewhere. Entered by several threads.
 */
final class SignalledMicroTask extends WaitedForMicroTask implements MicroTaskSlot {

	private final AtomicBoolean closed = new AtomicBoolean();

	SignalledMicroTask(MicroTasks microTasks, WorkScope scope, MicroTask microTask) {
		super(microTasks, scope, microTask);
	}

	/**
	 * Begins, now that it has a slot.
	 * @throws java.util.concurrent.CancellationException if the service is to stop
	 */
	void open() {
		if (!begin(null)) {
			close();
			throw cancelled();
		}
	}

	@Override
	protected void body() {
		// That is elsewhere.
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			end();
		}
	}

	@Override
	void completed() {
		limiter().slots().giveBack();
	}

}
