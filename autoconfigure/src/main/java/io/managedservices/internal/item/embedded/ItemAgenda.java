// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.EpochMicros;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.item.embedded.ArmedItems.Item;
import io.managedservices.item.ItemsSnapshot;

/**
 * What is to be done with which item next, and when again after it was done. Guarded by
 * the lock of those who process the items.
 *
 * @param <I> the type of the ids
 */
final class ItemAgenda<I> {

	private static final long SECOND = 1_000_000;

	/** How many items that are due are counted for a snapshot. */
	private static final int DUE_COUNTED = 100;

	private final ItemLedger<I> ledger;

	private final Duration maxDelay;

	private final Backend backend;

	private ArmedItems<I> items = new ArmedItems<>();

	/** Those of which it is asked when they are due. */
	private final Set<I> asked = new LinkedHashSet<>();

	/** Those that were done while all are searched for, {@code null} at other times. */
	private @Nullable Set<I> doneMeanwhile;

	private int inHand;

	/** Whether it looks next for items that are due before those that are asked. */
	private boolean dueFirst;

	/** How many searches for all items have begun. */
	private int searches;

	/** The number of the last search that has found all. */
	private int foundAll;

	ItemAgenda(ItemLedger<I> ledger, Duration maxDelay, Backend backend) {
		this.ledger = ledger;
		this.maxDelay = maxDelay;
		this.backend = backend;
	}

	/**
	 * Asks when an item is due.
	 * @param id the item
	 * @return whether it is not asked already
	 */
	boolean ask(I id) {
		return this.asked.add(id);
	}

	/**
	 * Takes the next item in hand: one that is due, or one of which it is asked when it
	 * is.
	 * @param lane takes it in hand
	 * @return the item, or {@code null} if there is none
	 */
	@Nullable Item<I> pick(ItemLane<I> lane) {
		lane.earliest = EpochMicros.FIRST;
		lane.time = EpochMicros.FIRST;
		this.dueFirst = !this.dueFirst;
		Item<I> item = this.dueFirst ? pickDue(lane) : pickAsked(lane);
		if (item == null) {
			item = this.dueFirst ? pickAsked(lane) : pickDue(lane);
		}
		if (item != null) {
			this.inHand++;
		}
		return item;
	}

	private @Nullable Item<I> pickDue(ItemLane<I> lane) {
		long now = now();
		long time = this.items.next();
		if (time > now) {
			this.ledger.caughtUp();
			return null;
		}
		Item<I> item = this.items.takeFirst();
		lane.time = time;
		if (item.search < this.foundAll) {
			// It was armed before a search that has not found it: it may have moved.
			item.processed = true;
		}
		else if (item.failures > 0) {
			this.ledger.began(now - time, true);
		}
		else if (!item.held) {
			this.ledger.began(now - time, false);
		}
		return item;
	}

	// One that is in hand is asked for when that has come to its end.
	private @Nullable Item<I> pickAsked(ItemLane<I> lane) {
		if (this.asked.isEmpty()) {
			return null;
		}
		I found = null;
		for (I id : this.asked) {
			Item<I> item = this.items.find(id);
			if (item == null || !item.isInHand()) {
				found = id;
				break;
			}
		}
		if (found == null) {
			return null;
		}
		this.asked.remove(found);
		Item<I> item = this.items.find(found);
		if (item == null) {
			item = this.items.add(found);
		}
		else {
			lane.earliest = item.held ? heldUntil(item) : EpochMicros.FIRST;
			this.items.disarm(item);
		}
		// If that fails it is only asked again: its time has not come.
		item.processed = true;
		return item;
	}

	/**
	 * Whether anything is left to be picked, as far as can be seen at a glance.
	 * @return whether
	 */
	boolean hasMore() {
		return !this.asked.isEmpty() || this.items.next() <= now();
	}

	/**
	 * When the next item is due.
	 * @return the time, {@link EpochMicros#NEVER} if none is armed
	 */
	long next() {
		return this.items.next();
	}

