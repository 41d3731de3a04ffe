// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

import io.managedservices.work.ServiceTask;

/**
 * A service is told to stop while a task of it is asked for. That runs or is dropped,
 * never twice at once; nothing is inside or in the queue once the work of the service is
 * over.
 *
 * @since 0.1.0
 */
public final class TaskStopStress {

	private TaskStopStress() {
	}

	/**
	 * It is queued.
	 */
	@JCStressTest
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "It began before")
	@Outcome(id = "dropped", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Queueing {

		private final OneService service = new OneService();

		private final ServiceTask task = this.service.work().task("job", () -> this.service.body());

		/**
		 * Queues it.
		 */
		@Actor
		public void queue() {
			this.task.queue();
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
			String ran = this.service.outcome(0);
			result.r1 = ran.isEmpty() ? "dropped" : ran;
		}

	}

	/**
	 * It is to start as soon as possible.
	 */
	@JCStressTest
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "It began before")
	@Outcome(id = "dropped", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class StartingAsap {

		private final OneService service = new OneService();

		private final ServiceTask task = this.service.work().task("job", () -> this.service.body());

		/**
		 * Asks for it.
		 */
		@Actor
		public void startAsap() {
			this.task.startAsap();
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
			String ran = this.service.outcome(0);
			result.r1 = ran.isEmpty() ? "dropped" : ran;
		}

	}

	/**
	 * It is queued, and asked for again while it runs.
	 */
	@JCStressTest
	@Outcome(id = "ran twice", expect = Expect.ACCEPTABLE, desc = "Both runs began before")
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "The second run did not begin")
	@Outcome(id = "dropped", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class AskingAgain {

		private final OneService service = new OneService();

		private final ServiceTask task = this.service.work().task("job", (own) -> {
			if (this.service.runs() == 0) {
				own.startAsap();
			}
			this.service.body();
		});

		/**
		 * Queues it.
		 */
		@Actor
		public void queue() {
			this.task.queue();
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
			String ran = this.service.outcome(0);
			result.r1 = ran.isEmpty() ? "dropped" : ran;
		}

	}

}
