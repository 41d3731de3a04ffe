// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.MemoryLeaseStore;

/**
 * A store of leases that a test breaks. For use by one thread.
 */
final class FaultyLeaseStore implements LeaseStore {

	private final MemoryLeaseStore memory;

	final List<String> asked = new ArrayList<>();

	boolean away;

	/** It can only be looked at. */
	boolean readOnly;

	FaultyLeaseStore(SimulatedBackend backend) {
		this.memory = new MemoryLeaseStore(backend::monotonicTime, backend::instant);
	}

	/**
	 * Another instance takes a lease.
	 * @param lease the name of the lease
	 * @param duration for how long
	 * @return the lease of that instance
	 */
	StoredLease takenByOther(String lease, Duration duration) {
		StoredLease taken = this.memory.acquire(lease, "other", duration);
		if (taken == null) {
			throw new IllegalStateException("Lease '%s' is not free".formatted(lease));
		}
		return taken;
	}

	void free(String lease) {
		this.memory.free(lease);
	}

	boolean isFree(String lease) {
		return this.memory.look(List.of(lease)).get(lease).free();
	}

	@Override
	public Map<String, Holder> look(Collection<String> names) {
		ask("look " + names);
		return this.memory.look(names);
	}

	@Override
	public @Nullable StoredLease acquire(String name, Duration duration) {
		ask("acquire " + name);
		StoredLease acquired = this.memory.acquire(name, "me", duration);
		return (acquired != null) ? new Faulty(name, acquired) : null;
	}

	private void ask(String what) {
		this.asked.add(what);
		if (this.away || (this.readOnly && !what.startsWith("look"))) {
			throw new IllegalStateException("The store is away");
		}
	}

	/**
	 * A lease that it has given out.
	 */
	private final class Faulty implements StoredLease {

		private final String name;

		private final StoredLease lease;

		Faulty(String name, StoredLease lease) {
			this.name = name;
			this.lease = lease;
		}

		@Override
		public @Nullable StoredLease extend(Duration duration) throws Exception {
			ask("extend " + this.name);
			return (this.lease.extend(duration) != null) ? this : null;
		}

		@Override
		public void release() throws Exception {
			ask("release " + this.name);
			this.lease.release();
		}

		@Override
		public @Nullable Long fence() {
			return this.lease.fence();
		}

	}

}
