// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.time.Duration;

/**
 * Something that a service does at an interval. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface Ticker {

	/**
	 * Ticks at another interval while the service sleeps; by default it pauses then.
	 * @param interval the interval, 1 ms or more
	 * @return this
	 */
	Ticker whileAsleep(Duration interval);

	/**
	 * Ticks first after another time than the interval.
	 * @param delay how long after the service came to run, 0 for at once
	 * @return this
	 */
	Ticker initialDelay(Duration delay);

	/**
	 * Ticks somewhat later each time, at random, so that not all instances of the
	 * application do it at once.
	 * @param longest how much later at most, 0 or more
	 * @return this
	 */
	Ticker jitter(Duration longest);

	/**
	 * Ends it. A tick that is under way is interrupted, unless it is the one that calls:
	 * then there is no further tick.
	 */
	void cancel();

}
