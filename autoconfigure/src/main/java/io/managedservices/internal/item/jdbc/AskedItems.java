// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.item.sql.ItemIds;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.TimeHeap;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.TaskBody;

/**
 * The items that were scheduled one by one: puts them into the table as due now, so that
 * it is asked when they are. Many calls for one item come down to one. Safe for use by
 * several threads.
 *
 * @param <I> the type of the ids
 */
final class AskedItems<I> {

	private static final int BATCH = 100;

	private static final Duration AT_ONCE = Duration.ofNanos(1);

	/** One that is in hand somewhere is put there when it may have come to its end. */
	private static final Duration IN_HAND = Duration.ofMillis(100);

	private final ItemIds<I> ids;

	private final ItemLedger<I> ledger;

	private final ServiceContext context;

	private final Backend backend;

	private final Armer armer;

	private final ServiceTask task;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<I, Asked<I>> asked = new HashMap<>();

	/** The same by their times on the clock that does not jump. */
	private final TimeHeap<Asked<I>> times = new TimeHeap<>();

	private long puts;

	AskedItems(ItemIds<I> ids, ItemLedger<I> ledger, ServiceContext context, Backend backend, Armer armer) {
		this.ids = ids;
		this.ledger = ledger;
		this.context = context;
		this.backend = backend;
		this.armer = armer;
		this.task = context.work()
			.task("items-scheduled", (TaskBody & Surrounding.Bare) (task) -> arm())
			.maxDelay(AT_ONCE)
			.finishOnStop();
	}

	/**
	 * Adds an id, unless it is there.
	 * @param id the id
	 */
	void add(I id) {
		if (put(id, Duration.ZERO, 0)) {
			wake();
		}
	}

	void wake() {
		this.task.startAsap();
	}

	// One that has failed waits, even if it was added anew meanwhile.
	private boolean put(I id, Duration delay, int failures) {
		long time = Nanos.later(this.backend.nanoTime(), Nanos.of(delay));
		this.lock.lock();
		try {
			Asked<I> known = this.asked.get(id);
			if (known != null && failures == 0) {
				return false;
			}
			Asked<I> put = (known != null) ? known : new Asked<>(id);
			put.failures = failures;
			this.asked.put(id, put);
			this.times.set(put, time, this.puts++);
			return known == null;
		}
		finally {
			this.lock.unlock();
		}
	}

	// Before they are put into the table, so that what happens meanwhile is asked for
	// again.
	private List<Asked<I>> take(long now) {
		List<Asked<I>> taken = new ArrayList<>();
		this.lock.lock();
		try {
			while (taken.size() < BATCH && this.times.next() <= now) {
				Asked<I> first = this.times.takeFirst();
				this.asked.remove(first.id);
				taken.add(first);
			}
		}
		finally {
			this.lock.unlock();
		}
		return taken;
	}

	private void arm() {
		if (this.context.isStopping()) {
			return;
		}
		List<Asked<I>> taken = take(this.backend.nanoTime());
		Map<I, RuntimeException> failed = new LinkedHashMap<>();
		Map<String, Instant> due = new TreeMap<>();
		Instant now = this.backend.instant();
		for (Asked<I> each : taken) {
			try {
				due.put(this.ids.format(each.id), now);
			}
			catch (RuntimeException ex) {
				failed.put(each.id, ex);
			}
		}
		try {
			this.armer.arm(due, (text, ex) -> failed.put(this.ids.parse(text), ex))
				.forEach((text) -> put(this.ids.parse(text), IN_HAND, 0));
			failed.forEach(this.ledger::failed);
		}
		catch (RuntimeException ex) {
			due.keySet().forEach((text) -> failed.put(this.ids.parse(text), ex));
			throw ex;
		}
		finally {
			taken.stream().filter((each) -> failed.containsKey(each.id)).forEach((each) -> {
				int failures = each.failures + 1;
				put(each.id, this.ledger.retryAfter(failures), failures);
			});
			again();
		}
	}

	// At once if the first is due already.
	private void again() {
		this.lock.lock();
		try {
			long next = this.times.next();
			if (next != TimeHeap.NEVER) {
				long wait = Math.max(0, next - this.backend.nanoTime());
				this.task.schedule(this.backend.instant().plusNanos(wait));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * One that is asked. Guarded by the lock while it stands among the others.
	 *
	 * @param <I> the type of the id
	 */
	private static final class Asked<I> extends TimeHeap.Entry {

		private final I id;

		/** How often in a row that has failed. */
		private int failures;

		Asked(I id) {
			this.id = id;
		}

	}

	/**
	 * Puts items into the table.
	 */
	@FunctionalInterface
	interface Armer {

		/**
		 * Puts items into the table.
		 * @param times the ids, and when they are due
		 * @param refused is told of those that cannot be put there, and why
		 * @return the ids of those that are in hand
		 */
		Set<String> arm(Map<String, Instant> times, BiConsumer<String, RuntimeException> refused);

	}

}
