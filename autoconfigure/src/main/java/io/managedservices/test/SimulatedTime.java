// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import io.managedservices.internal.concurrent.ServiceThreads;

/**
 * Time that stands still until a test lets it pass: as a bean, it takes the place of real
 * time for all services of the application, so that a month of deadlines is tested in a
 * second. Threads are real; {@link #advance} returns when all that has become due has
 * been done, but for what workers do. Safe for use by several threads; time is moved by
 * one at a time. <pre class="code">
 * &#64;Bean
 * SimulatedTime simulatedTime() {
 * 	return SimulatedTime.startingAt(Instant.parse("2030-01-01T00:00:00Z"));
 * }
 * …
 * time.advance(Duration.ofDays(30));
 * </pre>
 *
 * @since 0.1.0
 */
public final class SimulatedTime extends ServiceThreads {

	private final SimulatedThreads threads;

	private SimulatedTime(SimulatedThreads threads) {
		super(threads);
		this.threads = threads;
	}

	/**
	 * Time that starts now.
	 * @return the time
	 */
	public static SimulatedTime startingNow() {
		return startingAt(Instant.now());
	}

	/**
	 * Time that starts at a time of the wall clock.
	 * @param start the first time
	 * @return the time
	 */
	public static SimulatedTime startingAt(Instant start) {
		return new SimulatedTime(new SimulatedThreads(start));
	}

	/**
	 * Lets time pass, and waits until everything has been done that becomes due
	 * meanwhile, each at its time.
	 * @param duration how much time, 0 or more
	 * @throws IllegalStateException if something that has become due does not come to its
	 * end within half a minute of real time; the message tells where it is
	 */
	public void advance(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException(
					"Time does not go backwards: expected 0 or more, found %s. To set the wall clock back, use jump."
						.formatted(duration));
		}
		this.threads.advance(duration);
	}

	/**
	 * Sets the wall clock, as an operator or a time server would, while no time passes.
	 * @param duration by how much, negative to set it back
	 */
	public void jump(Duration duration) {
		this.threads.jump(duration);
	}

	/**
	 * The wall clock, for beans that ask for the time.
	 * @return a clock in UTC
	 */
	public Clock clock() {
		return new SimulatedClock(this, ZoneOffset.UTC);
	}

	/**
	 * The time of the wall clock.
	 * @return the time
	 */
	public Instant now() {
		return this.threads.instant();
	}

	/**
	 * The wall clock in a zone. Immutable, but for the time.
	 */
	private static final class SimulatedClock extends Clock {

		private final SimulatedTime time;

		private final ZoneId zone;

		SimulatedClock(SimulatedTime time, ZoneId zone) {
			this.time = time;
			this.zone = zone;
		}

		@Override
		public ZoneId getZone() {
			return this.zone;
		}

		@Override
		public Clock withZone(ZoneId newZone) {
			return new SimulatedClock(this.time, newZone);
		}

		@Override
		public Instant instant() {
			return this.time.now();
		}

	}

}