	/**
	 * Takes back an item that was in hand: forgets it, or arms it again.
	 * @param item the item
	 * @param lane knows what came of it
	 */
	void settle(Item<I> item, ItemLane<I> lane) {
		this.inHand--;
		if (this.doneMeanwhile != null) {
			this.doneMeanwhile.add(item.id);
		}
		item.held = lane.failed;
		if (lane.failed) {
			item.failures++;
			this.items.arm(item, EpochMicros.plus(now(), micros(this.ledger.retryAfter(item.failures))));
		}
		else {
			item.processed = false;
			item.search = this.searches;
			long earliest = earliest(lane);
			item.held = lane.nextTime < earliest;
			if (lane.done || lane.notYet || !item.held) {
				item.failures = 0;
			}
			settle(item, Math.max(lane.nextTime, earliest));
		}
	}

	// The search finds in time what is due later than within two intervals.
	private void settle(Item<I> item, long next) {
		if (next == EpochMicros.NEVER || next > EpochMicros.plus(now(), 2 * this.ledger.intervalMicros())) {
			this.items.remove(item);
		}
		else {
			this.items.arm(item, next);
		}
	}

	// Nor is one that was done tried at once if it is due as before.
	private long earliest(ItemLane<I> lane) {
		boolean again = lane.notYet || (lane.done && lane.nextTime <= lane.time);
		return again ? EpochMicros.plus(now(), SECOND) : lane.earliest;
	}

	// No longer than it ever is, should the clock have been set back.
	private long heldUntil(Item<I> item) {
		long longest = (item.failures > 0) ? micros(this.maxDelay) : SECOND;
		return Math.min(this.items.time(item), EpochMicros.plus(now(), longest));
	}

	/**
	 * Drops an item that was in hand.
	 */
	void drop() {
		this.inHand--;
	}

	/**
	 * A search for all items begins.
	 */
	void searchBegins() {
		this.doneMeanwhile = new HashSet<>();
		this.searches++;
	}

	/**
	 * The search for all items has come to its end.
	 * @param all whether it has found all
	 */
	void searchEnds(boolean all) {
		this.doneMeanwhile = null;
		if (all) {
			this.foundAll = this.searches;
		}
	}

	/**
	 * Arms items that the search for all has found.
	 * @param found the items
	 * @param times when they are due
	 */
	void arm(List<I> found, long[] times) {
		for (int index = 0; index < times.length; index++) {
			arm(found.get(index), times[index]);
		}
	}

	// What becomes of one that is in hand is asked when that has come to its end. One
	// that
	// was done since the search began may have been found as it was before.
	private void arm(I id, long time) {
		if (this.doneMeanwhile != null && this.doneMeanwhile.contains(id)) {
			this.asked.add(id);
			return;
		}
		Item<I> item = this.items.find(id);
		if (item == null) {
			item = this.items.add(id);
		}
		else if (item.isInHand()) {
			return;
		}
		this.items.arm(item, item.held ? Math.max(time, heldUntil(item)) : time);
		item.search = this.searches;
	}

	/**
	 * Forgets all items, those in hand too, but not what was counted.
	 */
	void forgetAll() {
		this.items = new ArmedItems<>();
		this.asked.clear();
	}

	ItemsSnapshot snapshot(@Nullable Instant nextSearch) {
		return this.ledger.snapshot(this.items.due(now(), DUE_COUNTED), this.items.armed(), this.inHand, late(),
				nextSearch);
	}

	/**
	 * Warns if an item waits to be picked for too long, and none is.
	 */
	void lookForLateOnes() {
		if (this.items.armed() > 0) {
			this.ledger.waits(late());
		}
	}

	// None that is armed is due at no time.
	private long late() {
		return (this.items.armed() > 0) ? now() - this.items.next() : 0;
	}

	private long now() {
		return EpochMicros.floor(this.backend.instant());
	}

	private static long micros(Duration duration) {
		return duration.toNanos() / 1000;
	}

}
