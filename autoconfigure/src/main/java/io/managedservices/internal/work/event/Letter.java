// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.Arrays;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.work.core.WorkScope;

/**
 * An event for the hooks of one service that take it. In one hand at a time: that of the
 * coordinator, or of the thread that delivers it.
 */
final class Letter extends LetterChain.Link {

	final Emission emission;

	/** What it counts among while it waits. */
	final LetterBuffer buffer;

	/**
	 * Its place among those that may be dropped to make room for a newer one there,
	 * {@code null} if it may not.
	 */
	final LetterChain.@Nullable Link droppable;

	/** Whether it waits for its source to run, and was not injected. */
	boolean waits;

	private Hook[] hooks;

	private int next;

	/**
	 * The work of its source when it was taken out, or {@code null} if it was injected
	 * and its source did not run.
	 */
	private @Nullable WorkScope origin;

	Letter(Emission emission, Hook[] hooks, LetterBuffer buffer, boolean droppable) {
		this.emission = emission;
		this.hooks = hooks;
		this.buffer = buffer;
		this.droppable = droppable ? new Droppable() : null;
	}

	@Override
	Letter letter() {
		return this;
	}

	/**
	 * Whether its source runs, or does not matter. Called inside the coordinator.
	 * @return whether it may be delivered now
	 */
	boolean isDue() {
		this.origin = this.emission.source().running();
		return this.origin != null || this.emission.isInjected();
	}

	/**
	 * Whether it may still be delivered, after it was due. Any thread may ask.
	 * @return {@code false} if its source does not run any more
	 */
	boolean isStillDue() {
		WorkScope scope = this.origin;
		return (scope != null) ? !scope.isEnded() : this.emission.isInjected();
	}

	/**
	 * How many hooks it has not been given to.
	 * @return their number
	 */
	int pending() {
		return this.hooks.length - this.next;
	}

	/**
	 * The hook that it will be given to next.
	 * @return the hook
	 */
	Hook hook() {
		return this.hooks[this.next];
	}

	Hook takeHook() {
		return this.hooks[this.next++];
	}

	/**
	 * The hook that it was given to last, or the first one. Any thread may ask while it
	 * is delivered, and may be told one that has returned since.
	 * @return the hook
	 */
	Hook taken() {
		return this.hooks[Math.max(this.next, 1) - 1];
	}

	/**
	 * Will be given to nobody any more.
	 */
	void giveUp() {
		this.next = this.hooks.length;
	}

	/**
	 * Forgets some of the hooks.
	 * @param which tells which
	 * @return how many there were that it had not been given to
	 */
	int forget(Predicate<Hook> which) {
		int before = pending();
		for (int index = this.next; index < this.hooks.length; index++) {
			if (which.test(this.hooks[index])) {
				this.hooks = Arrays.stream(this.hooks, this.next, this.hooks.length)
					.filter(which.negate())
					.toArray(Hook[]::new);
				this.next = 0;
				break;
			}
		}
		return before - pending();
	}

	/**
	 * Its place among those that may be dropped.
	 */
	private final class Droppable extends LetterChain.Link {

		@Override
		Letter letter() {
			return Letter.this;
		}

	}

}
