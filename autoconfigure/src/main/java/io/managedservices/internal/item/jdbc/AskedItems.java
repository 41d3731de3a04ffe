// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.TimeHeap;
import io.managedservices.work.ServiceTask;

/**
 * The items that were scheduled one by one: puts them into the table as due now, so that
 * it is asked when they are. Many calls for one item come down to one. Safe for use by
 * several threads.
 *
 * @param <I> the type of the ids
 */
final class AskedItems<I> {

	private static final int BATCH = 100;

	/** One that is in hand somewhere is put there when it may have come to its end. */
	private static final Duration IN_HAND = Duration.ofMillis(100);

	private final ServiceRows<I> rows;

	private final ItemLedger<I> ledger;

	private final ServiceContext context;

	private final Backend backend;

	private final Runnable armed;

	private final ServiceTask task;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<I, Asked<I>> asked = new HashMap<>();

	/** The same by their times on the clock that does not jump. */
	private final TimeHeap<Asked<I>> times = new TimeHeap<>();

	private long puts;

	/**
	 * Create it.
	 * @param rows those of the service
	 * @param ledger is told what fails
	 * @param context of the incarnation of the service
	 * @param backend time, that of the services
	 * @param armed is run each time that items were put into the table
	 */
	AskedItems(ServiceRows<I> rows, ItemLedger<I> ledger, ServiceContext context, Backend backend, Runnable armed) {
		this.rows = rows;
		this.ledger = ledger;
		this.context = context;
		this.backend = backend;
		this.armed = armed;
		this.task = ledger.task("items-scheduled", this::arm).finishOnStop();
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
	private Map<I, Integer> take(long now) {
		Map<I, Integer> failures = new HashMap<>();
		this.lock.lock();
		try {
			while (failures.size() < BATCH && this.times.next() <= now) {
				Asked<I> first = this.times.takeFirst();
				this.asked.remove(first.id);
				failures.put(first.id, first.failures);
			}
		}
		finally {
			this.lock.unlock();
		}
		return failures;
	}

	private void arm() {
		if (this.context.isStopping()) {
			return;
		}
		Map<I, Integer> failures = take(this.backend.nanoTime());
		Map<I, RuntimeException> failed = new HashMap<>();
		Map<I, Instant> due = new HashMap<>();
		Instant now = this.backend.instant();
		failures.keySet().forEach((id) -> due.put(id, now));
		try {
			this.rows.arm(due, failed::put).forEach((id) -> put(id, IN_HAND, 0));
			this.armed.run();
			failed.forEach(this.ledger::failed);
		}
		catch (RuntimeException ex) {
			due.keySet().forEach((id) -> failed.put(id, ex));
			throw ex;
		}
		finally {
			failed.keySet().forEach((id) -> {
				int count = failures.getOrDefault(id, 0) + 1;
				put(id, this.ledger.retryAfter(count), count);
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

}
