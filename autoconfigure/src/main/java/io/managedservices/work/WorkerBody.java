// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

/**
 * What a worker does until it is told to stop.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface WorkerBody {

	/**
	 * Does it. A return ends the worker.
	 * @param context of the worker
	 * @throws RestartNow to be run again at once, if the worker is restarted on failure
	 * @throws java.util.concurrent.CancellationException to end, not to be restarted, as
	 * it does when a future was cancelled that it waits for
	 * @throws Exception whatever else it throws becomes a {@link ServiceFailure}
	 */
	void run(WorkerContext context) throws Exception;

}
