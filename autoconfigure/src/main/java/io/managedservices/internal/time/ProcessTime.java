// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The time for which the process has run. Somebody has to look at it every
 * {@value #LOOK_MILLIS} ms. If nobody could for much longer, the process was stopped, the
 * machine suspended or the heap collected, and no more than one such interval is counted:
 * a deadline passes for those who had the time to keep it. Safe for use by several
 * threads.
 */
public final class ProcessTime {

	static final int LOOK_MILLIS = 50;

	/** How often somebody has to look, in nanoseconds. */
	public static final long LOOK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);

	/** A look that is no later than this may be late on a busy machine. */
	private static final long LONGEST_GAP = 5 * LOOK_INTERVAL;

	private final LongSupplier source;

	private final AtomicReference<Look> last;

	/**
	 * Create the time.
	 * @param source nanoseconds from an arbitrary origin, which go on while the process
	 * stands still
	 * @param watched whether somebody looks
	 */
	public ProcessTime(LongSupplier source, boolean watched) {
		this.source = source;
		long now = source.getAsLong();
		this.last = new AtomicReference<>(new Look(now, now, watched));
	}

	/**
	 * Looks at the time.
	 * @return nanoseconds from an arbitrary origin
	 */
	public long now() {
		while (true) {
			Look before = Objects.requireNonNull(this.last.get());
			long gap = this.source.getAsLong() - before.at();
			if (gap < LOOK_INTERVAL) {
				return before.time() + gap;
			}
			Look current = before.next(gap, before.watched());
			if (this.last.compareAndSet(before, current)) {
				return current.time();
			}
		}
	}

	/**
	 * For how long the process has stood still, as far as that was not counted.
	 * @return nanoseconds, from the beginning on
	 */
	public long stoodStill() {
		now();
		Look latest = Objects.requireNonNull(this.last.get());
		return latest.at() - latest.time();
	}

	/**
	 * Says whether somebody looks from now on. While nobody does all time counts.
	 * @param watched whether somebody does
	 */
	public void watch(boolean watched) {
		this.last.updateAndGet((before) -> before.next(this.source.getAsLong() - before.at(), watched));
	}

	/**
	 * A look at the time.
	 *
	 * @param at when, by the source
	 * @param time what was seen
	 * @param watched whether the next one is expected soon
	 */
	private record Look(long at, long time, boolean watched) {

		// No less than was seen in between by those who did not note it.
		Look next(long gap, boolean watchedNext) {
			boolean stoodStill = this.watched && gap > LONGEST_GAP;
			return new Look(this.at + gap, this.time + (stoodStill ? LOOK_INTERVAL : gap), watchedNext);
		}

	}

}
