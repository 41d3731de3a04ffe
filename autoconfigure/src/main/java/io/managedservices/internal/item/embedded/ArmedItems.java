// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.item.EpochMicros;
import io.managedservices.internal.time.TimeHeap;

/**
 * Items by their ids and by their times: a hash table whose items are chained through
 * themselves, and a heap. To find, add, move or take the first one costs logarithmic time
 * at most, and no memory but for the item. For use by one thread at a time.
 *
 * @param <I> the type of the ids
 */
final class ArmedItems<I> {

	private static final int FIRST_SIZE = 16;

	private static final int FORGOTTEN_SIZE = 16;

	private @Nullable Item<I>[] table = newArray(FIRST_SIZE);

	private int known;

	/**
	 * Those that are not yet taken out of the table. Their places are all over the
	 * memory, so that several are waited for at a time.
	 */
	private final @Nullable Item<I>[] forgotten = newArray(FORGOTTEN_SIZE);

	private int forgottenCount;

	private final TimeHeap<Item<I>> armed = new TimeHeap<>();

	/**
	 * Finds an item.
	 * @param id its id
	 * @return the item, armed or in hand, or {@code null}
	 */
	@Nullable Item<I> find(I id) {
		takeOut();
		Item<I> item = this.table[place(id)];
		while (item != null && !item.id.equals(id)) {
			item = item.next;
		}
		return item;
	}

	/**
	 * Adds an item that is not known yet, in hand.
	 * @param id its id
	 * @return the item
	 */
	Item<I> add(I id) {
		if (++this.known > this.table.length) {
			rehash(this.table.length * 2);
		}
		Item<I> item = new Item<>(id);
		put(item);
		return item;
	}

	/**
	 * Forgets an item.
	 * @param item the item, armed or in hand
	 */
	void remove(Item<I> item) {
		disarm(item);
		this.known--;
		this.forgotten[this.forgottenCount++] = item;
		if (this.forgottenCount == FORGOTTEN_SIZE) {
			takeOut();
		}
	}

	private void takeOut() {
		for (int index = 0; index < this.forgottenCount; index++) {
			Item<I> item = this.forgotten[index];
			if (item != null) {
				takeOut(item, place(item.id));
			}
			this.forgotten[index] = null;
		}
		this.forgottenCount = 0;
	}

	private void takeOut(Item<I> item, int place) {
		Item<I> before = this.table[place];
		if (before == item) {
			this.table[place] = item.next;
		}
		else {
			while (before != null && before.next != item) {
				before = before.next;
			}
			if (before != null) {
				before.next = item.next;
			}
		}
		item.next = null;
	}

	/**
	 * Sets the time of an item.
	 * @param item the item, armed or in hand
	 * @param time when it is due
	 */
	void arm(Item<I> item, long time) {
		this.armed.set(item, time, 0);
	}

	/**
	 * The time of an armed item.
	 * @param item the item
	 * @return when it is due
	 */
	long time(Item<I> item) {
		return this.armed.time(item);
	}

	/**
	 * The time of the first item.
	 * @return when it is due, {@link EpochMicros#NEVER} if none is armed
	 */
	long next() {
		return this.armed.next();
	}

	/**
	 * Takes the first item in hand.
	 * @return the item
	 */
	Item<I> takeFirst() {
		return this.armed.takeFirst();
	}

	int armed() {
		return this.armed.size();
	}

	int known() {
		return this.known;
	}

	/**
	 * Counts items that are due.
	 * @param now the time
	 * @param limit how many to count at most
	 * @return how many there are, or the limit
	 */
	int due(long now, int limit) {
		return this.armed.due(now, limit);
	}

	/**
	 * Takes an item in hand, before its time.
	 * @param item the item
	 */
	void disarm(Item<I> item) {
		this.armed.remove(item);
	}

	private void put(Item<I> item) {
		int place = place(item.id);
		item.next = this.table[place];
		this.table[place] = item;
	}

	private void rehash(int size) {
		@Nullable Item<I>[] before = this.table;
		this.table = newArray(size);
		for (Item<I> first : before) {
			Item<I> item = first;
			while (item != null) {
				Item<I> next = item.next;
				put(item);
				item = next;
			}
		}
	}

	// Ids that follow each other stay close together in memory.
	private int place(I id) {
		int hash = id.hashCode();
		return (hash ^ (hash >>> 16)) & (this.table.length - 1);
	}

	@SuppressWarnings("unchecked")
	private static <I> @Nullable Item<I>[] newArray(int size) {
		return (Item<I>[]) new Item<?>[size];
	}

	/**
	 * An item that something will have to be done with.
	 *
	 * @param <I> the type of the id
	 */
	static final class Item<I> extends TimeHeap.Entry {

		final I id;

		/** How often it has failed in a row. */
		int failures;

		/**
		 * Whether its time must not come closer: it failed, or had nothing to do less
		 * than a second ago.
		 */
		boolean held;

		/**
		 * Whether only its next time is asked for: it was processed, or nobody knows
		 * whether its time has changed.
		 */
		boolean processed;

		/** The number of the search that has found it, or had begun when it was asked. */
		int search;

		/** The next one at the same place of the table. */
		private @Nullable Item<I> next;

		Item(I id) {
			this.id = id;
		}

		boolean isInHand() {
			return !isSet();
		}

	}

}
