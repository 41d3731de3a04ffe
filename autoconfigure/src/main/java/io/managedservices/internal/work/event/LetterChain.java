// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import org.jspecify.annotations.Nullable;

/**
 * Letters one after the other, each of which is taken out in constant time wherever it
 * stands. Confined to the coordinator.
 */
final class LetterChain {

	private @Nullable Link first;

	private @Nullable Link last;

	@Nullable Link first() {
		return this.first;
	}

	void addLast(Link link) {
		link.before = this.last;
		if (this.last != null) {
			this.last.after = link;
		}
		else {
			this.first = link;
		}
		this.last = link;
	}

	void addFirst(Link link) {
		link.after = this.first;
		if (this.first != null) {
			this.first.before = link;
		}
		else {
			this.last = link;
		}
		this.first = link;
	}

	/**
	 * Takes out one that stands here.
	 * @param link the link
	 */
	void remove(Link link) {
		if (link.before != null) {
			link.before.after = link.after;
		}
		else {
			this.first = link.after;
		}
		if (link.after != null) {
			link.after.before = link.before;
		}
		else {
			this.last = link.before;
		}
		link.before = null;
		link.after = null;
	}

	/**
	 * The place of a letter in a chain.
	 */
	abstract static class Link {

		private @Nullable Link before;

		private @Nullable Link after;

		/**
		 * The letter that stands here.
		 * @return the letter
		 */
		abstract Letter letter();

		@Nullable Link after() {
			return this.after;
		}

	}

}
