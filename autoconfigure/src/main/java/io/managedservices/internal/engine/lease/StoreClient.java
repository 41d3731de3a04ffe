// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.BatchExecutor;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.lease.Hold.Moment;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.time.Timer;

/**
 * Asks the store of the leases, on threads that no user code runs on, and brings the
 * answers back into the coordinator. Confined to the coordinator.
 */
final class StoreClient {

	/** A store that stalls keeps no more of them. */
	private static final int MAX_THREADS = 16;

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private static final String NO_ANSWER = "The store of the leases has not answered for 5 s. Set the time-outs of its "
			+ "client, such as connectTimeout and socketTimeout of a JDBC driver, below managed-services.lease.renew";

	private final Coordinator coordinator;

	private final Backend backend;

	private final LeaseStore store;

	private final BatchExecutor threads;

	private final Outage outage;

	StoreClient(Coordinator coordinator, Backend backend, LeaseStore store, Outage outage) {
		this.coordinator = coordinator;
		this.outage = outage;
		this.backend = backend;
		this.store = store;
		this.threads = backend.ownThreads("lease", MAX_THREADS);
	}

	LeaseStore store() {
		return this.store;
	}

	/**
	 * Asks the store. One that does not answer for long is taken for one that cannot be
	 * asked, and waited for all the same.
	 * @param <T> the type of the answer
	 * @param kind whether the store only looks
	 * @param request asks; may block
	 * @param answered is given the answer
	 * @param stalled is told when there is none for long
	 */
	<T> void ask(Outage.Kind kind, Callable<@Nullable T> request, Answered<T> answered, Runnable stalled) {
		Timer patience = Timer.of(() -> {
			this.outage.heard(kind, new TimeoutException(NO_ANSWER));
			stalled.run();
		});
		this.coordinator.timers().set(patience, this.coordinator.now() + PATIENCE);
		this.threads.execute(() -> {
			// What is asked for counts from now on at the latest.
			Moment asked = Moment.now(this.backend);
			this.store.request(request, (answer, failure) -> this.coordinator.run(() -> {
				this.coordinator.timers().remove(patience);
				this.outage.heard(kind, failure);
				answered.accept(asked, answer, failure);
			}));
		});
	}

	/**
	 * Takes an answer.
	 *
	 * @param <T> the type of the answer
	 */
	@FunctionalInterface
	interface Answered<T> {

		/**
		 * The store has answered, or could not be asked. Called inside the coordinator.
		 * @param asked when it was asked
		 * @param answer what it answered
		 * @param failure why it could not be asked, or {@code null}
		 */
		void accept(Moment asked, @Nullable T answer, @Nullable Throwable failure);

	}

}
