// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

import io.managedservices.work.MicroTask;

/**
 * The limit of micro-tasks is lowered while slots are taken and given back.
 *
 * @since 0.1.0
 */
public final class SlotStress {

	private SlotStress() {
	}

	private static MicroTaskSlots taken(int count, int limit) {
		MicroTaskSlots slots = new MicroTaskSlots(limit);
		for (int taken = 0; taken < count; taken++) {
			slots.take();
		}
		return slots;
	}

	/**
	 * Two threads have come to the end of a micro-task, one of which has lowered the
	 * limit. The results: whether each keeps its slot, and how many are taken then.
	 */
	@JCStressTest
	@Outcome(id = "true, false, 3", expect = Expect.ACCEPTABLE, desc = "The first one before")
	@Outcome(id = "false, false, 2", expect = Expect.ACCEPTABLE, desc = "Both after")
	@Outcome(expect = Expect.FORBIDDEN, desc = "The count is wrong")
	@State
	public static class Keeping {

		private final MicroTaskSlots slots = taken(4, 4);

		/**
		 * Keeps its slot, if it may.
		 * @param result tells whether it does
		 */
		@Actor
		public void first(ZZI_Result result) {
			result.r1 = this.slots.keep();
		}

		/**
		 * Lowers the limit, and keeps its slot, if it may.
		 * @param result tells whether it does
		 */
		@Actor
		public void second(ZZI_Result result) {
			this.slots.limit(2);
			result.r2 = this.slots.keep();
		}

		/**
		 * Counts.
		 * @param result tells how many are taken
		 */
		@Arbiter
		public void count(ZZI_Result result) {
			result.r3 = this.slots.taken();
		}

	}

	/**
	 * Two threads want a slot, one of which has lowered the limit: there is one left. The
	 * results: whether each has got it, and how many are taken then.
	 */
	@JCStressTest
	@Outcome(id = { "true, false, 3", "false, true, 3" }, expect = Expect.ACCEPTABLE, desc = "One of them")
	@Outcome(expect = Expect.FORBIDDEN, desc = "The count is wrong, or a free slot is not given")
	@State
	public static class Taking {

		private final MicroTaskSlots slots = taken(2, 4);

		/**
		 * Takes a slot, if one is free.
		 * @param result tells whether it has
		 */
		@Actor
		public void first(ZZI_Result result) {
			result.r1 = this.slots.tryTake();
		}

		/**
		 * Lowers the limit, and takes a slot, if one is free.
		 * @param result tells whether it has
		 */
		@Actor
		public void second(ZZI_Result result) {
			this.slots.limit(3);
			result.r2 = this.slots.tryTake();
		}

		/**
		 * Counts.
		 * @param result tells how many are taken
		 */
		@Arbiter
		public void count(ZZI_Result result) {
			result.r3 = this.slots.taken();
		}

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

		private final SharedSlots slots = new SharedSlots(3, () -> {
		});

		private final Waiting waiting = new Waiting();

		/**
		 * Takes all slots and lets one wait.
		 */
		public GivingBack() {
			for (int count = 0; count < 3; count++) {
				this.slots.take();
			}
			this.slots.add(this.waiting);
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
			result.r2 = this.slots.taken();
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

		private final SharedSlots slots = new SharedSlots(2, () -> {
		});

		private final Waiting waiting = new Waiting();

		/**
		 * Takes all slots.
		 */
		public StandingInLine() {
			this.slots.take();
			this.slots.take();
		}

		/**
		 * Stands in line.
		 */
		@Actor
		public void stand() {
			this.slots.add(this.waiting);
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
			result.r2 = this.slots.taken();
		}

	}

	/**
	 * A micro-task that waits for a slot.
	 */
	private static final class Waiting extends MicroTaskCall {

		Waiting() {
			super(null, MicroTask.medium("waiting"));
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
