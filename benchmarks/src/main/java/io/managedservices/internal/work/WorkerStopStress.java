// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

import io.managedservices.work.RestartNow;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.WorkerContext;

/**
 * A service is told to stop while a worker of it begins. That runs or is refused, is not
 * inside once the work of the service is over, and its future is completed.
 *
 * @since 0.1.0
 */
public final class WorkerStopStress {

	private WorkerStopStress() {
	}

	/**
	 * It is started, and returns.
	 */
	@JCStressTest
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "It came to its end before")
	@Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(id = "ran, cancelled", expect = Expect.ACCEPTABLE, desc = "It was asked to end while it was inside")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Starting {

		private final OneService service = new OneService();

		private CompletableFuture<Void> future;

		/**
		 * Starts it.
		 */
		@Actor
		public void start() {
			this.future = this.service.work().worker("long", (worker) -> this.service.body()).start();
		}

		/**
		 * Tells the service to stop.
		 */
		@Actor
		public void stop() {
			this.service.end();
		}

		/**
		 * Looks what became of it.
		 * @param result tells
		 */
		@Arbiter
		public void look(L_Result result) {
			result.r1 = this.service.outcome(this.future, 0);
		}

	}

	/**
	 * It is started, and has itself restarted once.
	 */
	@JCStressTest
	@Outcome(id = "ran twice", expect = Expect.ACCEPTABLE, desc = "It came to its end before")
	@Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(id = "ran, cancelled", expect = Expect.ACCEPTABLE, desc = "It was not restarted")
	@Outcome(id = "ran twice, cancelled", expect = Expect.ACCEPTABLE, desc = "It was asked to end while it was inside")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Restarting {

		private final OneService service = new OneService();

		private CompletableFuture<Void> future;

		/**
		 * Starts it.
		 */
		@Actor
		public void start() {
			this.future = this.service.work().worker("long", this::body).restartOnFailure().start();
		}

		private void body(WorkerContext worker) {
			this.service.body();
			if (worker.attempt() == 1) {
				throw new RestartNow("once");
			}
		}

		/**
		 * Tells the service to stop.
		 */
		@Actor
		public void stop() {
			this.service.end();
		}

		/**
		 * Looks what became of it.
		 * @param result tells
		 */
		@Arbiter
		public void look(L_Result result) {
			result.r1 = this.service.outcome(this.future, 0);
		}

	}

	/**
	 * It is run by a thread that waits for it.
	 */
	@JCStressTest
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "It came to its end before")
	@Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(id = "ran, interrupted", expect = Expect.ACCEPTABLE, desc = "It was asked to end while it was inside")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Running {

		private final OneService service = new OneService();

		private String end = "is still there";

		/**
		 * Runs it.
		 */
		@Actor
		public void run() {
			ServiceWorker worker = this.service.work().worker("long", (context) -> this.service.body());
			try {
				worker.run();
				this.end = "";
			}
			catch (InterruptedException ex) {
				this.end = ", interrupted";
			}
			catch (CancellationException ex) {
				this.end = "cancelled";
			}
			catch (Exception ex) {
				this.end = "failed";
			}
		}

		/**
		 * Tells the service to stop.
		 */
		@Actor
		public void stop() {
			this.service.end();
		}

		/**
		 * Looks what became of it.
		 * @param result tells
		 */
		@Arbiter
		public void look(L_Result result) {
			result.r1 = this.service.outcome(0) + this.end;
		}

	}

}
