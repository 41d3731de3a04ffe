// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs each task on a new thread. The common pool is no place for a task that waits for
 * another one: with two processors it has a single thread.
 */
public final class OwnThread {

	private static final Executor EXECUTOR = (task) -> {
		Thread thread = new Thread(task, "own-thread");
		thread.setDaemon(true);
		thread.start();
	};

	private OwnThread() {
	}

	/**
	 * Runs a task.
	 * @param task the task
	 * @return completed when it has ended
	 */
	public static CompletableFuture<Void> run(Runnable task) {
		return CompletableFuture.runAsync(task, EXECUTOR);
	}

	/**
	 * Asks a supplier.
	 * @param <T> the type of the result
	 * @param supplier the supplier
	 * @return completed with what it returns
	 */
	public static <T> CompletableFuture<T> supply(Supplier<T> supplier) {
		return CompletableFuture.supplyAsync(supplier, EXECUTOR);
	}

	/**
	 * Waits for a latch, until the thread is interrupted.
	 * @param latch the latch
	 */
	public static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
