// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

/**
 * Thrown by a worker that wants to be restarted at once: it counts as no failure, and not
 * towards {@link ServiceWorker#maxRestarts maxRestarts}. It needs a worker that is
 * restarted at all, by {@link ServiceWorker#restartOnFailure()},
 * {@link ServiceWorker#maxRestarts maxRestarts} or {@link Worker @Worker}: any other
 * worker, and any other kind of work, has failed with it.
 * <p>
 * A micro-task that the worker {@link ServiceWork#run runs} may throw it, too; one that
 * it starts has failed. It may be the cause of what is thrown, as it is when a future
 * hands it on.
 * <p>
 * A worker that throws it more than ten times in a row, each time less than a second
 * after its begin, makes no progress: its restarts are delayed, by 10 ms first and up to
 * a minute, and told as failures.
 *
 * @since 0.1.0
 */
public final class RestartNow extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create the wish to be restarted.
	 * @param reason why, for people
	 */
	public RestartNow(String reason) {
		super(reason, null, false, false);
	}

}
