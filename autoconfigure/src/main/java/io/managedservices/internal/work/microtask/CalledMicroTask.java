// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.MicroTask;

/**
 * A micro-task that runs on the thread of its caller. Entered by several threads.
 *
 * @param <T> the type of its result
 */
final class CalledMicroTask<T> extends WaitedForMicroTask {

	private final Callable<T> body;

	private @Nullable T returned;

	CalledMicroTask(MicroTasks microTasks, WorkScope scope, MicroTask microTask, Callable<T> body) {
		super(microTasks, scope, microTask);
		this.body = body;
	}

	@Override
	protected void body() throws Exception {
		Surrounding surrounding = surrounding();
		if (surrounding == null) {
			this.returned = this.body.call();
		}
		else {
			surrounding.run(inner(() -> this.returned = this.body.call(), null));
		}
	}

	// A worker that is restarted is restarted then; for anybody else it is a failure.
	@Override
	boolean isMeantForCaller(@Nullable Throwable thrown) {
		return isRestartWish(thrown) && isCallerRestarted();
	}

	@Override
	void completed() {
		limiter().slots().giveBack();
	}

	/**
	 * What it came to.
	 * @return what the body has returned
	 * @throws Exception what it has thrown
	 * @throws java.util.concurrent.CancellationException if it has not begun
	 */
	@SuppressWarnings("NullAway") // null if the body returns that
	T result() throws Exception {
		if (!hasBegun()) {
			throw cancelled();
		}
		Throwable thrown = thrown();
		if (thrown instanceof Error error) {
			throw error;
		}
		if (thrown != null) {
			throw (Exception) thrown;
		}
		return this.returned;
	}

}
