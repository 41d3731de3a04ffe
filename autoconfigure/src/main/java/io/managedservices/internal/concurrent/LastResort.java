// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * Time and threads for the case that those of the {@link Backend} fail. Stateless.
 *
 * @since 0.1.0
 */
public final class LastResort {

	private LastResort() {
	}

	/**
	 * The time for measuring durations.
	 * @return nanoseconds from an arbitrary origin, which is not that of the backend
	 */
	public static long nanoTime() {
		return System.nanoTime();
	}

	/**
	 * The time for showing.
	 * @return the wall clock
	 */
	public static Instant instant() {
		return Instant.now();
	}

	/**
	 * Runs something on a new thread.
	 * @param task what is run
	 * @param name the name of the thread
	 * @param daemon whether the process may end before it
	 */
	public static void start(Runnable task, String name, boolean daemon) {
		Thread thread = new Thread(null, task, name, 0, false);
		thread.setDaemon(daemon);
		thread.start();
	}

	/**
	 * Lets a moment pass, for the calling thread to look again.
	 */
	public static void pause() {
		LockSupport.parkNanos(5_000_000);
	}

}
