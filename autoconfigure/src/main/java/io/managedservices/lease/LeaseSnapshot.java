// SPDX-License-Identifier: Apache-2.0
package io.managedservices.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A lease as it was at one moment, as this instance sees it. Immutable.
 *
 * @param name the name of the lease
 * @param services the services that run only while this instance holds it
 * @param held whether this instance holds it
 * @param holder who does, and since when
 * @param heldOffUntil until when this instance does not try to get it, or {@code null}
 * @param counts what was counted of it until now
 * @since 0.1.0
 */
public record LeaseSnapshot(String name, List<String> services, boolean held, Holder holder,
		@Nullable Instant heldOffUntil, Counts counts) {

	/**
	 * Copies the services.
	 */
	public LeaseSnapshot {
		services = List.copyOf(services);
	}

	/**
	 * Who holds a lease.
	 *
	 * @param name which other instance does, or {@code null} if this one or nobody does,
	 * or the store does not tell
	 * @param since since when that one or this one does, or {@code null} if that is
	 * unknown
	 */
	public record Holder(@Nullable String name, @Nullable Instant since) {

		/** Nobody, or nobody knows. */
		public static final Holder UNKNOWN = new Holder(null, null);

	}

	/**
	 * What was counted of a lease.
	 *
	 * @param acquired how often this instance got it
	 * @param lost how often it lost it, or could not renew it in time
	 * @param renewals how often the store has renewed it
	 * @param failures how many requests to the store have failed
	 * @param lastRenewal how long the last renewal took, or {@code null} before the first
	 */
	public record Counts(long acquired, long lost, long renewals, long failures, @Nullable Duration lastRenewal) {

		/** Nothing has happened. */
		public static final Counts NONE = new Counts(0, 0, 0, 0, null);

	}

	/**
	 * What can happen to a lease.
	 */
	public enum Change {

		/**
		 * This instance got it.
		 */
		ACQUIRED,

		/**
		 * This instance gave it back.
		 */
		RETURNED,

		/**
		 * This instance lost it, or could not renew it in time.
		 */
		LOST,

		/**
		 * Another instance holds it than before.
		 */
		HOLDER_CHANGED

	}

}
