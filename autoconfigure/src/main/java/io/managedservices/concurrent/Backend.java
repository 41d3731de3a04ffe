package io.managedservices.concurrent;

import java.time.Instant;

/**
 * The seam through which the engine takes time and threads. In production it is a
 * {@code ThreadBackend}; tests have one that they step by hand, so that a whole life of a
 * graph is replayed in virtual time.
 *
 * @since 0.1.0
 */
public interface Backend extends BatchExecutor {

	/**
	 * The time for measuring durations.
	 * @return nanoseconds from an arbitrary origin, as {@link System#nanoTime()}
	 */
	long nanoTime();

	/**
	 * The time for showing.
	 * @return the wall clock
	 */
	Instant instant();

	/**
	 * Runs a task, which may block, on a thread of its own. Never runs it on the calling
	 * thread, and never blocks.
	 * @param task the task
	 */
	@Override
	void execute(Runnable task);

	/**
	 * Runs a short task, as {@link #execute(Runnable)} does, even when as many threads as
	 * there may be are inside tasks that block.
	 * @param task the task
	 */
	default void deliver(Runnable task) {
		execute(task);
	}

	/**
	 * Threads for one kind of work inside services. A task that finds all of them busy
	 * waits for one.
	 * @param kind what they are for, as part of their names
	 * @param maxThreads how many there are at most, unless they are virtual
	 * @param brief whether tasks are mostly short, so that few threads do for many
	 * @return an executor that never runs a task on the calling thread, and never blocks
	 */
	BatchExecutor executor(String kind, int maxThreads, boolean brief);

	/**
	 * Sets the one alarm: replaces the time at which {@link #open the alarm} is to be
	 * called next.
	 * @param nanoTime when, on the clock of {@link #nanoTime()}
	 */
	void wakeAt(long nanoTime);

	/**
	 * Begins to serve: takes what threads it needs.
	 * @param alarm is called, on a thread of the backend, when the time that was set has
	 * come
	 */
	void open(Runnable alarm);

	/**
	 * Lets go of all threads as they become idle. Can be opened again.
	 */
	void close();

}
