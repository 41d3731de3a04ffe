package io.managedservices.work;

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
	}

	int size() {
		return this.size;
	}

	@Nullable Letter first() {
		return this.first;
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
