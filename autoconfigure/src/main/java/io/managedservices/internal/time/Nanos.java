// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * Times and durations as a {@code long} of nanoseconds. What is beyond its range, about
 * 292 years, is the nearest that is not.
 *
 * @since 0.1.0
 */
public final class Nanos {

	private static final long PER_SECOND = 1_000_000_000L;

	private static final long SHORTEST_INTERVAL = 1_000_000L;

	private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

	private Nanos() {
	}

	/**
	 * A duration.
	 * @param duration one of 0 or more
	 * @return its nanoseconds
	 */
	public static long of(Duration duration) {
		return (duration.compareTo(LONGEST) < 0) ? duration.toNanos() : Long.MAX_VALUE;
	}

	/**
	 * A time of the wall clock.
	 * @param time the time
	 * @return nanoseconds since 1970, less than {@link TimerQueue#NEVER}
	 */
	public static long of(Instant time) {
		if (time.getEpochSecond() >= Long.MAX_VALUE / PER_SECOND) {
			return TimerQueue.NEVER - 1;
		}
		if (time.getEpochSecond() <= Long.MIN_VALUE / PER_SECOND) {
			return Long.MIN_VALUE;
		}
		return time.getEpochSecond() * PER_SECOND + time.getNano();
	}

	/**
	 * The wall clock at a number of nanoseconds.
	 * @param nanos nanoseconds since 1970
	 * @return the time
	 */
	public static Instant instant(long nanos) {
		return Instant.ofEpochSecond(0, nanos);
	}

	/**
	 * A later time.
	 * @param time a time
	 * @param duration how much later, 0 or more
	 * @return the time, {@link TimerQueue#NEVER} if it is beyond the range
	 */
	public static long later(long time, long duration) {
		long sum = time + duration;
		return (sum >= time) ? sum : TimerQueue.NEVER;
	}

	/**
	 * A duration that has to be above 0.
	 * @param duration the duration
	 * @param what which one, for people
	 * @param whose of which piece of work
	 * @return its nanoseconds
	 * @throws IllegalArgumentException if it is not
	 */
	public static long positive(@Nullable Duration duration, String what, String whose) {
		if (duration == null || duration.isNegative() || duration.isZero()) {
			throw new IllegalArgumentException(
					"The %s of %s has to be above zero: found '%s'".formatted(what, whose, duration));
		}
		return of(duration);
	}

	/**
	 * An interval at which something is repeated for ever: one below 1 ms would keep a
	 * processor busy.
	 * @param interval the interval
	 * @param what which one, for people
	 * @param whose of which piece of work
	 * @return its nanoseconds
	 * @throws IllegalArgumentException if it is below 1 ms
	 */
	public static long interval(@Nullable Duration interval, String what, String whose) {
		long nanos = positive(interval, what, whose);
		if (nanos < SHORTEST_INTERVAL) {
			throw new IllegalArgumentException(
					"The %s of %s has to be 1ms or more: found '%s'".formatted(what, whose, interval));
		}
		return nanos;
	}

	/**
	 * A duration that may be 0.
	 * @param duration the duration
	 * @param what which one, for people
	 * @param whose of which piece of work
	 * @return its nanoseconds
	 * @throws IllegalArgumentException if it is negative
	 */
	public static long notNegative(@Nullable Duration duration, String what, String whose) {
		if (duration == null || duration.isNegative()) {
			throw new IllegalArgumentException(
					"The %s of %s has to be zero or more: found '%s'".formatted(what, whose, duration));
		}
		return of(duration);
	}

	/**
	 * A duration between zero and another one, at random.
	 * @param longest the longest, 0 or more
	 * @return nanoseconds
	 */
	public static long upTo(long longest) {
		return (longest > 0) ? ThreadLocalRandom.current().nextLong(longest) : 0;
	}

}
