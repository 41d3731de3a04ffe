package io.managedservices.work;

import org.jspecify.annotations.Nullable;

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
			call.run();
			// One that was left by a micro-task is not meant for the next.
			Thread.interrupted();
			call = proceed();
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
