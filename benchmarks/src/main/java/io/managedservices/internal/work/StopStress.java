// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.concurrent.CompletableFuture;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

import io.managedservices.work.MicroTask;

/**
 * A service is told to stop while a micro-task of it is started. It runs or is cancelled,
 * never both and never neither; nothing is inside once its work is over; and no slot is
 * lost.
 *
 * @since 0.1.0
 */
public final class StopStress {

	private StopStress() {
	}

	/**
	 * There is a slot: it begins on the thread that starts it.
	 */
	@JCStressTest
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "It began before")
	@Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Starting {

		private final OneService service = new OneService();

		private CompletableFuture<Boolean> future;

		/**
		 * Starts it.
		 */
		@Actor
		public void start() {
			this.future = this.service.start(MicroTask.medium("short"));
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
	 * There is no slot: it stands in line, and is taken out again.
	 */
	@JCStressTest
	@Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class StandingInLine {

		private final OneService service = new OneService();

		private CompletableFuture<Boolean> future;

		/**
		 * Takes all slots.
		 */
		public StandingInLine() {
			this.service.takeSlots();
		}

		/**
		 * Starts it.
		 */
		@Actor
		public void start() {
			this.future = this.service.start(MicroTask.medium("short"));
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
			result.r1 = this.service.outcome(this.future, OneService.SLOTS);
		}

	}

	/**
	 * It stands in line, and a slot becomes free.
	 */
	@JCStressTest
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "It began before")
	@Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Granting {

		private final OneService service = new OneService();

		private final CompletableFuture<Boolean> future;

		/**
		 * Takes all slots, so that it waits.
		 */
		public Granting() {
			this.service.takeSlots();
			this.future = this.service.start(MicroTask.medium("short"));
		}

		/**
		 * Gives a slot back, on which it begins.
		 */
		@Actor
		public void giveBack() {
			this.service.giveSlotBack();
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
			result.r1 = this.service.outcome(this.future, OneService.SLOTS - 1);
		}

	}

	/**
	 * It stands in line, a slot becomes free, and its future is cancelled. The service is
	 * told to stop afterwards.
	 */
	@JCStressTest
	@Outcome(id = "ran", expect = Expect.ACCEPTABLE, desc = "It came to its end before")
	@Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = "It did not begin")
	@Outcome(id = "ran, cancelled", expect = Expect.ACCEPTABLE, desc = "It was cancelled while it was inside")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Cancelling {

		private final OneService service = new OneService();

		private final CompletableFuture<Boolean> future;

		/**
		 * Takes all slots, so that it waits.
		 */
		public Cancelling() {
			this.service.takeSlots();
			this.future = this.service.start(MicroTask.low("short"));
		}

		/**
		 * Gives a slot back, on which it begins.
		 */
		@Actor
		public void giveBack() {
			this.service.giveSlotBack();
		}

		/**
		 * Cancels it.
		 */
		@Actor
		public void cancel() {
			this.future.cancel(true);
		}

		/**
		 * Looks what became of it.
		 * @param result tells
		 */
		@Arbiter
		public void look(L_Result result) {
			this.service.end();
			result.r1 = this.service.outcome(this.future, OneService.SLOTS - 1);
		}

	}

}
