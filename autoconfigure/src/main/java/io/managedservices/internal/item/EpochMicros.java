// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Instant;

/**
 * Times of the wall clock as microseconds since 1970, which is as exact as databases are.
 * Those out of range are the first or the last.
 *
 * @since 0.1.0
 */
public final class EpochMicros {

	/** No time. */
	public static final long NEVER = Long.MAX_VALUE;

	/** So far from all others that their difference is not out of range. */
	public static final long FIRST = Long.MIN_VALUE / 2;

	private static final long MICROS = 1_000_000;

	private EpochMicros() {
	}

	/**
	 * The first microsecond that is not before a time.
	 * @param time the time
	 * @return microseconds, less than {@link #NEVER}
	 */
	public static long ceil(Instant time) {
		return of(time, 999);
	}

	/**
	 * The last microsecond that is not after a time.
	 * @param time the time
	 * @return microseconds, less than {@link #NEVER}
	 */
	public static long floor(Instant time) {
		return of(time, 0);
	}

	private static long of(Instant time, int up) {
		long seconds = time.getEpochSecond();
		if (seconds >= Long.MAX_VALUE / MICROS - 1) {
			return NEVER - 1;
		}
		if (seconds <= FIRST / MICROS) {
			return FIRST;
		}
		return seconds * MICROS + (time.getNano() + up) / 1000;
	}

	/**
	 * A time of the wall clock.
	 * @param micros microseconds
	 * @return the time
	 */
	public static Instant instant(long micros) {
		return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
	}

	/**
	 * Adds without overflow.
	 * @param micros a time
	 * @param more microseconds to add, 0 or more
	 * @return the sum, less than {@link #NEVER}
	 */
	public static long plus(long micros, long more) {
		long sum = micros + more;
		return (sum < micros) ? NEVER - 1 : Math.min(sum, NEVER - 1);
	}

}
