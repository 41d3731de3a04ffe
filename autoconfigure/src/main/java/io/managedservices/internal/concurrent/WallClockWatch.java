// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;

import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.Nanos;

/**
 * Notices that the wall clock has jumped: that it was set, or has gone on while the
 * process stood still. Listeners may be added by any thread; one thread at a time looks.
 */
final class WallClockWatch {

	private static final Log logger = LineLog.of(WallClockWatch.class);

	/** So far the clocks may drift apart unnoticed. */
	private static final long TOLERANCE = TimeUnit.MILLISECONDS.toNanos(250);

	/** A thread that is kept from running between its looks at both clocks is wrong. */
	private static final long LONGEST_LOOK = TimeUnit.MILLISECONDS.toNanos(10);

	private final LongSupplier time;

	private final Supplier<Instant> wallClock;

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	/** By how much the wall clock is ahead. */
	private long ahead;

	/**
	 * Create a watch.
	 * @param time nanoseconds for which the process has run
	 * @param wallClock the wall clock
	 */
	WallClockWatch(LongSupplier time, Supplier<Instant> wallClock) {
		this.time = time;
		this.wallClock = wallClock;
		this.ahead = ahead(time.getAsLong());
	}

	private long ahead(long now) {
		return Nanos.of(this.wallClock.get()) - now;
	}

	void add(Runnable listener) {
		this.listeners.add(listener);
	}

	void remove(Runnable listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Looks at both clocks, and tells the listeners if they have come apart.
	 */
	void look() {
		long before = this.time.getAsLong();
		long seen = ahead(before);
		boolean exact = this.time.getAsLong() - before <= LONGEST_LOOK;
		if (exact && Math.abs(seen - this.ahead) > TOLERANCE) {
			this.ahead = seen;
			this.listeners.forEach(WallClockWatch::tell);
		}
	}

	private static void tell(Runnable listener) {
		try {
			listener.run();
		}
		catch (RuntimeException | Error ex) {
			GuardedLog.error(logger, "Bug in managed-services: a jump of the clock could not be told", ex);
		}
	}

}
