// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.List;

/**
 * Runs tasks, and takes several at once, which may cost little more than one. It is no
 * {@code java.util.concurrent.Executor}: a bean that is one takes the place of Spring
 * Boot's task executors. Safe for use by several threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BatchExecutor {

	/**
	 * Runs a task at some time in the future.
	 * @param task the task
	 * @throws java.util.concurrent.RejectedExecutionException if it cannot be accepted
	 */
	void execute(Runnable task);

	/**
	 * Runs tasks, as {@link #execute(Runnable)} does each. One that is refused does not
	 * keep the others from being run; the first refusal is thrown at the end.
	 * @param tasks the tasks, in a list that the caller goes on to use
	 */
	default void execute(List<Runnable> tasks) {
		RuntimeException refusal = null;
		for (Runnable task : tasks) {
			try {
				execute(task);
			}
			catch (RuntimeException ex) {
				refusal = (refusal != null) ? refusal : ex;
			}
		}
		if (refusal != null) {
			throw refusal;
		}
	}

}
