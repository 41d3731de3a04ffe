// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;

/**
 * Runs tasks on as many threads as there are processors while they are short, and on up
 * to {@value #MAX_THREADS} when they block: while tasks wait, it is looked four times a
 * millisecond how many threads are blocked, and others take their place, four times as
 * many each time all are. So ten thousand services that do nothing do not cost ten
 * thousand threads, and five hundred that sleep soon sleep all at once. Safe for use by
 * several threads; its threads are daemons.
 */
final class ElasticExecutor implements BatchExecutor, Executor {

	static final int MAX_THREADS = 1000;

	private static final Log logger = LineLog.of(ElasticExecutor.class);

	private static final long TICK = TimeUnit.MICROSECONDS.toNanos(250);

	private static final int IDLE_SECONDS = 10;

	private static final int IDLE_TICKS = 20;

	/**
	 * A thread that waits for the network counts as runnable. It is known by this: for so
	 * many ticks tasks have begun so slowly that those waiting would take more than
	 * {@link #SLOW_TICKS}.
	 */
	private static final int STALLED_TICKS = 20;

	private static final int SLOW_TICKS = 200;

	/** How many times as many threads there are once all are blocked. */
	private static final int GROWTH = 4;

	private static final int SPINS = 200;

	/** For how many ticks nothing has waited before it is looked less often. */
	private static final int CALM_TICKS = 80;

	private static final long DOZE = TimeUnit.MILLISECONDS.toNanos(50);

	/** How many tasks may wait for a thread that is busy before another one is woken. */
	private static final int BACKLOG = 4;

	private final int parallelism = Math.max(2, Runtime.getRuntime().availableProcessors());

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicLong added = new AtomicLong();

	private final AtomicInteger active = new AtomicInteger();

	private final Set<Worker> workers = ConcurrentHashMap.newKeySet();

	/** How many tasks were begun by workers that are no more. */
	private final AtomicLong begunBefore = new AtomicLong();

	private final AtomicBoolean watched = new AtomicBoolean();

	/** The thread that watches, while it looks less often. */
	private volatile @Nullable Thread dozing;

	private final int maxThreads;

	private final ExhaustionWarning exhaustion;

	private final ThreadShortage shortage;

	private final ThreadPoolExecutor threads;

