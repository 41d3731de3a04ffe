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
