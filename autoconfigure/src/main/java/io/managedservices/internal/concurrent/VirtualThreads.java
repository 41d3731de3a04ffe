// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * Runs each task on a virtual thread of its own, as pools do: with nothing that is
 * inherited from whoever happens to begin it, since that need not be who asked for it. A
 * task for which no thread can be had waits until one can. Needs JDK 21, which this is
 * not compiled for. Safe for use by several threads.
 */
final class VirtualThreads implements Executor {

	private final ThreadFactory factory;

	/** Of the application, not of whoever makes a thread necessary. */
	private final @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

	private final ThreadShortage shortage;

	/** Those that no thread could be had for. */
	private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

	/**
	 * Create the executor.
	 * @param prefix how the names of the threads begin, which a number from 1 ends
	 * @param shortage has it try again when no thread can be had
	 * @throws UnsupportedOperationException if the JDK has no virtual threads
	 */
	VirtualThreads(String prefix, ThreadShortage shortage) {
		this(factory(prefix), shortage);
	}

	VirtualThreads(ThreadFactory factory, ThreadShortage shortage) {
		this.factory = factory;
		this.shortage = shortage;
		shortage.add(this::startMissing);
	}

	// The factory of Spring's VirtualThreadTaskExecutor has its threads inherit.
	private static ThreadFactory factory(String prefix) {
		try {
			Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
			type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			return (ThreadFactory) type.getMethod("factory").invoke(builder);
		}
		catch (ReflectiveOperationException ex) {
			throw new UnsupportedOperationException(
					"Virtual threads need JDK 21 or later, and this is JDK %s".formatted(Runtime.version().feature()),
					ex);
		}
	}

	@Override
	public void execute(Runnable task) {
		Throwable failure = start(task);
		if (failure != null) {
			this.waiting.add(task);
			this.shortage.begin(failure);
		}
	}

	// The JDK needs a thread for those that carry the virtual ones, and one for timers.
	private @Nullable Throwable start(Runnable task) {
		try {
			Thread thread = this.factory.newThread(task);
			thread.setContextClassLoader(this.contextClassLoader);
			thread.start();
			return null;
		}
		catch (OutOfMemoryError | RejectedExecutionException ex) {
			return ex;
		}
	}

	private void startMissing() {
		Throwable failure = null;
		Runnable first = this.waiting.poll();
		while (first != null && failure == null) {
			failure = start(first);
			if (failure != null) {
				this.waiting.add(first);
				this.shortage.begin(failure);
			}
			else {
				first = this.waiting.poll();
			}
		}
	}

}
