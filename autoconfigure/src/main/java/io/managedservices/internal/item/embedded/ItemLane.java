// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.time.Instant;

import io.managedservices.internal.item.EpochMicros;
import io.managedservices.internal.item.embedded.ArmedItems.Item;
import io.managedservices.item.Outcome;

/**
 * Does one thing after the other for the items of a service. What came of the last one is
 * kept in plain numbers, not in references, which cost a barrier each. Used by one thread
 * at a time: that of its task.
 *
 * @param <I> the type of the ids
 */
final class ItemLane<I> {

	private final EmbeddedItems<I> items;

	private final int number;

	/** Whether it searches for all items, or has. */
	boolean searching;

	/** Whether its search has found all. */
	boolean foundAll;

	/** Whether the item was done. */
	boolean done;

	/** Whether there was nothing to do for the item yet. */
	boolean notYet;

	/** Whether the item failed. */
	boolean failed;

	/** When the item was due. */
	long time = EpochMicros.FIRST;

	/** Before when the item is not to be tried: it failed, or had nothing to do yet. */
	long earliest = EpochMicros.FIRST;

	/** When the item is due again. */
	long nextTime = EpochMicros.NEVER;

	ItemLane(EmbeddedItems<I> items, int number) {
		this.items = items;
		this.number = number;
	}

	int number() {
		return this.number;
	}

	/**
	 * Does what there is to do. What is thrown outside of the service has left the items
	 * in a state that nobody knows, and no lane would be woken for them again: so the
	 * service fails, and its next incarnation finds them anew.
	 */
	void run() {
		try {
			work();
		}
		catch (Throwable ex) {
			this.items.context().fail(ex);
		}
	}

	private void work() {
		Item<I> item = this.items.next(this, null);
		while (item != null || this.searching) {
			if (item != null) {
				handle(item);
			}
			else {
				this.foundAll = this.items.ledger().checkAll(this.items::arm);
			}
			// One that was left by the service is not meant for the next item.
			Thread.interrupted();
			item = this.items.next(this, item);
		}
	}

	private void handle(Item<I> item) {
		this.done = false;
		this.notYet = false;
		this.failed = false;
		this.nextTime = EpochMicros.NEVER;
		try {
			if (!item.processed) {
				Outcome outcome = this.items.ledger().processed(this.items.service().process(item.id));
				item.processed = true;
				if (!this.items.context().isStopping()) {
					// Nor for the question.
					Thread.interrupted();
				}
				this.done = outcome == Outcome.DONE;
				this.notYet = outcome == Outcome.NOT_YET;
			}
			Instant next = this.items.service().checkOne(item.id);
			if (next != null) {
				this.nextTime = EpochMicros.ceil(next);
			}
		}
		catch (Throwable ex) {
			this.failed = true;
			this.items.ledger().failed(item.id, ex);
		}
	}

}
