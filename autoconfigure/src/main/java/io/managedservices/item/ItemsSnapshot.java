// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How the items of a service are at a moment. What is counted is counted since the start
 * of the application, lateness since that of the service. Immutable.
 *
 * @param due how many are due and wait for their turn; found by looking at no more than
 * the first hundred, so that 100 means 100 or more
 * @param armed how many wait for their time, with those that are due
 * @param inHand how many are being processed
 * @param counts what has become of them
 * @param lateness how late they began
 * @param checkAll the search for all items
 * @since 0.1.0
 */
public record ItemsSnapshot(int due, int armed, int inHand, Counts counts, Lateness lateness, CheckAll checkAll) {

	/** No item was ever known. */
	public static final ItemsSnapshot NONE = new ItemsSnapshot(0, 0, 0, Counts.NONE, Lateness.NONE,
			new CheckAll(null, null, null, 0, null));

	/**
	 * How many were done.
	 * @return how many
	 */
	public long processed() {
		return this.counts.processed();
	}

	/**
	 * How many had nothing to do yet.
	 * @return how many
	 */
	public long notYet() {
		return this.counts.notYet();
	}

	/**
	 * How many have failed.
	 * @return how many
	 */
	public long failed() {
		return this.counts.failed();
	}

	/**
	 * How many were tried again after a failure.
	 * @return how many
	 */
	public long retried() {
		return this.counts.retried();
	}

	/**
	 * How often a statement about the table of items was repeated.
	 * @return how often
	 */
	public long conflicts() {
		return this.counts.conflicts();
	}

	/**
	 * What has become of items.
	 *
	 * @param processed how many were done
	 * @param notYet how many had nothing to do yet
	 * @param failed how many have failed
	 * @param retried how many were tried again after a failure
	 * @param conflicts how often a statement about the table of items was repeated, since
	 * the database had rolled it back for the sake of others; with db-scheduler only
	 */
	public record Counts(long processed, long notYet, long failed, long retried, long conflicts) {

		/** Nothing was counted. */
		public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

		/**
		 * The sums of these and others.
		 * @param other the others
		 * @return the sums
		 */
		public Counts plus(Counts other) {
			return new Counts(this.processed + other.processed, this.notYet + other.notYet, this.failed + other.failed,
					this.retried + other.retried, this.conflicts + other.conflicts);
		}

	}

	/**
	 * How long after their times items began, those that were tried again left out, and
	 * how long the first of those has waited that are due now.
	 *
	 * @param median half of them began no later than about this
	 * @param p99 99 of 100 began no later than about this
	 * @param max none began later
	 * @param now how long the first item that is due has waited for its turn, zero if
	 * none is due
	 */
	public record Lateness(Duration median, Duration p99, Duration max, Duration now) {

		/** Nothing was late. */
		public static final Lateness NONE = new Lateness(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

	}

	/**
	 * The search for all items.
	 *
	 * @param last when it began last, or {@code null}
	 * @param duration how long that took, or {@code null}
	 * @param next when it begins next, or {@code null} if the service does not run
	 * @param items how many items it found that matter for now
	 * @param problem what was wrong with it, or {@code null}
	 */
	public record CheckAll(@Nullable Instant last, @Nullable Duration duration, @Nullable Instant next, long items,
			@Nullable String problem) {

	}

}
