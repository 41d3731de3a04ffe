// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.util.concurrent.TimeUnit;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * A call of user code is interrupted while it begins and leaves.
 *
 * @since 0.1.0
 */
public final class InterruptStress {

	/**
	 * After so long an interrupt that was told does not come any more: whoever sends it
	 * may lose the processor in between.
	 */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

	private InterruptStress() {
	}

	/**
	 * The interrupt never reaches what its thread does after the call. The results:
	 * whether it did, whether the call was withdrawn, and whether it has run.
	 */
	@JCStressTest
	@Outcome(id = "false, false, true", expect = Expect.ACCEPTABLE, desc = "Interrupted inside, or too late")
	@Outcome(id = "false, true, false", expect = Expect.ACCEPTABLE, desc = "Withdrawn")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Interrupted afterwards, or withdrawn and run")
	@State
	public static class Leaving {

		private final Call call = new Call(null);

		/**
		 * Runs it.
		 * @param result tells whether an interrupt is left, and whether it has run
		 */
		@Actor
		public void run(ZZZ_Result result) {
			this.call.run();
			result.r1 = Thread.interrupted();
			result.r3 = this.call.ran;
		}

		/**
		 * Interrupts it.
		 * @param result tells whether it was withdrawn
		 */
		@Actor
		public void interrupt(ZZZ_Result result) {
			result.r2 = this.call.interrupt();
		}

	}

	/**
	 * One call inside another, both of which are interrupted, the inner one first: the
	 * inner one takes its own interrupt with it, and leaves the other's.
	 */
	@JCStressTest
	@Outcome(id = "told", expect = Expect.ACCEPTABLE, desc = "The outer call saw its interrupt")
	@Outcome(id = "not told", expect = Expect.ACCEPTABLE, desc = "The outer call was withdrawn, or interrupted late")
	@Outcome(expect = Expect.FORBIDDEN, desc = "The interrupt of the outer call was lost, or one was left")
	@State
	public static class InnerFirst {

		private final Call inner = new Call(null);

		private final Call outer = new Call(this.inner);

		/**
		 * Runs both.
		 * @param result tells what became of the interrupt of the outer one
		 */
		@Actor
		public void run(L_Result result) {
			this.outer.run();
			result.r1 = Thread.interrupted() ? "left behind" : this.outer.seen;
		}

		/**
		 * Interrupts both.
		 */
		@Actor
		public void interrupt() {
			this.inner.interrupt();
			this.outer.interrupt();
		}

	}

	/**
	 * One call inside another, both of which are interrupted, the outer one first: the
	 * inner one takes its own interrupt with it, and leaves the other's.
	 */
	@JCStressTest
	@Outcome(id = "told", expect = Expect.ACCEPTABLE, desc = "The outer call saw its interrupt")
	@Outcome(id = "not told", expect = Expect.ACCEPTABLE, desc = "The outer call was withdrawn, or interrupted late")
	@Outcome(expect = Expect.FORBIDDEN, desc = "The interrupt of the outer call was lost, or one was left")
	@State
	public static class OuterFirst {

		private final Call inner = new Call(null);

		private final Call outer = new Call(this.inner);

		/**
		 * Runs both.
		 * @param result tells what became of the interrupt of the outer one
		 */
		@Actor
		public void run(L_Result result) {
			this.outer.run();
			result.r1 = Thread.interrupted() ? "left behind" : this.outer.seen;
		}

		/**
		 * Interrupts both.
		 */
		@Actor
		public void interrupt() {
			this.outer.interrupt();
			this.inner.interrupt();
		}

	}

	/**
	 * A call that runs another one, if there is one, and then looks for its own
	 * interrupt.
	 */
	private static final class Call extends UserCall {

		private final UserCall nested;

		private boolean ran;

		private String seen = "not told";

		Call(UserCall nested) {
			this.nested = nested;
		}

		@Override
		protected void call() {
			this.ran = true;
			if (this.nested != null) {
				this.nested.run();
				lookForInterrupt();
			}
		}

		private void lookForInterrupt() {
			if (!isInterrupted()) {
				return;
			}
			long begun = System.nanoTime();
			while (!Thread.currentThread().isInterrupted() && System.nanoTime() - begun < PATIENCE) {
				Thread.onSpinWait();
			}
			this.seen = Thread.currentThread().isInterrupted() ? "told" : "lost";
		}

		@Override
		protected void left() {
		}

		@Override
		public void apply() {
		}

	}

}