	/**
	 * Create an executor.
	 * @param factory makes {@link PoolThread}s
	 * @param maxThreads how many there are at most
	 * @param exhaustion warns when all are in use
	 * @param shortage has it try again when no thread can be had
	 */
	ElasticExecutor(ThreadFactory factory, int maxThreads, ExhaustionWarning exhaustion, ThreadShortage shortage) {
		this.maxThreads = maxThreads;
		this.exhaustion = exhaustion;
		this.shortage = shortage;
		this.threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), factory);
		shortage.add(this::startMissing);
	}

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
		wake(1);
	}

	@Override
	public void execute(List<Runnable> batch) {
		this.tasks.addAll(batch);
		wake(batch.size());
	}

	private void wake(int more) {
		this.added.addAndGet(more);
		// A worker gets to the first few by itself; to wake another one costs more than
		// they take, and if it does not get to them within a tick they get threads of
		// their own.
		int current = this.active.get();
		if (current == 0 || (current < this.parallelism && waiting() > BACKLOG)) {
			addWorker(this.parallelism);
		}
		Thread watcher = this.dozing;
		if (watcher != null) {
			LockSupport.unpark(watcher);
		}
	}

	/**
	 * Runs a short task that must not wait behind those that block.
	 * @param task the task
	 */
	void deliver(Runnable task) {
		if (this.active.get() <= this.parallelism) {
			execute(task);
			return;
		}
		Error failure = startThread(() -> run(task));
		if (failure != null) {
			execute(task);
			this.shortage.begin(failure);
		}
	}

	/**
	 * How many tasks have begun: stands still while all threads are inside tasks.
	 * @return their number
	 */
	private long begun() {
		long begun = this.begunBefore.get();
		for (Worker worker : this.workers) {
			begun += worker.begun.get();
		}
		return begun;
	}

	private long waiting() {
		return this.added.get() - begun();
	}

	private void addWorker(int limit) {
		if (activate(limit)) {
			Error failure = startThread(new Worker());
			if (failure != null) {
				this.active.decrementAndGet();
				this.shortage.begin(failure);
				return;
			}
			watch();
		}
	}

	/**
	 * Starts a thread, if one can be had.
	 * @param target what it does
	 * @return why none can be had, {@code null} if one was; to be told to the shortage
	 * once nothing counts on that thread any more
	 */
	private @Nullable Error startThread(Runnable target) {
		try {
			this.threads.execute(target);
			return null;
		}
		catch (OutOfMemoryError ex) {
			return ex;
		}
	}

	private void startMissing() {
		if (waiting() > 0) {
			addWorker(this.parallelism);
		}
		if (this.active.get() > 0) {
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

	private boolean goesOn() {
		if (this.tasks.isEmpty() || !activate(this.parallelism)) {
			return false;
		}
		watch();
		return true;
	}

	// The next task often comes within microseconds, and to sleep and be woken takes
	// longer.
	private @Nullable Runnable poll() {
		Runnable task = this.tasks.poll();
		for (int spin = 0; task == null && spin < SPINS && this.active.get() <= this.parallelism; spin++) {
			Thread.onSpinWait();
			task = this.tasks.poll();
		}
		return task;
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

	private void watch() {
		if (!this.watched.get() && this.watched.compareAndSet(false, true)) {
			Error failure = startThread(this::watchUntilIdle);
			if (failure != null) {
				this.watched.set(false);
				this.shortage.begin(failure);
			}
		}
	}

	private void watchUntilIdle() {
		int idleTicks = 0;
		int stalledTicks = 0;
		int calmTicks = 0;
		int level = 0;
		long before = begun();
		while (idleTicks < IDLE_TICKS) {
			if (calmTicks < CALM_TICKS) {
				LockSupport.parkNanos(this, TICK);
			}
			else if (doze()) {
				// To be woken for each task would cost more than to look.
				calmTicks = 0;
			}
			long now = begun();
			long waiting = this.added.get() - now;
			idleTicks = (this.active.get() == 0) ? idleTicks + 1 : 0;
			boolean slow = (now - before) * SLOW_TICKS < waiting;
			stalledTicks = slow ? stalledTicks + 1 : 0;
			before = now;
			calmTicks = (waiting > 0 || this.active.get() == 0) ? 0 : calmTicks + 1;
			if (waiting > 0) {
				level = Math.max(level, grow(waiting, level, stalledTicks));
				if (stalledTicks >= STALLED_TICKS && this.active.get() >= this.maxThreads) {
					this.exhaustion.workWaits();
				}
			}
			else {
				this.exhaustion.noneWaits();
			}
		}
		this.watched.set(false);
		if (this.active.get() > 0) {
			watch();
		}
	}

	/**
	 * Looks less often, until a task comes.
	 * @return whether one has come
	 */
	private boolean doze() {
		long known = this.added.get();
		this.dozing = Thread.currentThread();
		if (waiting() <= 0) {
			LockSupport.parkNanos(this, DOZE);
		}
		this.dozing = null;
		return this.added.get() != known;
	}

	/**
	 * Adds workers in place of those that block.
	 * @param waiting how many tasks wait
	 * @param level how many were needed lately
	 * @param stalledTicks for how many ticks tasks have begun too slowly
	 * @return how many are needed now
	 */
	private int grow(long waiting, int level, int stalledTicks) {
		int current = this.active.get();
		int wanted = wanted(current, blocked(), level, stalledTicks >= STALLED_TICKS);
		int limit = Math.min(wanted, this.maxThreads);
		for (long missing = Math.min(waiting, limit - current); missing > 0 && !this.shortage.isOn(); missing--) {
			addWorker(limit);
		}
		return this.active.get();
	}

	/**
	 * How many workers there should be while tasks wait.
	 * @param current how many there are
	 * @param blocked how many of them are blocked
	 * @param level how many were needed lately
	 * @param stalled whether tasks have begun too slowly for a while
	 * @return as many as processors besides those that are blocked, and four times as
	 * many if all are
	 */
	int wanted(int current, int blocked, int level, boolean stalled) {
		return (blocked >= current || stalled) ? Math.max(level, GROWTH * Math.max(current, this.parallelism))
				: this.parallelism + blocked;
	}

	int blocked() {
		int blocked = 0;
		for (Worker worker : this.workers) {
			Thread.State state = worker.state();
			blocked += (state == Thread.State.RUNNABLE || state == Thread.State.NEW) ? 0 : 1;
		}
		return blocked;
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
	 * Runs tasks until there are none. What it counts is written by its thread alone, so
	 * that counting takes no turns with others.
	 */
	private final class Worker implements Runnable {

		private final AtomicLong begun = new AtomicLong();

		private volatile @Nullable Thread thread;

		@Override
		public void run() {
			PoolThread current = (PoolThread) Thread.currentThread();
			this.thread = current;
			ElasticExecutor.this.workers.add(this);
			do {
				Runnable task = poll();
				while (task != null) {
					this.begun.lazySet(this.begun.getPlain() + 1);
					ElasticExecutor.run(task);
					task = poll();
				}
				current.takeOwnName();
				ElasticExecutor.this.active.decrementAndGet();
			}
			while (goesOn());
			// For a moment what it has begun counts as waiting, which does no harm; the
			// other way round a task that waits might not be seen.
			ElasticExecutor.this.workers.remove(this);
			ElasticExecutor.this.begunBefore.addAndGet(this.begun.get());
		}

		Thread.State state() {
			Thread current = this.thread;
			return (current != null) ? current.getState() : Thread.State.NEW;
		}

	}

}
