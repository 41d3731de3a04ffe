// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.Arrays;
import java.util.List;

/**
 * Finds out who waits for the end of the process. Stateless.
 *
 * @since 0.1.0
 */
public final class ProcessExit {

	private ProcessExit() {
	}

	/**
	 * Whether a thread is inside {@link System#exit}. Such a thread never comes back: it
	 * waits until the shutdown hooks have ended, and interrupts do not reach it.
	 * @param thread the thread
	 * @return whether it is
	 */
	public static boolean isCalledBy(Thread thread) {
		return isWaiting(thread) && Arrays.stream(thread.getStackTrace()).anyMatch(ProcessExit::isExit);
	}

	/**
	 * Whether a stack is that of a thread inside {@link System#exit}.
	 * @param stack the stack
	 * @return whether it is
	 */
	public static boolean isCalledIn(List<StackTraceElement> stack) {
		return stack.stream().anyMatch(ProcessExit::isExit);
	}

	// For the hooks, or for another thread that was first. To look at a stack costs more.
	private static boolean isWaiting(Thread thread) {
		Thread.State state = thread.getState();
		return state == Thread.State.WAITING || state == Thread.State.BLOCKED;
	}

	private static boolean isExit(StackTraceElement frame) {
		return frame.getMethodName().equals("exit") && frame.getClassName().equals("java.lang.Runtime");
	}

}
