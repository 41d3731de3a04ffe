// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.time.Instant;
import java.util.function.Supplier;

import io.managedservices.internal.time.TimerQueue;

/**
 * The coordinator as seen by what is built on it: where commands are handed over, and
 * what is at hand for them inside. {@link #submit}, {@link #ask} and {@link #nanoTime}
 * are for any thread; the others for what is called inside the coordinator.
 *
 * @since 0.1.0
 */
public interface Coordination {

	/**
	 * Hands over a command. The calling thread works it off if nobody does at the moment.
	 * @param command the command
	 */
	void submit(Command command);

	/**
	 * Asks inside the coordinator, which never waits, so that this does not wait for long
	 * either. Not to be called inside.
	 * @param <T> the type of the answer
	 * @param question what is asked
	 * @return the answer, or what it throws
	 */
	<T> T ask(Supplier<T> question);

	/**
	 * The time for measuring durations.
	 * @return nanoseconds from an arbitrary origin
	 */
	long nanoTime();

	/**
	 * The time at which the present command is handled.
	 * @return nanoseconds, on the clock of {@link #nanoTime()}
	 */
	long now();

	/**
	 * The time at which the present command is handled, for showing.
	 * @return the wall clock
	 */
	Instant instant();

	/**
	 * The time at which the present command is handled, to compare with what is due at a
	 * time of the wall clock.
	 * @return the wall clock, in nanoseconds since 1970
	 */
	long epochNanos();

	/**
	 * What becomes due inside the coordinator.
	 * @return the timers
	 */
	TimerQueue timers();

	/**
	 * Runs something short outside, on a thread of the backend, once everything that has
	 * come about can be seen.
	 * @param delivery the completion of a future
	 */
	void deliver(Runnable delivery);

}
