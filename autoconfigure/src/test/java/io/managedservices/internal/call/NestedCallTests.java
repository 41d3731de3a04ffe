// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls of user code inside others, on the same thread.
 */
class NestedCallTests {

	private final List<Boolean> flags = new ArrayList<>();

	@Test
	void innerWhenBothAreInterruptedLeavesTheInterruptOfTheOuter() {
		interruptInside(true);
		assertThat(this.flags).containsExactly(true);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void innerWhenItAloneIsInterruptedLeavesNone() {
		interruptInside(false);
		assertThat(this.flags).containsExactly(false);
	}

	@Test
	void innermostOfThreeWhenItAndTheOutermostAreInterruptedLeavesTheInterrupt() {
		List<UserCall> calls = new ArrayList<>();
		new Nested(() -> new Nested(() -> {
			new Nested(() -> {
				calls.get(0).interrupt();
				calls.get(2).interrupt();
			}, calls).run();
			this.flags.add(Thread.currentThread().isInterrupted());
		}, calls).run(), calls).run();
		assertThat(this.flags).containsExactly(true);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	private void interruptInside(boolean both) {
		List<UserCall> calls = new ArrayList<>();
		calls.add(new Nested(() -> {
			new Nested(() -> {
				if (both) {
					calls.get(0).interrupt();
				}
				calls.get(1).interrupt();
			}, calls).run();
			this.flags.add(Thread.currentThread().isInterrupted());
		}, new ArrayList<>()));
		calls.get(0).run();
	}

	private static final class Nested extends UserCall {

		private final Runnable body;

		Nested(Runnable body, List<UserCall> calls) {
			this.body = body;
			calls.add(this);
		}

		@Override
		protected void call() {
			this.body.run();
		}

		@Override
		protected void left() {
		}

		@Override
		public void apply() {
		}

	}

}
