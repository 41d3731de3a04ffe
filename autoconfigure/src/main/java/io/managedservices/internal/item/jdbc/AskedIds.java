// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import io.managedservices.internal.time.TimerQueue;

/**
 * The ids that are to be asked for, each once, in the order in which they came. Safe for
 * use by several threads.
 *
 * @param <I> the type of the ids
 */
final class AskedIds<I> {

	private final ReentrantLock lock = new ReentrantLock();

	private final Set<I> asked = new LinkedHashSet<>();

	/** Those that are asked for again, and when. */
	private final Map<I, Long> later = new LinkedHashMap<>();

	/** How often in a row it has failed to ask for them. */
	private final Map<I, Integer> failures = new HashMap<>();

	/**
	 * Adds an id, unless it is asked for again only after a wait since that has failed.
	 * @param id the id
	 * @return whether it was not there yet
	 */
	boolean add(I id) {
		this.lock.lock();
		try {
			return !(this.failures.containsKey(id) && this.later.containsKey(id)) && this.asked.add(id);
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isEmpty() {
		this.lock.lock();
		try {
			return this.asked.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes ids out, before they are asked for, so that what happens meanwhile is asked
	 * for again.
	 * @param max how many at most
	 * @return the ids
	 */
	List<I> take(int max) {
		this.lock.lock();
		try {
			List<I> taken = new ArrayList<>();
			for (I id : this.asked) {
				if (taken.size() == max) {
					break;
				}
				taken.add(id);
			}
			taken.forEach(this.asked::remove);
			taken.forEach(this.later::remove);
			return taken;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * It has failed to ask for an id.
	 * @param id the id
	 * @return how often in a row
	 */
	int failed(I id) {
		this.lock.lock();
		try {
			return this.failures.merge(id, 1, Integer::sum);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * An id was asked for.
	 * @param id the id
	 */
	void succeeded(I id) {
		this.lock.lock();
		try {
			this.failures.remove(id);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Puts an id off.
	 * @param id the id
	 * @param time until when, on the clock that does not jump
	 */
	void putOff(I id, long time) {
		this.lock.lock();
		try {
			this.later.put(id, time);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Adds those whose time has come.
	 * @param now the time
	 * @return when the next one is to be added, or {@link TimerQueue#NEVER}
	 */
	long addPutOff(long now) {
		this.lock.lock();
		try {
			long next = TimerQueue.NEVER;
			Iterator<Map.Entry<I, Long>> each = this.later.entrySet().iterator();
			while (each.hasNext()) {
				Map.Entry<I, Long> entry = each.next();
				if (entry.getValue() <= now) {
					this.asked.add(entry.getKey());
					each.remove();
				}
				else {
					next = Math.min(next, entry.getValue());
				}
			}
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

}
