// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.RepeatedLog.Level;

/**
 * Keeps a slot, and runs micro-tasks on one thread until none waits. Used by one thread.
 */
final class MicroTaskRunner implements Runnable {

	private final MicroTaskLimiter limiter;

	private @Nullable StartedMicroTask<?> current;

	MicroTaskRunner(MicroTaskLimiter limiter, StartedMicroTask<?> first) {
		this.limiter = limiter;
		this.current = first;
	}

	@Override
	public void run() {
		StartedMicroTask<?> call = this.current;
		while (call != null) {
			run(call);
			// One that was left by a micro-task is not meant for the next.
			Thread.interrupted();
			call = proceed();
		}
	}

	// What waits for the result of one is told on this thread, and a future asks the
	// failure for its text then: one that throws must not take the slot with it.
	private void run(StartedMicroTask<?> call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			this.limiter.log()
				.write(Level.ERROR, call.what(), Guarded.text(ex),
						() -> "How %s ended could not be told to all that wait for it".formatted(call.what()), ex);
		}
	}

	/**
	 * Goes on to the next, now that the current one has left.
	 * @return the next, or {@code null} if there is none: the slot was given back
	 */
	@Nullable StartedMicroTask<?> proceed() {
		this.current = this.limiter.slots().next();
		return this.current;
	}

	/**
	 * What it runs.
	 * @return the micro-task, or {@code null} at the end
	 */
	@Nullable StartedMicroTask<?> current() {
		return this.current;
	}

}
