// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

/**
 * What a task does in each run.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskBody {

	/**
	 * Does it.
	 * @param task the task that runs, to be queued or scheduled again
	 * @throws Exception whatever it throws becomes a {@link ServiceFailure}
	 */
	void run(ServiceTask task) throws Exception;

}
