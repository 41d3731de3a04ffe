// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Something that may happen again and again, and when that is worth a line in the log:
 * when it begins, when it changes, and then at distances that double each time, from a
 * second to an hour. Guarded by the lock of who asks.
 */
final class Recurrence {

	private static final long FIRST_DISTANCE = Duration.ofSeconds(1).toNanos();

	private static final long LONGEST_DISTANCE = Duration.ofHours(1).toNanos();

	private static final long OVER_AFTER = Duration.ofMinutes(5).toNanos();

	/** How many kinds of it are told of in full. */
	private static final int MAX_NEWS = 8;

	/** How many kinds of it are told apart: more of them are no change. */
	private static final int MAX_KINDS = 100;

	private final Set<@Nullable String> kinds = new HashSet<>();

	/** What its counts are of. */
	private final String times;

	private long count;

	/** How many of them no line has told of. */
	private long untold;

	private long begun;

	private long last;

	private long toldAt;

	private long distance = FIRST_DISTANCE;

	/** Whether there was ever one that had no line of its own. */
	private boolean condensed;

	/**
	 * Create a recurrence.
	 * @param shared whether several have it in common, of which a line names only one
	 */
	Recurrence(boolean shared) {
		this.times = shared ? "times with others" : "times";
	}

	/**
	 * It happens.
	 * @param now the time, in nanoseconds
	 * @param kind what tells it apart from others of its like, as the text of a failure
	 * does
	 * @return whether that is worth a line, and which
	 */
	Worth happens(long now, @Nullable String kind) {
		if (this.count == 0) {
			this.begun = now;
		}
		this.count++;
		this.untold++;
		this.last = now;
		if (this.kinds.size() < MAX_KINDS && this.kinds.add(kind)) {
			return (this.kinds.size() <= MAX_NEWS) ? Worth.NEWS : Worth.CHANGE;
		}
		if (isLineDue(now)) {
			return Worth.REPETITION;
		}
		this.condensed = true;
		return Worth.NOTHING;
	}

	/**
	 * Whether it has happened without a line for so long that it is worth one.
	 * @param now the time, in nanoseconds
	 * @return whether it is
	 */
	boolean isLineDue(long now) {
		return this.untold > 0 && now - this.toldAt >= this.distance;
	}

	/**
	 * A line tells of it that begins it or a change.
	 * @param now the time, in nanoseconds
	 * @return how often it happened since the last line, such as
	 * {@code " (1,204 times in the last minute)"}, empty for once
	 */
	String told(long now) {
		long times = this.untold;
		long since = (this.count == times) ? this.begun : this.toldAt;
		this.untold = 0;
		this.toldAt = now;
		return (times > 1) ? " (%s in the last %s)".formatted(times(times), unit(now - since)) : "";
	}

	/**
	 * A line tells that it goes on.
	 * @param now the time, in nanoseconds
	 * @return how often it happened since the last line
	 */
	String toldAgain(long now) {
		this.distance = Math.min(LONGEST_DISTANCE, this.distance * 2);
		return told(now);
	}

	/**
	 * Whether it is over: it has not happened for five minutes.
	 * @param now the time, in nanoseconds
	 * @return whether it is
	 */
	boolean isOver(long now) {
		return now - this.last >= OVER_AFTER;
	}

	/**
	 * Whether some of it had no line of its own, so that the end is worth one.
	 * @return whether there were such
	 */
	boolean isCondensed() {
		return this.condensed;
	}

	/**
	 * How often it has happened in all.
	 * @return such as {@code "20,000 times within 3 s"}
	 */
	String total() {
		return "%s within %s".formatted(times(this.count), duration(this.last - this.begun));
	}

	private String times(long count) {
		return String.format(Locale.ROOT, "%,d %s", count, this.times);
	}

	private static String unit(long nanos) {
		return switch (duration(nanos)) {
			case "1 s" -> "second";
			case "1 min" -> "minute";
			default -> duration(nanos);
		};
	}

	private static String duration(long nanos) {
		long seconds = Math.max(1, Math.round(nanos / 1e9));
		return (seconds < 60) ? seconds + " s" : Math.round(seconds / 60.0) + " min";
	}

	/**
	 * Whether something is worth a line.
	 */
	enum Worth {

		/** It begins or changes: worth all that is known of it. */
		NEWS,

		/** It changes, as it has done before: worth one line. */
		CHANGE,

		/** It goes on: worth one line. */
		REPETITION,

		/** It is counted. */
		NOTHING

	}

}
