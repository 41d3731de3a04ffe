// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

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
	 * The backend of an application.
	 * @param threads the bean that holds it
	 * @return the backend
	 */
	static Backend of(ServiceThreads threads) {
		return threads.backend();
	}

	/**
	 * The time for measuring durations, and for deadlines. It does not go on while the
	 * process stands still.
	 * @return nanoseconds from an arbitrary origin
	 */
	long nanoTime();

	/**
	 * The time for what others count on, such as a lease: it goes on while the process
	 * stands still.
	 * @return nanoseconds from an arbitrary origin
	 */
	default long monotonicTime() {
		return nanoTime() + stoodStill();
	}

	/**
	 * For how long the process has stood still, all in all: if that has changed, what was
	 * under way meanwhile may have failed for no other reason.
	 * @return nanoseconds
	 */
	default long stoodStill() {
		return 0;
	}

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
	 * Threads that no user code runs on, so that none can keep them: platform threads,
	 * whatever the others are.
	 * @param kind what they are for, as part of their names
	 * @param maxThreads how many there are at most
	 * @return an executor that never runs a task on the calling thread, and never blocks
	 */
	default BatchExecutor ownThreads(String kind, int maxThreads) {
		return executor(kind, maxThreads, false);
	}

	/**
	 * Adds what is called, on a thread of the backend, when {@link #instant()} has jumped
	 * against {@link #nanoTime()}: the wall clock was set, or the process has stood
	 * still.
	 * @param listener is called; it must not block
	 */
	void addClockListener(Runnable listener);

	/**
	 * Removes what is called when the wall clock has jumped.
	 * @param listener what was added
	 */
	void removeClockListener(Runnable listener);

	/**
	 * When to look again for what was found in order, and is looked at now and then. Real
	 * time does not differ; time that is simulated passes over looks that nobody needs.
	 * @param interval how often it is looked at, in nanoseconds
	 * @return nanoseconds from now on
	 */
	default long untilNextLook(long interval) {
		return interval;
	}

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
