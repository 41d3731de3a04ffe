// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.LeaseStore.StoredLease;
import io.managedservices.internal.lease.MemoryLeaseStore;

/**
 * A lease that another instance takes. Thread-safe.
 */
final class LostLease {

	private final MemoryLeaseStore store = new MemoryLeaseStore(System::nanoTime, Instant::now);

	private final AtomicReference<@Nullable StoredLease> taken = new AtomicReference<>();

	private final String name;

	private final String other;

	LostLease(String name, String other) {
		this.name = name;
		this.other = other;
	}

	LeaseStore store() {
		return this.store;
	}

	/**
	 * Gives the lease to the other one. Whoever looks into the store sees it from now on.
	 */
	void lose() {
		this.store.free(this.name);
		this.taken.set(this.store.acquire(this.name, this.other, Duration.ofHours(1)));
	}

	/**
	 * Makes the other one give it back.
	 */
	void release() throws Exception {
		Objects.requireNonNull(this.taken.get()).release();
	}

	/**
	 * A service whose first start fails, when the other one has the lease already.
	 * @return its lifecycle
	 */
	ServiceLifecycle failing() {
		AtomicBoolean broken = new AtomicBoolean(true);
		return new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) {
				if (broken.getAndSet(false)) {
					lose();
					throw new IllegalStateException("broken");
				}
			}

		};
	}

}
