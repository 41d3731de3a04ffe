// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A service is told to stop while it emits, is told of, or subscribes to an event. Each
 * is delivered, held or dropped, and counted as that once; none is delivered once the
 * work of the service is over.
 *
 * @since 0.1.0
 */
public final class EventStopStress {

	private EventStopStress() {
	}

	/**
	 * It emits one, which it hooks itself.
	 */
	@JCStressTest
	@Outcome(id = "1 delivered, 0 held, 0 dropped", expect = Expect.ACCEPTABLE, desc = "It was told before")
	@Outcome(id = "0 delivered, 1 held, 0 dropped", expect = Expect.ACCEPTABLE, desc = "It is told when it runs again")
	@Outcome(id = "0 delivered, 0 held, 1 dropped", expect = Expect.ACCEPTABLE, desc = "It was emitted too late")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Emitting {

		private final OneService service = new OneService(true);

		/**
		 * Emits.
		 */
		@Actor
		public void emit() {
			this.service.events().emit("event");
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
			result.r1 = this.service.eventsOutcome();
		}

	}

	/**
	 * Another service emits one, which it hooks.
	 */
	@JCStressTest
	@Outcome(id = "1 delivered, 0 held, 0 dropped", expect = Expect.ACCEPTABLE, desc = "It was told before")
	@Outcome(id = "0 delivered, 1 held, 0 dropped", expect = Expect.ACCEPTABLE, desc = "It is told when it runs again")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Telling {

		private final OneService service = new OneService(true);

		/**
		 * Emits.
		 */
		@Actor
		public void emit() {
			this.service.eventsOfOther().emit("event");
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
			result.r1 = this.service.eventsOutcome();
		}

	}

	/**
	 * It subscribes, and another service emits one.
	 */
	@JCStressTest
	@Outcome(id = "1 delivered, 0 held, 0 dropped", expect = Expect.ACCEPTABLE, desc = "It was told before")
	@Outcome(id = "0 delivered, 0 held, 1 dropped", expect = Expect.ACCEPTABLE,
			desc = "Its subscription ended before it was told")
	@Outcome(id = "0 delivered, 0 held, 0 dropped", expect = Expect.ACCEPTABLE, desc = "It had no subscription")
	@Outcome(expect = Expect.FORBIDDEN, desc = "Anything else")
	@State
	public static class Subscribing {

		private final OneService service = new OneService();

		/**
		 * Subscribes.
		 */
		@Actor
		public void subscribe() {
			this.service.events().on(String.class, (event) -> this.service.body());
			this.service.eventsOfOther().emit("event");
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
			// For a subscription that was left behind it would count.
			this.service.eventsOfOther().emit("later");
			result.r1 = this.service.eventsOutcome();
		}

	}

}
