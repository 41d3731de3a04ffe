// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The slots of a service on this instance: as many of its methods run at once. Those who
 * pick items and those who ask for single ones take turns. Safe for use by several
 * threads.
 */
final class ItemSlots {

	private final ReentrantLock lock = new ReentrantLock();

	private final int capacity;

	private int taken;

	/** Whether somebody would ask if there were a slot. */
	private boolean askerWaits;

	/** Whether items are picked before anybody asks again. */
	private boolean pickersTurn;

	/** Whether there are more items that are due than were picked last. */
	private boolean more;

	ItemSlots(int capacity) {
		this.capacity = capacity;
	}

	/**
	 * Takes slots for items that will be picked.
	 * @param max how many at most
	 * @return how many were taken
	 */
	int takeToPick(int max) {
		this.lock.lock();
		try {
			this.pickersTurn = false;
			int free = this.askerWaits ? 0 : Math.min(max, this.capacity - this.taken);
			this.taken += free;
			return free;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives back those for which nothing was picked.
	 * @param wanted how many were taken
	 * @param picked how many of them are used
	 */
	void picked(int wanted, int picked) {
		this.lock.lock();
		try {
			this.taken -= wanted - picked;
			this.more = wanted == picked;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes a slot to ask.
	 * @return whether there was one
	 */
	boolean takeToAsk() {
		this.lock.lock();
		try {
			boolean free = !this.pickersTurn && this.taken < this.capacity;
			this.askerWaits = !free && !this.pickersTurn;
			if (free) {
				this.taken++;
			}
			return free;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives back the slot of one who has asked.
	 */
	void asked() {
		this.lock.lock();
		try {
			this.taken--;
			this.pickersTurn = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives back the slot of an item.
	 * @return whether it is worth while to pick more: half of the slots are free
	 */
	boolean done() {
		this.lock.lock();
		try {
			this.taken--;
			return this.more && !this.askerWaits && this.taken <= this.capacity / 2;
		}
		finally {
			this.lock.unlock();
		}
	}

	int taken() {
		this.lock.lock();
		try {
			return this.taken;
		}
		finally {
			this.lock.unlock();
		}
	}

}
