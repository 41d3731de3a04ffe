// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.work;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.item.ItemsSnapshot;

/**
 * The items of a service, as the endpoint shows them. Immutable.
 *
 * @param due how many are due and wait for their turn, 100 for 100 or more
 * @param armed how many wait for their time, with those that are due
 * @param inHand how many are being processed
 * @param processed how many were done
 * @param notYet how many had nothing to do yet
 * @param failed how many have failed
 * @param retried how many were tried again after a failure
 * @param conflicts how often a statement about the table of items was repeated
 * @param lateness how late they began
 * @param checkAll the search for all items
 * @since 0.1.0
 */
public record ItemsDescriptor(int due, int armed, int inHand, long processed, long notYet, long failed, long retried,
		long conflicts, Lateness lateness, CheckAll checkAll) {

	/**
	 * The items of a service.
	 * @param items its items
	 * @return the same as they are shown
	 */
	public static ItemsDescriptor of(ItemsSnapshot items) {
		return new ItemsDescriptor(items.due(), items.armed(), items.inHand(), items.processed(), items.notYet(),
				items.failed(), items.retried(), items.conflicts(), Lateness.of(items.lateness()),
				CheckAll.of(items.checkAll()));
	}

	/**
	 * How late items began.
	 *
	 * @param median half of them began no later than about this
	 * @param medianMillis the same in milliseconds
	 * @param p99 99 of 100 began no later than about this
	 * @param p99Millis the same in milliseconds
	 * @param max none began later
	 * @param maxMillis the same in milliseconds
	 */
	public record Lateness(Duration median, long medianMillis, Duration p99, long p99Millis, Duration max,
			long maxMillis) {

		static Lateness of(ItemsSnapshot.Lateness lateness) {
			return new Lateness(lateness.median(), lateness.median().toMillis(), lateness.p99(),
					lateness.p99().toMillis(), lateness.max(), lateness.max().toMillis());
		}

	}

	/**
	 * The search for all items.
	 *
	 * @param last when it began last
	 * @param duration how long that took
	 * @param durationMillis the same in milliseconds
	 * @param next when it begins next
	 * @param items how many items it found that matter for now
	 * @param problem what was wrong with it
	 */
	public record CheckAll(@Nullable Instant last, @Nullable Duration duration, @Nullable Long durationMillis,
			@Nullable Instant next, long items, @Nullable String problem) {

		static CheckAll of(ItemsSnapshot.CheckAll search) {
			return new CheckAll(search.last(), search.duration(), Millis.of(search.duration()), search.next(),
					search.items(), search.problem());
		}

	}

}
