// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;

import io.managedservices.item.ItemService;

/**
 * How the items of a service are processed. Immutable.
 *
 * @param concurrency how many are processed at once, 1 or more
 * @param retry when one that failed is tried again
 * @param lateThreshold how late an item may begin before the service warns of it, above 0
 * @param maxItems how many items one {@link ItemService#checkAll} may yield, 1 or more
 * @since 0.1.0
 */
public record ItemSettings(int concurrency, Retry retry, Duration lateThreshold, int maxItems) {

	/**
	 * What holds where nothing is configured.
	 */
	public static final ItemSettings DEFAULTS = new ItemSettings(1,
			new Retry(Duration.ofSeconds(1), 2, Duration.ofMinutes(5)), Duration.ofMinutes(1), 2_000_000);

	/**
	 * When an item that failed is tried again: without limit, at growing intervals.
	 *
	 * @param delay the wait after the first failure, above 0
	 * @param multiplier what it is multiplied with after each, 1 or more
	 * @param maxDelay the longest wait
	 */
	public record Retry(Duration delay, double multiplier, Duration maxDelay) {

		/**
		 * The wait after a failure.
		 * @param failures how many there were in a row, 1 or more
		 * @return the wait
		 */
		Duration after(int failures) {
			double nanos = this.delay.toNanos() * Math.pow(this.multiplier, failures - 1);
			return (nanos < this.maxDelay.toNanos()) ? Duration.ofNanos((long) nanos) : this.maxDelay;
		}

	}

}
