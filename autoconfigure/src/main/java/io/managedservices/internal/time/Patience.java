// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits with a limit in which only the time counts for which the process runs: not that
 * for which it was stopped, or the machine suspended. Stateless.
 *
 * @since 0.1.0
 */
public final class Patience {

	private static final int START_SECONDS = 20;

	private static final Duration START_LIMIT = Duration.ofSeconds(START_SECONDS);

	private Patience() {
	}

	/**
	 * Waits for a result.
	 * @param <T> its type
	 * @param future has the result
	 * @param limit how long at most
	 * @return the result
	 * @throws InterruptedException if the thread was interrupted
	 * @throws ExecutionException if there is a failure instead
	 * @throws TimeoutException if the time is over
	 */
	public static <T> T get(Future<T> future, Duration limit)
			throws InterruptedException, ExecutionException, TimeoutException {
		return get(future, new Countdown(limit));
	}

	/**
	 * Waits for a result, and is not kept from it by an interrupt: the flag is set again
	 * at the end.
	 * @param <T> its type
	 * @param future has the result
	 * @param limit how long at most
	 * @return the result
	 * @throws ExecutionException if there is a failure instead
	 * @throws TimeoutException if the time is over
	 */
	public static <T> T getUninterruptibly(Future<T> future, Duration limit)
			throws ExecutionException, TimeoutException {
		Countdown countdown = new Countdown(limit);
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return get(future, countdown);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private static <T> T get(Future<T> future, Countdown countdown)
			throws InterruptedException, ExecutionException, TimeoutException {
		while (true) {
			try {
				return future.get(countdown.untilNextLook(), TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException ex) {
				if (countdown.isOver()) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Starts a thread, as soon as one can be had.
	 * @param thread a thread that was not started
	 * @param limit how long it is tried
	 * @throws InterruptedException if the calling thread was interrupted meanwhile
	 * @throws OutOfMemoryError if none could be had
	 */
	public static void start(Thread thread, Duration limit) throws InterruptedException {
		Countdown countdown = new Countdown(limit);
		while (true) {
			try {
				thread.start();
				return;
			}
			catch (OutOfMemoryError ex) {
				if (countdown.isOver()) {
					throw ex;
				}
				TimeUnit.NANOSECONDS.sleep(ProcessTime.LOOK_INTERVAL);
			}
		}
	}

	/**
	 * Starts a thread that many depend on, as soon as one can be had, and is not kept
	 * from it by an interrupt: the flag is set again at the end.
	 * @param thread a thread that was not started
	 * @throws OutOfMemoryError if none could be had within {@value #START_SECONDS} s
	 */
	public static void startUninterruptibly(Thread thread) {
		boolean interrupted = false;
		try {
			while (thread.getState() == Thread.State.NEW) {
				try {
					start(thread, START_LIMIT);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * What is left of a time. Used by one thread.
	 */
	private static final class Countdown {

		private final ProcessTime time = new ProcessTime(System::nanoTime, true);

		private final long begin = this.time.now();

		private final long limit;

		Countdown(Duration limit) {
			this.limit = TimeUnit.NANOSECONDS.convert(limit);
		}

		long untilNextLook() {
			return Math.min(this.limit - passed(), ProcessTime.LOOK_INTERVAL);
		}

		boolean isOver() {
			return passed() >= this.limit;
		}

		private long passed() {
			return this.time.now() - this.begin;
		}

	}

}
