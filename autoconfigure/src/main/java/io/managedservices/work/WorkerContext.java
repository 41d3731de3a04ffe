// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * What a worker knows while it runs. Safe for use by several threads.
 * <p>
 * A worker that is to end is first asked, then interrupted. One that waits in
 * {@link #pause}, or in any other call of this library that the end of its service ends,
 * comes back from that and is not interrupted. Nor is one that finds
 * {@link #isStopping()} true; an interrupt that has reached it before is taken away then.
 * <p>
 * One that has found it false, or has used {@link #stopping()} or {@link #closeOnStop},
 * has half a second to look again. Any other one is interrupted at once, and one time
 * only, so that it can clean up. What is still inside when half of the stop timeout has
 * passed is interrupted, whatever it does, and reported.
 *
 * @since 0.1.0
 */
public interface WorkerContext {

	/**
	 * The name of the worker.
	 * @return the name
	 */
	String name();

	/**
	 * The number of this run.
	 * @return 1 for the first, one more after each restart
	 */
	int attempt();

	/**
	 * Whether the worker is to end: its loop should. The thread that runs the worker is
	 * not interrupted after it has been told so here, until half of the stop timeout has
	 * passed.
	 * @return whether it is, in constant time
	 */
	boolean isStopping();

	/**
	 * Completes when the worker is to end, after what it gave to {@link #closeOnStop} was
	 * closed.
	 * @return a stage that never completes exceptionally
	 */
	CompletionStage<Void> stopping();

	/**
	 * Waits, at most until the worker is to end. That leaves no interrupt behind, so that
	 * what the worker does after its loop is not cut off.
	 * @param time how long; 0 or less does not wait
	 * @return whether the worker goes on
	 * @throws InterruptedException if interrupted otherwise
	 */
	boolean pause(Duration time) throws InterruptedException;

	/**
	 * Whether the service {@linkplain io.managedservices.monitor.ServiceOperator#sleep
	 * sleeps}.
	 * @return whether it does, in constant time
	 */
	boolean isAsleep();

	/**
	 * Waits while the service sleeps, at most until the worker is to end. That leaves no
	 * interrupt behind, and its heartbeat is not missed.
	 * @return whether the worker goes on
	 * @throws InterruptedException if interrupted otherwise
	 */
	boolean pauseWhileAsleep() throws InterruptedException;

	/**
	 * Closes something when the worker is to end, or its run has: a socket, say, in which
	 * it waits without listening to interrupts. That this makes it throw an
	 * {@link java.io.IOException} is no failure. The last one comes first. It is never
	 * closed on a thread that has been interrupted because the worker is to end.
	 * <p>
	 * It is kept until then, also if it was closed before: for what comes and goes, such
	 * as the connections of a server, give one thing once that closes those that are
	 * open.
	 * @param <T> its type
	 * @param resource what is to be closed
	 * @return the same
	 */
	<T extends AutoCloseable> T closeOnStop(T resource);

	/**
	 * Tells that the worker is alive, if it has a heartbeat.
	 */
	void beat();

}
