package io.managedservices.concurrent;

import java.util.List;
import java.util.concurrent.Executor;

/**
 * An executor that takes several tasks at once, which may cost little more than one. Safe
 * for use by several threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BatchExecutor extends Executor {

	/**
	 * Runs tasks, as {@link #execute(Runnable)} does each.
	 * @param tasks the tasks, in a list that the caller goes on to use
	 */
	default void execute(List<Runnable> tasks) {
		tasks.forEach(this::execute);
	}

}
