// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Leases in memory: for development and tests, and for instances in one process. Safe for
 * use by several threads.
 *
 * @since 0.1.0
 */
public final class MemoryLeaseStore implements LeaseStore {

	private final LongSupplier nanoTime;

	private final Supplier<Instant> instant;

	private final Map<String, Row> rows = new HashMap<>();

	/**
	 * Create a store.
	 * @param nanoTime its clock
	 * @param instant its wall clock, for showing
	 */
	public MemoryLeaseStore(LongSupplier nanoTime, Supplier<Instant> instant) {
		this.nanoTime = nanoTime;
		this.instant = instant;
	}

	@Override
	public synchronized Map<String, Holder> look(Collection<String> names) {
		Map<String, Holder> holders = new HashMap<>();
		for (String name : names) {
			Row row = this.rows.get(name);
			holders.put(name, (row == null || isFree(row)) ? Holder.NOBODY : new Holder(false, row.by(), row.since()));
		}
		return holders;
	}

	private boolean isFree(Row row) {
		return row.until() - this.nanoTime.getAsLong() <= 0;
	}

	@Override
	public @Nullable StoredLease acquire(String name, Duration duration) {
		return acquire(name, "this process", duration);
	}

	/**
	 * Tries to get a lease in somebody's name.
	 * @param name the name of the lease
	 * @param by who asks
	 * @param duration for how long
	 * @return the lease, or {@code null} if it was not to be had
	 */
	public synchronized @Nullable StoredLease acquire(String name, String by, Duration duration) {
		Row row = this.rows.get(name);
		if (row != null && !isFree(row)) {
			return null;
		}
		Row taken = new Row(by, this.instant.get(), until(duration), (row != null) ? row.fence() + 1 : 1);
		this.rows.put(name, taken);
		return new Held(name, taken.fence());
	}

	private long until(Duration duration) {
		return this.nanoTime.getAsLong() + duration.toNanos();
	}

	private synchronized boolean extend(String name, long fence, Duration duration) {
		Row row = this.rows.get(name);
		if (row == null || row.fence() != fence || isFree(row)) {
			return false;
		}
		this.rows.put(name, new Row(row.by(), row.since(), until(duration), fence));
		return true;
	}

	/**
	 * Takes a lease from whoever holds it, as an operator of the store might.
	 * @param name the name of the lease
	 */
	public synchronized void free(String name) {
		Row row = this.rows.get(name);
		if (row != null) {
			this.rows.put(name, new Row(row.by(), row.since(), this.nanoTime.getAsLong(), row.fence()));
		}
	}

	/**
	 * A lease as it is kept.
	 *
	 * @param by who holds it, or held it last
	 * @param since since when
	 * @param until until when
	 * @param fence how often it was acquired
	 */
	private record Row(String by, Instant since, long until, long fence) {

	}

	/**
	 * A lease that somebody got.
	 */
	private final class Held implements StoredLease {

		private final String name;

		private final long fence;

		Held(String name, long fence) {
			this.name = name;
			this.fence = fence;
		}

		@Override
		public @Nullable StoredLease extend(Duration duration) {
			return MemoryLeaseStore.this.extend(this.name, this.fence, duration) ? this : null;
		}

		@Override
		public void release() {
			boolean unused = MemoryLeaseStore.this.extend(this.name, this.fence, Duration.ZERO);
		}

		@Override
		public Long fence() {
			return this.fence;
		}

	}

}
