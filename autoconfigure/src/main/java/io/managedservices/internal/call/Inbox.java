// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * What several threads put in and one at a time works off: the thread that finds it idle.
 * A stack that is linked through its items and taken as a whole (R. K. Treiber, Systems
 * programming: coping with parallelism, IBM RJ 5118, 1986): putting one in costs one
 * atomic operation and no memory. Safe for use by several threads.
 *
 * @param <T> the type of its items, each of which is put in once
 * @since 0.1.0
 */
public final class Inbox<T extends Inbox.Item> {

	/** Below all items while somebody works. Nobody does while there is nothing. */
	private static final Item WORKING = new Item() {
	};

	private final AtomicReference<@Nullable Item> top = new AtomicReference<>();

	/**
	 * Begins to work if nobody does and there is nothing, so that an item need not be put
	 * in.
	 * @return whether the caller works now, and has to take all that comes meanwhile
	 */
	public boolean begin() {
		return this.top.get() == null && this.top.compareAndSet(null, WORKING);
	}

	/**
	 * Puts an item in.
	 * @param item the item
	 * @return whether the caller has to see to it that it is worked off
	 */
	public boolean add(T item) {
		return add(item, item);
	}

	/**
	 * Puts a chain of items in, linked from the newest to the oldest.
	 * @param newest the last item of the chain
	 * @param oldest the first one
	 * @return whether the caller has to see to it that it is worked off
	 */
	public boolean add(T newest, T oldest) {
		Item below = this.top.get();
		while (true) {
			oldest.next = below;
			Item found = this.top.compareAndExchange(below, newest);
			if (found == below) {
				return below == null;
			}
			below = found;
		}
	}

	/**
	 * Takes out all items. Called by the thread that works it off.
	 * @return the oldest one, linked to the newest, or {@code null} if there is none: it
	 * is idle now
	 */
	@SuppressWarnings("unchecked")
	public @Nullable T takeAll() {
		if (this.top.get() == WORKING && this.top.compareAndSet(WORKING, null)) {
			return null;
		}
		Item oldest = null;
		Item item = this.top.getAndSet(WORKING);
		while (item != null && item != WORKING) {
			Item below = item.next;
			item.next = oldest;
			oldest = item;
			item = below;
		}
		return (T) oldest;
	}

	/**
	 * The item that was put in after another one. Takes the link away, so that one which
	 * lives on does not hold all later ones.
	 * @param item one that was taken out
	 * @param <T> its type
	 * @return the next, or {@code null} if it was the last
	 */
	@SuppressWarnings("unchecked")
	public static <T extends Item> @Nullable T next(T item) {
		Item next = item.next;
		item.next = null;
		return (T) next;
	}

	/**
	 * Something that can stand in an inbox.
	 */
	public abstract static class Item {

		@Nullable Item next;

		/**
		 * Makes this the newer one in a chain.
		 * @param older the item before
		 */
		public final void putAfter(Item older) {
			this.next = older;
		}

	}

}
