// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.work.core.ScopedCall;

/**
 * What tests of other rooms may do with threads that run micro-tasks.
 */
public final class MicroTaskAccess {

	private MicroTaskAccess() {
	}

	/**
	 * The micro-task that a thread is to run.
	 * @param task what was handed to the thread
	 * @return the micro-task, or {@code null} if it is something else
	 */
	public static @Nullable ScopedCall next(Runnable task) {
		return (task instanceof MicroTaskRunner runner) ? runner.current() : null;
	}

	/**
	 * Goes on to the next one.
	 * @param task what was handed to the thread
	 * @return whether there is one
	 */
	public static boolean proceed(Runnable task) {
		return ((MicroTaskRunner) task).proceed() != null;
	}

}
