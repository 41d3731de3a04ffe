package io.managedservices.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of threads: a task takes the one that has become idle last, so that
 * those which are not needed go, else a new one, else it waits. Safe for use by several
 * threads; its threads are daemons. What it knows is guarded by a lock, which is never
 * held while a task runs or a thread is started.
 */
final class ThreadPool implements BatchExecutor {

	private static final Log logger = LineLog.of(ThreadPool.class);

	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** Of the application, not of whoever makes a thread necessary. */
	private final @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

	private final String prefix;

	private final int maxThreads;

	private final ExhaustionWarning exhaustion;

	private final AtomicInteger threadNumber = new AtomicInteger();

	private final ReentrantLock lock = new ReentrantLock();

	private final Queue<Runnable> waiting = new ArrayDeque<>();

	/** The threads that have nothing to do, the last one first. */
	private final Deque<Worker> idle = new ArrayDeque<>();

	private int threads;

	private boolean closed;

	ThreadPool(String prefix, int maxThreads, ExhaustionWarning exhaustion) {
		this.prefix = prefix;
		this.maxThreads = maxThreads;
		this.exhaustion = exhaustion;
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
			startThread(task);
		}
		else {
			this.exhaustion.workWaits();
		}
	}

	private void startThread(Runnable first) {
		try {
			new Worker(first).thread.start();
		}
		catch (OutOfMemoryError ex) {
			logger.error("No further thread for work could be created", ex);
			this.lock.lock();
			try {
				this.threads--;
				this.waiting.add(first);
			}
			finally {
				this.lock.unlock();
			}
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
			this.thread = new PoolThread(this, ThreadPool.this.prefix + ThreadPool.this.threadNumber.incrementAndGet(),
					ThreadPool.this.contextClassLoader);
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
