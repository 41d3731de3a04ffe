// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

/**
 * Whoever has begun a worker: has its runs run, and is told how it ended. Called inside
 * the coordinator, and never waits.
 */
interface WorkerClient {

	/**
	 * Has a run run, which its scope has let in.
	 * @param run the run
	 */
	void execute(WorkerRun run);

	/**
	 * Whether a run that is interrupted, though not by its service, ends the worker: the
	 * thread is not its own.
	 * @return whether it does
	 */
	boolean isEndedByInterrupt();

	/**
	 * It has ended by itself.
	 */
	void completed();

	/**
	 * It has failed, and is not restarted.
	 * @param cause why
	 */
	void failed(Throwable cause);

	/**
	 * It was told to end.
	 */
	void cancelled();

}
