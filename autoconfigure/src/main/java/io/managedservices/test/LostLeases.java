// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.lease.LeaseStore;

/**
 * Stands before the store of the leases, and lets another instance hold some of them.
 * Safe for use by several threads.
 */
final class LostLeases implements LeaseStore {

	private static final String OTHER = "another instance, for a test";

	private final Set<String> lost = ConcurrentHashMap.newKeySet();

	/** {@code null} before a service runs by a lease. */
	private volatile @Nullable LeaseStore store;

	private volatile @Nullable Predicate<String> renewal;

	LeaseStore before(LeaseStore own) {
		this.store = own;
		return this;
	}

	/**
	 * Lets another instance hold a lease.
	 * @param lease the name of the lease
	 * @return whether a service runs by it, as far as that is known by now
	 */
	boolean lose(String lease) {
		this.lost.add(lease);
		Predicate<String> known = this.renewal;
		boolean used = known == null || known.test(lease);
		if (!used) {
			this.lost.remove(lease);
		}
		return used;
	}

	void heal() {
		this.lost.clear();
	}

	@Override
	public void onLoss(Predicate<String> newRenewal) {
		this.renewal = newRenewal;
		own().onLoss(newRenewal);
	}

	private LeaseStore own() {
		LeaseStore own = this.store;
		if (own == null) {
			throw new IllegalStateException("There is no store of leases");
		}
		return own;
	}

	@Override
	public Map<String, Holder> look(Collection<String> names) throws Exception {
		Map<String, Holder> holders = new HashMap<>(own().look(names));
		names.stream().filter(this.lost::contains).forEach((name) -> holders.put(name, new Holder(false, OTHER, null)));
		return holders;
	}

	@Override
	public @Nullable StoredLease acquire(String name, Duration duration) throws Exception {
		StoredLease lease = this.lost.contains(name) ? null : own().acquire(name, duration);
		return (lease != null) ? new Held(name, lease) : null;
	}

	/**
	 * A lease that this instance got.
	 */
	private final class Held implements StoredLease {

		private final String name;

		private final StoredLease own;

		Held(String name, StoredLease own) {
			this.name = name;
			this.own = own;
		}

		// It is given back, so that this instance can get it again afterwards.
		@Override
		public @Nullable StoredLease extend(Duration duration) throws Exception {
			if (LostLeases.this.lost.contains(this.name)) {
				this.own.release();
				return null;
			}
			StoredLease extended = this.own.extend(duration);
			return (extended != null) ? new Held(this.name, extended) : null;
		}

		@Override
		public void release() throws Exception {
			this.own.release();
		}

		@Override
		public @Nullable Long fence() {
			return this.own.fence();
		}

	}

}
