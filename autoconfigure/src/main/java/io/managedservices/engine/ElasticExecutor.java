package io.managedservices.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs tasks on as many threads as there are processors while they are short, and on up
 * to {@value #MAX_THREADS} when they block: once a millisecond it is checked whether
 * tasks wait and none has begun since the last time, and if so each of them gets a
 * thread. So ten thousand services that do nothing do not cost ten thousand threads, and
 * five hundred that sleep all sleep at once. Safe for use by several threads; its threads
 * are daemons.
 */
final class ElasticExecutor implements Executor {

	static final int MAX_THREADS = 1000;

	private static final Log logger = LogFactory.getLog(ElasticExecutor.class);

	private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);

	private static final int IDLE_SECONDS = 10;

	private static final int IDLE_TICKS = 5;

	private final int parallelism = Math.max(2, Runtime.getRuntime().availableProcessors());

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicInteger active = new AtomicInteger();

	/** How many tasks have begun: stands still while all threads are inside tasks. */
	private final AtomicInteger begun = new AtomicInteger();

	private final AtomicBoolean watched = new AtomicBoolean();

	private final AtomicInteger threadNumber = new AtomicInteger();

	private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS,
			TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
		int before = this.waiting.getAndIncrement();
		// A worker that adds its first task gets to it by itself, without waking another.
		if (before > 0 || !isWorker(Thread.currentThread())) {
			addWorker(this.parallelism);
		}
	}

	private boolean isWorker(Thread thread) {
		return thread instanceof Worker worker && worker.executor == this;
	}

	private void addWorker(int limit) {
		if (activate(limit)) {
			this.threads.execute(this::work);
			watch();
		}
	}

	private boolean activate(int limit) {
		int current = this.active.get();
		while (current < limit) {
			if (this.active.compareAndSet(current, current + 1)) {
				return true;
			}
			current = this.active.get();
		}
		return false;
	}

	private void work() {
		do {
			Runnable task = this.tasks.poll();
			while (task != null) {
				this.waiting.decrementAndGet();
				this.begun.incrementAndGet();
				run(task);
				task = this.tasks.poll();
			}
			this.active.decrementAndGet();
		}
		while (!this.tasks.isEmpty() && activate(this.parallelism));
	}

	private static void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			logger.error("Bug in managed-services: a task failed", ex);
		}
	}

	private void watch() {
		if (!this.watched.get() && this.watched.compareAndSet(false, true)) {
			this.threads.execute(this::watchUntilIdle);
		}
	}

	private void watchUntilIdle() {
		int idleTicks = 0;
		int before = this.begun.get();
		while (idleTicks < IDLE_TICKS) {
			LockSupport.parkNanos(this, TICK);
			int now = this.begun.get();
			boolean idle = this.active.get() == 0;
			idleTicks = idle ? idleTicks + 1 : 0;
			if (now == before) {
				for (int missing = this.waiting.get(); missing > 0; missing--) {
					addWorker(MAX_THREADS);
				}
			}
			before = now;
		}
		this.watched.set(false);
		if (this.active.get() > 0) {
			watch();
		}
	}

	private Thread newThread(Runnable target) {
		return new Worker(this, target, "managed-services-" + this.threadNumber.incrementAndGet());
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

	/**
	 * A thread of this executor.
	 */
	private static final class Worker extends Thread {

		private final ElasticExecutor executor;

		Worker(ElasticExecutor executor, Runnable target, String name) {
			super(target, name);
			this.executor = executor;
			setDaemon(true);
		}

	}

}
