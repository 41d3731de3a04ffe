// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

import io.managedservices.internal.work.core.OpenScope;
import io.managedservices.work.MicroTask;

/**
 * The limit of micro-tasks is lowered while slots are taken and given back.
 *
 * @since 0.1.0
 */
public final class SlotStress {

	private SlotStress() {
	}

	private static MicroTaskSlots taken(int limit) {
		MicroTaskSlots slots = new MicroTaskSlots(limit, () -> 0, () -> {
		}, () -> {
		});
		for (int taken = 0; taken < limit; taken++) {
			slots.take(new Waiting(), 0);
		}
		return slots;
	}

	/**
	 * A slot is given back that one waits for: it is used if the limit allows it, and not
	 * lost. The results: whether it is used, and how many are taken then.
	 */
	@JCStressTest
	@Outcome(id = "true, 3", expect = Expect.ACCEPTABLE, desc = "Given back before")
	@Outcome(id = "false, 2", expect = Expect.ACCEPTABLE, desc = "Given back after")
	@Outcome(expect = Expect.FORBIDDEN, desc = "The count is wrong")
	@State
	public static class GivingBack {

		private final MicroTaskSlots slots = taken(3);

		private final Waiting waiting = new Waiting();

		/**
		 * Lets one wait.
		 */
		public GivingBack() {
			this.slots.take(this.waiting, 1);
		}

		/**
		 * Gives a slot back.
		 */
		@Actor
		public void giveBack() {
			this.slots.giveBack();
		}

		/**
		 * Lowers the limit.
		 */
		@Actor
		public void lower() {
			this.slots.limit(2);
		}

		/**
		 * Counts.
		 * @param result tells whether the one that waits was let in, and how many are
		 * taken
		 */
		@Arbiter
		public void count(ZI_Result result) {
			result.r1 = this.waiting.isGranted();
			result.r2 = this.slots.load().taken();
		}

	}

	/**
	 * A slot is given back while one stands in line: it is not lost. The results: whether
	 * it is used, and how many are taken then.
	 */
	@JCStressTest
	@Outcome(id = "true, 2", expect = Expect.ACCEPTABLE, desc = "One of them gives it the slot")
	@Outcome(expect = Expect.FORBIDDEN, desc = "It waits although a slot is free")
	@State
	public static class StandingInLine {

		private final MicroTaskSlots slots = taken(2);

		private final Waiting waiting = new Waiting();

		/**
		 * Stands in line.
		 */
		@Actor
		public void stand() {
			this.slots.take(this.waiting, 1);
		}

		/**
		 * Gives a slot back.
		 */
		@Actor
		public void giveBack() {
			this.slots.giveBack();
		}

		/**
		 * Counts.
		 * @param result tells whether the one that waits was let in, and how many are
		 * taken
		 */
		@Arbiter
		public void count(ZI_Result result) {
			result.r1 = this.waiting.isGranted();
			result.r2 = this.slots.load().taken();
		}

	}

	/**
	 * A micro-task that waits for a slot.
	 */
	private static final class Waiting extends MicroTaskCall {

		Waiting() {
			super(null, OpenScope.of(), MicroTask.medium("waiting"));
		}

		@Override
		protected void body() {
		}

		@Override
		void granted() {
		}

		@Override
		void abandoned() {
		}

		@Override
		void completed() {
		}

	}

}
