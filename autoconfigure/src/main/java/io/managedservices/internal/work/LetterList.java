// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Letters in order, linked through themselves, so that any one of them is taken out
 * without looking at the others. Remembers how far it was looked through. Confined to the
 * coordinator.
 */
final class LetterList {

	private @Nullable Letter first;

	private @Nullable Letter last;

	/** The first one that was not looked at, since when all before it wait. */
	private @Nullable Letter unseen;

	private int size;

	/** How many of a source wait for it to run. */
	private final Map<Outbox, Integer> waiting = new HashMap<>(0);

	void addLast(Letter letter) {
		Letter before = this.last;
		letter.previous = before;
		letter.following = null;
		this.last = letter;
		if (before == null) {
			this.first = letter;
		}
		else {
			before.following = letter;
		}
		if (this.unseen == null) {
			this.unseen = letter;
		}
		this.size++;
		letter.buffer.added(letter, false);
	}

	void addFirst(Letter letter) {
		Letter after = this.first;
		letter.previous = null;
		letter.following = after;
		this.first = letter;
		if (after == null) {
			this.last = letter;
		}
		else {
			after.previous = letter;
		}
		this.unseen = letter;
		this.size++;
		letter.buffer.added(letter, true);
	}

	void remove(Letter letter) {
		this.size--;
		letter.buffer.removing(letter);
		Letter before = letter.previous;
		Letter after = letter.following;
		if (before == null) {
			this.first = after;
		}
		else {
			before.following = after;
		}
		if (after == null) {
			this.last = before;
		}
		else {
			after.previous = before;
		}
		if (this.unseen == letter) {
			this.unseen = after;
		}
		letter.previous = null;
		letter.following = null;
		if (letter.waits) {
			waitsNoMore(letter);
		}
	}

	int size() {
		return this.size;
	}

	@Nullable Letter first() {
		return this.first;
	}

	/**
	 * A letter waits for its source to run.
	 * @param letter the letter
	 */
	void waits(Letter letter) {
		if (!letter.waits && !letter.emission.isInjected()) {
			letter.waits = true;
			this.waiting.merge(letter.emission.source(), 1, Integer::sum);
		}
	}

	private void waitsNoMore(Letter letter) {
		letter.waits = false;
		Outbox source = letter.emission.source();
		if (this.waiting.merge(source, -1, LetterList::sum) == null) {
			// An injected one may have waited behind it.
			lookAgain();
		}
	}

	private static @Nullable Integer sum(Integer first, Integer second) {
		int sum = first + second;
		return (sum != 0) ? sum : null;
	}

	/**
	 * Whether a letter would overtake others of its source, which wait for it to run.
	 * @param letter the letter
	 * @return whether it was injected, and there are such
	 */
	boolean isBehindOthers(Letter letter) {
		return letter.emission.isInjected() && !this.waiting.isEmpty()
				&& this.waiting.containsKey(letter.emission.source()) && letter.emission.source().running() == null;
	}

	@Nullable Letter unseen() {
		return this.unseen;
	}

	void seenUpTo(@Nullable Letter letter) {
		this.unseen = letter;
	}

	void lookAgain() {
		this.unseen = this.first;
	}

}
