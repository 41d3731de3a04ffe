// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease.shedlock;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.StorageBasedLockProvider;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.line.LineLog;

/**
 * Leases as locks of ShedLock. Whether the provider of the locks can keep leases is
 * checked once, as soon as its store can be asked. Safe for use by several threads, for
 * one lease by one at a time: a lock is not itself.
 *
 * @since 0.1.0
 */
public final class ShedLockLeaseStore implements LeaseStore {

	private static final Log logger = LineLog.of(ShedLockLeaseStore.class);

	private final LockProvider provider;

	private final String prefix;

	private volatile @Nullable LeaseRows rows;

	private final InstantSource clock;

	private final LockProviderCheck check;

	private volatile boolean checked;

	private volatile OwnLocks own = new OwnLocks(null);

	/**
	 * Create a store.
	 * @param provider the provider of the locks
	 * @param prefix what the names of the locks begin with
	 * @param rows the table of the locks, or {@code null} if it cannot be looked at
	 * @param clock the wall clock
	 */
	public ShedLockLeaseStore(LockProvider provider, String prefix, @Nullable LeaseRows rows, InstantSource clock) {
		this.provider = provider;
		this.prefix = prefix;
		this.rows = rows;
		this.clock = clock;
		this.check = new LockProviderCheck(provider, prefix, rows, clock);
	}

	/**
	 * Makes sure that the provider can keep leases.
	 * @throws UnusableLockProviderException if it cannot
	 */
	public void check() {
		if (!this.checked) {
			LeaseRows known = this.rows;
			if (!this.check.run() && known != null) {
				logger.warn("Table '" + known.table()
						+ "' of the DataSource does not show the locks of the LockProvider: it is not shown who holds a lease, and a lease has no fence. Set managed-services.lease.table to the table of the LockProvider, which has to be in the primary DataSource");
				this.rows = null;
			}
			this.own = new OwnLocks(this.check.holder());
			this.checked = true;
		}
	}

	@Override
	public Map<String, Holder> look(Collection<String> names) {
		check();
		LeaseRows known = this.rows;
		if (known == null) {
			return Map.of();
		}
		List<String> locks = names.stream().map(this::lock).toList();
		Map<String, LeaseRows.Row> found = known.find(locks);
		if (found == null) {
			return Map.of();
		}
		Map<String, Holder> holders = new HashMap<>();
		for (String name : names) {
			LeaseRows.Row row = found.get(lock(name));
			boolean held = row != null && row.held() && !this.own.isOrphan(lock(name), row, 0);
			holders.put(name, (row != null && held) ? new Holder(false, row.by(), row.at()) : Holder.NOBODY);
		}
		return holders;
	}

	@Override
	public @Nullable StoredLease acquire(String name, Duration duration) {
		check();
		String lock = lock(name);
		return this.own.ask(lock, () -> {
			Optional<SimpleLock> got = lock(lock, duration);
			if (got.isEmpty() && isFreeAfterAll(lock)) {
				got = lock(lock, duration);
			}
			return got.map((held) -> held(held, lock)).orElse(null);
		});
	}

	private boolean isFreeAfterAll(String lock) {
		LeaseRows known = this.rows;
		if (known == null) {
			return false;
		}
		LeaseRows.Row row = known.find(lock);
		if (row != null) {
			return this.own.isOrphan(lock, row, 1) && known.end(lock, row);
		}
		if (this.provider instanceof StorageBasedLockProvider storage) {
			// It remembers a row that somebody has deleted.
			storage.clearCache();
			return true;
		}
		return false;
	}

	private Held held(SimpleLock held, String lock) {
		try {
			Long fence = fence(lock);
			if (fence != null) {
				this.own.got(lock, fence);
			}
			return new Held(held, fence, this.own, lock);
		}
		catch (RuntimeException ex) {
			// Nobody else would know that it is held.
			try {
				this.own.giveBack(lock, held::unlock);
			}
			catch (RuntimeException failure) {
				ex.addSuppressed(failure);
			}
			throw ex;
		}
	}

	private Optional<SimpleLock> lock(String lock, Duration duration) {
		return this.provider.lock(new LockConfiguration(this.clock.instant(), lock, duration, Duration.ZERO));
	}

	private @Nullable Long fence(String lock) {
		LeaseRows known = this.rows;
		LeaseRows.Row row = (known != null) ? known.find(lock) : null;
		return (row != null) ? row.fence() : null;
	}

	private String lock(String name) {
		return LockNames.of(this.prefix, name);
	}

	/**
	 * A lock that is held.
	 */
	private static final class Held implements StoredLease {

		private SimpleLock lock;

		private final @Nullable Long fence;

		private final OwnLocks own;

		private final String name;

		Held(SimpleLock lock, @Nullable Long fence, OwnLocks own, String name) {
			this.lock = lock;
			this.fence = fence;
			this.own = own;
			this.name = name;
		}

		@Override
		public @Nullable StoredLease extend(Duration duration) {
			Optional<SimpleLock> extended = this.lock.extend(duration, Duration.ZERO);
			extended.ifPresent((next) -> this.lock = next);
			return extended.isPresent() ? this : null;
		}

		@Override
		public void release() {
			this.own.giveBack(this.name, this.lock::unlock);
		}

		@Override
		public @Nullable Long fence() {
			return this.fence;
		}

	}

}
