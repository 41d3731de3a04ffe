// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.work.core.Cancellation;
import io.managedservices.internal.work.core.WorkScope;

/**
 * The thread that runs a worker itself, and waits between its runs. The coordinator hands
 * over what there is to do; only the calling thread waits.
 */
final class CallingThread implements WorkerClient {

	private final CancellationException toldToEnd = new Cancellation.OfService("The service is to stop");

	private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>();

	private final ServiceContext incarnation;

	CallingThread(WorkScope scope) {
		this.incarnation = scope.incarnation();
	}

	/**
	 * Runs the worker until it has ended.
	 * @throws CancellationException if it was told to end before it had begun
	 * @throws InterruptedException if interrupted, or the worker was told to end
	 * @throws Exception what it threw last
	 */
	void runAll() throws Exception {
		String ownName = Thread.currentThread().getName();
		try {
			takeTurns();
		}
		finally {
			Thread.currentThread().setName(ownName);
		}
	}

	private void takeTurns() throws Exception {
		boolean begun = false;
		Turn turn = next();
		WorkerRun run = turn.run();
		while (run != null) {
			run.run();
			begun |= run.hasBegun();
			turn = next();
			run = turn.run();
		}
		Throwable thrown = turn.thrown();
		if (thrown == this.toldToEnd) {
			UserCall.look(this.incarnation, true);
		}
		if (thrown == this.toldToEnd && begun) {
			throw new InterruptedException("The service is to stop");
		}
		if (thrown != null && thrown != this.toldToEnd && !(thrown instanceof InterruptedException)) {
			UserCall.toldInside(thrown);
		}
		turn.rethrow();
	}

	// The coordinator hands over a last turn when the service is to stop.
	private Turn next() throws InterruptedException {
		UserCall.listen(this.incarnation);
		try {
			return this.turns.take();
		}
		finally {
			UserCall.listened(this.incarnation);
		}
	}

	@Override
	public void execute(WorkerRun run) {
		this.turns.add(new Turn(run, null));
	}

	@Override
	public boolean isEndedByInterrupt() {
		return true;
	}

	@Override
	public void completed() {
		this.turns.add(new Turn(null, null));
	}

	@Override
	public void failed(Throwable cause) {
		this.turns.add(new Turn(null, cause));
	}

	@Override
	public void cancelled() {
		this.turns.add(new Turn(null, this.toldToEnd));
	}

	/**
	 * What comes next.
	 *
	 * @param run the next run, or {@code null} if there is none any more
	 * @param thrown why there is none, or {@code null} if it has ended by itself
	 */
	private record Turn(@Nullable WorkerRun run, @Nullable Throwable thrown) {

		void rethrow() throws Exception {
			if (this.thrown instanceof Error error) {
				throw error;
			}
			if (this.thrown instanceof Exception exception) {
				throw exception;
			}
		}

	}

}
