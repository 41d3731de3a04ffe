// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import org.jspecify.annotations.Nullable;

/**
 * What bounds how many letters wait: those for the hooks of a service, or those for one
 * hook that has a bound of its own. Confined to the coordinator.
 */
final class LetterBuffer {

	private final int bound;

	private int size;

	/** Those that may be dropped, in order. */
	private final LetterChain droppable = new LetterChain();

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
	 * The oldest one that may be dropped to make room.
	 * @return the letter, or {@code null} if there is none
	 */
	@Nullable Letter oldestDroppable() {
		LetterChain.Link first = this.droppable.first();
		return (first != null) ? first.letter() : null;
	}

	void addedFirst(Letter letter) {
		this.size++;
		if (letter.droppable != null) {
			this.droppable.addFirst(letter.droppable);
		}
	}

	void addedLast(Letter letter) {
		this.size++;
		if (letter.droppable != null) {
			this.droppable.addLast(letter.droppable);
		}
	}

	void removed(Letter letter) {
		this.size--;
		if (letter.droppable != null) {
			this.droppable.remove(letter.droppable);
		}
	}

}
