package io.managedservices.item.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The ids that are to be asked for, each once, in the order in which they came. Safe for
 * use by several threads.
 *
 * @param <I> the type of the ids
 */
final class AskedIds<I> {

	private final ReentrantLock lock = new ReentrantLock();

	private final Set<I> asked = new LinkedHashSet<>();

	/** Those that are asked again after a while. */
	private final Set<I> later = new LinkedHashSet<>();

	/**
	 * Adds an id.
	 * @param id the id
	 * @return whether it was not there yet
	 */
	boolean add(I id) {
		this.lock.lock();
		try {
			return this.asked.add(id);
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
			return taken;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Puts ids off.
	 * @param some the ids
	 */
	void putOff(Collection<I> some) {
		this.lock.lock();
		try {
			this.later.addAll(some);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Adds those that were put off.
	 */
	void addPutOff() {
		this.lock.lock();
		try {
			this.asked.addAll(this.later);
			this.later.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

}
