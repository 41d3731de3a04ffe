// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;

import io.managedservices.item.ItemsSnapshot;

/**
 * How late items began: how many within each power of two of microseconds. For use by one
 * thread at a time.
 */
final class LatenessRecorder {

	private final long[] counts = new long[Long.SIZE];

	private long total;

	private long max;

	/**
	 * Records an item.
	 * @param micros how late it began
	 */
	void record(long micros) {
		long late = Math.max(0, micros);
		this.counts[Long.SIZE - Long.numberOfLeadingZeros(late)]++;
		this.total++;
		this.max = Math.max(this.max, late);
	}

	/**
	 * How late items are.
	 * @param now how late the first one is that is due, in microseconds; 0 or below if
	 * none is
	 * @return a snapshot
	 */
	ItemsSnapshot.Lateness snapshot(long now) {
		return new ItemsSnapshot.Lateness(quantile(0.5), quantile(0.99), micros(this.max), micros(Math.max(0, now)));
	}

	private Duration quantile(double part) {
		long wanted = (long) Math.ceil(this.total * part);
		long seen = 0;
		for (int bits = 0; bits < this.counts.length && wanted > 0; bits++) {
			seen += this.counts[bits];
			if (seen >= wanted) {
				return micros(Math.min(this.max, (bits > 0) ? (1L << bits) - 1 : 0));
			}
		}
		return Duration.ZERO;
	}

	private static Duration micros(long micros) {
		return Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1000);
	}

}
