// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Where leases are kept. Calls may block, and are made by threads of their own; for one
 * lease by one at a time.
 *
 * @since 0.1.0
 */
public interface LeaseStore {

	/**
	 * Looks who holds leases, all at once.
	 * @param names the names of leases
	 * @return what is known, by their names; those are missing of which nothing is
	 * @throws Exception if the store cannot be asked
	 */
	Map<String, Holder> look(Collection<String> names) throws Exception;

	/**
	 * Tries to get a lease. Does not wait for it.
	 * @param name the name of the lease
	 * @param duration for how long
	 * @return the lease, or {@code null} if it was not to be had
	 * @throws Exception if the store cannot be asked
	 */
	@Nullable StoredLease acquire(String name, Duration duration) throws Exception;

	/**
	 * Takes what a store calls that learns of a loss by itself: the lease is renewed at
	 * once then, and found to be lost. Others are asked when it is to be renewed.
	 * @param renewal is given the name of a lease, and answers whether a service runs by
	 * that
	 */
	default void onLoss(Predicate<String> renewal) {
	}

	/**
	 * Makes a request. By default that is done when this returns; a store that needs no
	 * thread to wait may answer later.
	 * @param <T> the type of the answer
	 * @param request asks; may block
	 * @param answered is given the answer, or why there is none, by any thread
	 */
	default <T> void request(Callable<@Nullable T> request, BiConsumer<@Nullable T, @Nullable Throwable> answered) {
		T answer = null;
		Throwable failure = null;
		try {
			answer = request.call();
		}
		catch (Throwable ex) {
			failure = ex;
		}
		answered.accept(answer, failure);
	}

	/**
	 * Who holds a lease.
	 *
	 * @param free whether nobody does
	 * @param by who does, if the store tells
	 * @param since when that one got it, if the store tells
	 */
	record Holder(boolean free, @Nullable String by, @Nullable Instant since) {

		/** Nobody. */
		public static final Holder NOBODY = new Holder(true, null, null);

	}

	/**
	 * A lease that this instance got. Not used any more once it is lost or given back.
	 */
	interface StoredLease {

		/**
		 * Renews the lease.
		 * @param duration for how long from now on
		 * @return the lease in place of this one, or {@code null} if it was lost
		 * @throws Exception if the store cannot be asked: this one is good still
		 */
		@Nullable StoredLease extend(Duration duration) throws Exception;

		/**
		 * Gives the lease back.
		 * @throws Exception if the store cannot be asked: it is free when its time is
		 * over
		 */
		void release() throws Exception;

		/**
		 * The fencing number, the same for as long as the lease is extended.
		 * @return the number, or {@code null} if the store has none
		 */
		@Nullable Long fence();

	}

}
