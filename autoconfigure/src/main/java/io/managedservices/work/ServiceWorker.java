// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A long-running worker of a service. To be configured, then begun once; the methods that
 * configure it fail afterwards. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface ServiceWorker {

	/**
	 * Restarts it when it fails, after 2 seconds × failed attempts in a row, which are
	 * forgotten when it has run for 5 minutes without failure. A
	 * {@link java.util.concurrent.CancellationException} ends it, unless it comes from
	 * the stop of another service.
	 * @return this
	 */
	ServiceWorker restartOnFailure();

	/**
	 * As {@link #restartOnFailure()} with another delay.
	 * @param delay the delay after the first failed attempt, 0 or more; without a limit
	 * of {@link #maxRestarts}, or with one above 1000, it has to be 1 ms or more when the
	 * worker is begun
	 * @return this
	 */
	ServiceWorker restartOnFailure(Duration delay);

	/**
	 * Restarts it when it fails, and gives up after so many restarts: the service fails
	 * then, as any failure at run time does. Without a limit the worker is restarted for
	 * as long as the service runs. A {@link RestartNow} does not count.
	 * @param maxRestarts how many restarts within the window, 0 or more
	 * @param window within which restarts count, above 0
	 * @return this
	 */
	ServiceWorker maxRestarts(int maxRestarts, Duration window);

	/**
	 * Takes it as failed, and interrupts it, when it gives no
	 * {@linkplain WorkerContext#beat() beat} for so long. It is not restarted before it
	 * has left.
	 * @param timeout how long, above 0
	 * @return this
	 */
	ServiceWorker heartbeat(Duration timeout);

	/**
	 * Does not interrupt it when the service stops, until half of the stop timeout has
	 * passed. It is told to end all the same: {@link WorkerContext#isStopping()} says so,
	 * and {@link WorkerContext#pause} returns.
	 * @return this
	 */
	ServiceWorker finishOnStop();

	/**
	 * Starts it on a thread of its own.
	 * @return completed when it has ended by itself, exceptionally when it has failed and
	 * is not restarted, cancelled as soon as the service is to stop: the worker is
	 * {@linkplain WorkerContext asked to end} then, and may still be inside for a while.
	 * To cancel it stops the worker, likewise before that has left
	 */
	CompletableFuture<Void> start();

	/**
	 * Runs it on the calling thread, until it ends.
	 * @throws java.util.concurrent.CancellationException if the service is to stop before
	 * it has begun
	 * @throws InterruptedException if interrupted, also because the service is to stop:
	 * it is not restarted then
	 * @throws Exception what it throws if it is not restarted
	 */
	void run() throws Exception;

}
