// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;

/**
 * A bounded number of threads: a task takes the one that has become idle last, so that
 * those which are not needed go, else a new one, else it waits. Safe for use by several
 * threads; its threads are daemons. What it knows is guarded by a lock, which is never
 * held while a task runs or a thread is started.
 */
final class ThreadPool implements BatchExecutor {

	private static final Log logger = LineLog.of(ThreadPool.class);

	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final ThreadFactory factory;

	private final int maxThreads;

	private final ExhaustionWarning exhaustion;

	private final ThreadShortage shortage;

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	/** The threads that have nothing to do, the last one first. */
	private final Deque<Worker> idle = new ArrayDeque<>();

	private int threads;

	private boolean closed;

	/**
	 * Create a pool.
	 * @param factory makes {@link PoolThread}s
	 * @param maxThreads how many there are at most
	 * @param exhaustion warns when all are in use
	 * @param shortage has it try again when no thread can be had
	 */
	ThreadPool(ThreadFactory factory, int maxThreads, ExhaustionWarning exhaustion, ThreadShortage shortage) {
		this.factory = factory;
		this.maxThreads = maxThreads;
		this.exhaustion = exhaustion;
		this.shortage = shortage;
		shortage.add(this::startMissing);
	}

	@Override
	public void execute(Runnable task) {
		Worker free;
		boolean grows;
		this.lock.lock();
		try {
			free = this.idle.pollFirst();
			grows = free == null && this.threads < this.maxThreads;
			if (free != null) {
				free.next = task;
			}
			else if (grows) {
				this.threads++;
			}
			else {
				this.waiting.add(task);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (free != null) {
			LockSupport.unpark(free.thread);
		}
		else if (grows) {
			startThread(task, this.waiting::addLast);
		}
		else {
			this.exhaustion.workWaits();
		}
	}

	/**
	 * Starts a thread that was counted.
	 * @param first what it does first
	 * @param wait has that wait if no thread can be had, until it is tried again
	 * @return whether one could be had
	 */
	private boolean startThread(Runnable first, Consumer<Runnable> wait) {
		try {
			new Worker(first).thread.start();
			return true;
		}
		catch (OutOfMemoryError ex) {
			this.lock.lock();
			try {
				this.threads--;
				wait.accept(first);
			}
			finally {
				this.lock.unlock();
			}
			this.shortage.begin(ex);
			return false;
		}
	}

	private void startMissing() {
		Runnable first = takeForNewThread();
		while (first != null && startThread(first, this.waiting::addFirst)) {
			first = takeForNewThread();
		}
	}

	private @Nullable Runnable takeForNewThread() {
		this.lock.lock();
		try {
			boolean grows = this.threads < this.maxThreads && !this.waiting.isEmpty();
			this.threads += grows ? 1 : 0;
			return grows ? this.waiting.poll() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			GuardedLog.error(logger, "Bug in managed-services: a task failed", ex);
		}
		finally {
			// One that was left by a task is not meant for the next.
			Thread.interrupted();
		}
	}

	int threads() {
		this.lock.lock();
		try {
			return this.threads;
		}
		finally {
			this.lock.unlock();
		}
	}

	void open() {
		this.lock.lock();
		try {
			this.closed = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	void close() {
		List<Worker> leaving;
		this.lock.lock();
		try {
			this.closed = true;
			leaving = List.copyOf(this.idle);
			this.threads -= leaving.size();
			this.idle.clear();
			leaving.forEach((worker) -> worker.leaves = true);
		}
		finally {
			this.lock.unlock();
		}
		leaving.forEach((worker) -> LockSupport.unpark(worker.thread));
	}

	/**
	 * Runs tasks until there has been none for long. What it is given while it is idle is
	 * written under the lock, and read by its thread at any time.
	 */
	private final class Worker implements Runnable {

		private final PoolThread thread;

		private volatile @Nullable Runnable next;

		private volatile boolean leaves;

		Worker(Runnable first) {
			this.next = first;
			this.thread = (PoolThread) ThreadPool.this.factory.newThread(this);
		}

		@Override
		public void run() {
			Runnable task = this.next;
			while (task != null) {
				ThreadPool.run(task);
				task = takeWaiting();
				if (task == null) {
					this.thread.takeOwnName();
					task = this.leaves ? null : awaitNext();
				}
			}
		}

		private @Nullable Runnable takeWaiting() {
			ThreadPool.this.lock.lock();
			try {
				this.next = null;
				Runnable task = ThreadPool.this.waiting.poll();
				if (task == null) {
					ThreadPool.this.exhaustion.noneWaits();
					if (ThreadPool.this.closed) {
						ThreadPool.this.threads--;
						this.leaves = true;
					}
					else {
						ThreadPool.this.idle.addFirst(this);
					}
				}
				return task;
			}
			finally {
				ThreadPool.this.lock.unlock();
			}
		}

		private @Nullable Runnable awaitNext() {
			long until = System.nanoTime() + IDLE_NANOS;
			long left = IDLE_NANOS;
			while (this.next == null && !this.leaves && left > 0) {
				LockSupport.parkNanos(this, left);
				// Whoever interrupts a thread that does nothing means nobody.
				Thread.interrupted();
				left = until - System.nanoTime();
			}
			ThreadPool.this.lock.lock();
			try {
				if (ThreadPool.this.idle.remove(this)) {
					ThreadPool.this.threads--;
				}
				return this.next;
			}
			finally {
				ThreadPool.this.lock.unlock();
			}
		}

	}

}
