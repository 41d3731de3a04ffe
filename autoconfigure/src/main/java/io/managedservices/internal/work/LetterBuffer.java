// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

/**
 * What bounds how many letters wait: those for the hooks of a service, or those for one
 * hook that has a bound of its own. Knows the oldest one that may be dropped, which is in
 * a list together with those of other buffers. Confined to the coordinator.
 */
final class LetterBuffer {

	private final int bound;

	private int size;

	private int droppable;

	/** The oldest one that may be dropped. */
	private @Nullable Letter oldest;

	LetterBuffer(int bound) {
		this.bound = bound;
	}

	boolean isFull() {
		return this.size >= this.bound;
	}

	boolean isOverfull() {
		return this.size > this.bound;
	}

	/**
	 * The oldest one that may be dropped.
	 * @return the letter, or {@code null} if there is none
	 */
	@Nullable Letter oldest() {
		return this.oldest;
	}

	/**
	 * One comes into the list, before all others or behind them.
	 * @param letter the letter
	 * @param first whether it is before them
	 */
	void added(Letter letter, boolean first) {
		this.size++;
		if (letter.droppable) {
			this.droppable++;
			if (first || this.oldest == null) {
				this.oldest = letter;
			}
		}
	}

	/**
	 * One is to be taken out of the list, but still is in it. Each letter is passed by
	 * the search for the next one at most once for each buffer: it only goes forward.
	 * @param letter the letter
	 */
	void removing(Letter letter) {
		this.size--;
		if (letter.droppable) {
			this.droppable--;
			if (this.oldest == letter) {
				this.oldest = (this.droppable > 0) ? next(letter) : null;
			}
		}
	}

	private @Nullable Letter next(Letter letter) {
		Letter next = letter.following;
		while (next != null && (next.buffer != this || !next.droppable)) {
			next = next.following;
		}
		return next;
	}

}
