package io.managedservices.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of threads: a task takes an idle one, else a new one, else it waits.
 * Safe for use by several threads; its threads are daemons.
 */
final class ThreadPool implements Executor {

	private static final Log logger = LogFactory.getLog(ThreadPool.class);

	private static final int IDLE_SECONDS = 10;

	/** Of the application, not of whoever makes a thread necessary. */
	private final @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

	private final String prefix;

	private final int maxThreads;

	private final AtomicInteger threadNumber = new AtomicInteger();

	private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

	/** How many threads look for tasks. */
	private final AtomicInteger busy = new AtomicInteger();

	private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS,
			TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);

	ThreadPool(String prefix, int maxThreads) {
		this.prefix = prefix;
		this.maxThreads = maxThreads;
	}

	@Override
	public void execute(Runnable task) {
		if (isThreadFree()) {
			begin(task);
			return;
		}
		this.waiting.add(task);
		// One may have found nothing just before.
		if (isThreadFree()) {
			begin(this.waiting.poll());
		}
	}

	private boolean isThreadFree() {
		int current = this.busy.get();
		while (current < this.maxThreads) {
			if (this.busy.compareAndSet(current, current + 1)) {
				return true;
			}
			current = this.busy.get();
		}
		return false;
	}

	private void begin(@Nullable Runnable first) {
		try {
			this.threads.execute(() -> runAll(first));
		}
		catch (OutOfMemoryError ex) {
			this.busy.decrementAndGet();
			logger.error("No further thread for work could be created", ex);
			if (first != null) {
				this.waiting.add(first);
			}
		}
	}

	private void runAll(@Nullable Runnable first) {
		Runnable task = first;
		do {
			while (task != null) {
				run(task);
				task = this.waiting.poll();
			}
			this.busy.decrementAndGet();
			if (this.waiting.isEmpty() || !isThreadFree()) {
				return;
			}
			task = this.waiting.poll();
		}
		while (true);
	}

	private static void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			logger.error("Bug in managed-services: a task failed", ex);
		}
		finally {
			// One that was left by a task is not meant for the next.
			Thread.interrupted();
		}
	}

	private Thread newThread(Runnable target) {
		Thread thread = new Thread(null, target, this.prefix + this.threadNumber.incrementAndGet(), 0, false);
		thread.setContextClassLoader(this.contextClassLoader);
		thread.setDaemon(true);
		return thread;
	}

	int threads() {
		return this.threads.getPoolSize();
	}

	void open() {
		this.threads.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
	}

	void close() {
		this.threads.setKeepAliveTime(0, TimeUnit.SECONDS);
	}

}
