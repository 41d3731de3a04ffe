// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Letters in order. Remembers how far it was looked through. All takes constant time, but
 * to look through it. Confined to the coordinator.
 */
final class LetterList {

	private final LetterChain letters = new LetterChain();

	private int size;

	/** The first that was not looked at; those before it were, and wait. */
	private LetterChain.@Nullable Link unseen;

	/** How many of a source wait for it to run. */
	private final Map<Outbox, Integer> waiting = new HashMap<>(0);

	void addLast(Letter letter) {
		this.letters.addLast(letter);
		this.size++;
		if (this.unseen == null) {
			this.unseen = letter;
		}
		letter.buffer.addedLast(letter);
	}

	void addFirst(Letter letter) {
		this.letters.addFirst(letter);
		this.size++;
		lookAgain();
		letter.buffer.addedFirst(letter);
	}

	int size() {
		return this.size;
	}

	/**
	 * The first one that was not looked at, since when all before it wait.
	 * @return the letter, or {@code null} if there is none
	 */
	@Nullable Letter unseen() {
		return (this.unseen != null) ? this.unseen.letter() : null;
	}

	/**
	 * Takes out the first one that was not looked at.
	 */
	void takeUnseen() {
		Letter letter = first();
		takeOut(letter);
		waitsNoMore(letter);
	}

	private Letter first() {
		return Objects.requireNonNull(unseen());
	}

	/**
	 * The first one that was not looked at waits for its source to run.
	 */
	void passUnseen() {
		Letter letter = first();
		this.unseen = letter.after();
		if (!letter.waits && !letter.emission.isInjected()) {
			letter.waits = true;
			this.waiting.merge(letter.emission.source(), 1, Integer::sum);
		}
	}

	private void takeOut(Letter letter) {
		if (this.unseen == letter) {
			this.unseen = letter.after();
		}
		this.letters.remove(letter);
		this.size--;
		letter.buffer.removed(letter);
	}

	/**
	 * Takes out the oldest one of a buffer that may be dropped to make room there.
	 * @param buffer the buffer
	 * @return the letter, or {@code null} if there is none
	 */
	@Nullable Letter takeOldest(LetterBuffer buffer) {
		Letter oldest = buffer.oldestDroppable();
		if (oldest != null) {
			takeOut(oldest);
			removed(oldest);
		}
		return oldest;
	}

	/**
	 * Takes out some of them.
	 * @param which tells which, asked once for each in order
	 */
	void removeIf(Predicate<Letter> which) {
		List<Letter> removed = new ArrayList<>(0);
		LetterChain.Link each = this.letters.first();
		while (each != null) {
			Letter letter = each.letter();
			each = letter.after();
			if (which.test(letter)) {
				takeOut(letter);
				removed.add(letter);
			}
		}
		removed.forEach(this::removed);
	}

	private void removed(Letter letter) {
		if (waitsNoMore(letter)) {
			// An injected one may have waited behind it.
			lookAgain();
		}
	}

	/**
	 * A letter that was taken out does not wait for its source any more.
	 * @param letter the letter
	 * @return whether it was the last one of its source that did
	 */
	private boolean waitsNoMore(Letter letter) {
		if (!letter.waits) {
			return false;
		}
		letter.waits = false;
		return this.waiting.merge(letter.emission.source(), -1, LetterList::sum) == null;
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

	/**
	 * What waits is looked at once more.
	 */
	void lookAgain() {
		this.unseen = this.letters.first();
	}

}
