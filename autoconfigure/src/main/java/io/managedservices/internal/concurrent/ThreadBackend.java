// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.ProcessTime;

/**
 * Real time and real threads. While it is open one thread waits for the alarm; it also
 * looks whether the process has stood still, whether the wall clock has jumped, and
 * whether threads that were missing can be had. No thread keeps the process alive. Safe
 * for use by several threads.
 *
 * @since 0.1.0
 */
public final class ThreadBackend implements Backend {

	private static final Log logger = LineLog.of(ThreadBackend.class);

	private static final String PREFIX = "managed-services-";

	/** How long it is tried to start the thread of the alarm. */
	private static final long ALARM_PATIENCE = TimeUnit.SECONDS.toNanos(20);

	private final ProcessTime time = new ProcessTime(System::nanoTime, false);

	private final WallClockWatch wallClock = new WallClockWatch(this.time::now, this::instant);

	private final ThreadSource threads;

	private final ThreadShortage shortage;

	private final Executor executor;

	private final @Nullable ElasticExecutor elastic;

	private final List<ElasticExecutor> briefPools = new CopyOnWriteArrayList<>();

	private final List<ThreadPool> pools = new CopyOnWriteArrayList<>();

	private volatile @Nullable AlarmClock clock;

	/**
	 * Create a backend with threads of an executor.
	 * @param executor runs each task on a thread of its own: of virtual threads, say
	 */
	public ThreadBackend(Executor executor) {
		this(new ThreadSource(), new ThreadShortage(), executor);
	}

	private ThreadBackend(ThreadSource threads, ThreadShortage shortage, Executor executor) {
		this.threads = threads;
		this.shortage = shortage;
		this.executor = executor;
		this.elastic = (executor instanceof ElasticExecutor own) ? own : null;
	}

	/**
	 * A backend with platform threads: as many as there are processors, and more when
	 * they block.
	 * @return the backend
	 */
	public static ThreadBackend platform() {
		return platform(new ThreadSource());
	}

	static ThreadBackend platform(ThreadSource threads) {
		ThreadShortage shortage = new ThreadShortage();
		ExhaustionWarning exhaustion = new ExhaustionWarning(System::nanoTime, () -> {
		});
		return new ThreadBackend(threads, shortage,
				new ElasticExecutor(threads.pool(PREFIX), ElasticExecutor.MAX_THREADS, exhaustion, shortage));
	}

	/**
	 * A backend with a virtual thread for each task.
	 * @return the backend
	 * @throws UnsupportedOperationException if the JDK is older than 21
	 */
	public static ThreadBackend virtual() {
		ThreadShortage shortage = new ThreadShortage();
		return new ThreadBackend(new ThreadSource(), shortage, new VirtualThreads(PREFIX, shortage));
	}

	@Override
	public long nanoTime() {
		return this.time.now();
	}

	@Override
	public long monotonicTime() {
		return System.nanoTime();
	}

	@Override
	public long stoodStill() {
		return this.time.stoodStill();
	}

	@Override
	public Instant instant() {
		return Instant.now();
	}

	@Override
	public void execute(Runnable task) {
		this.executor.execute(task);
	}

	@Override
	public void execute(List<Runnable> tasks) {
		if (this.elastic != null) {
			this.elastic.execute(tasks);
		}
		else {
			Backend.super.execute(tasks);
		}
	}

	@Override
	public void deliver(Runnable task) {
		if (this.elastic != null) {
			this.elastic.deliver(task);
		}
		else {
			this.executor.execute(task);
		}
	}

	@Override
	public BatchExecutor executor(String kind, int maxThreads, boolean brief) {
		String prefix = PREFIX + kind + "-";
		if (this.executor instanceof VirtualThreads) {
			return new VirtualThreads(prefix, this.shortage)::execute;
		}
		if (this.elastic == null) {
			return this.executor::execute;
		}
		ExhaustionWarning exhaustion = new ExhaustionWarning(this::nanoTime, () -> warnOfExhaustion(kind, maxThreads));
		if (brief) {
			ElasticExecutor few = new ElasticExecutor(this.threads.pool(prefix), maxThreads, exhaustion, this.shortage);
			this.briefPools.add(few);
			return few;
		}
		return pool(prefix, maxThreads, exhaustion);
	}

	@Override
	public BatchExecutor ownThreads(String kind, int maxThreads) {
		return pool(PREFIX + kind + "-", maxThreads, new ExhaustionWarning(this::nanoTime, () -> {
		}));
	}

	private ThreadPool pool(String prefix, int maxThreads, ExhaustionWarning exhaustion) {
		ThreadPool pool = new ThreadPool(this.threads.pool(prefix), maxThreads, exhaustion, this.shortage);
		this.pools.add(pool);
		if (this.clock != null) {
			pool.open();
		}
		return pool;
	}

	// Whoever finds that out may be the coordinator, in which nothing is to wait for a
	// log.
	private void warnOfExhaustion(String kind, int maxThreads) {
		deliver(() -> logger.warn(
				"All %d threads for work of kind '%s' are in use: what is to begin now waits until one is free. Let such work end sooner, or raise managed-services.work.max-threads."
					.formatted(maxThreads, kind)));
	}

	@Override
	public void wakeAt(long nanoTime) {
		AlarmClock current = this.clock;
		if (current != null) {
			current.set(nanoTime);
		}
	}

	@Override
	public void open(Runnable alarm) {
		this.clock = start(alarm);
		this.time.watch(true);
		if (this.elastic != null) {
			this.elastic.open();
		}
		this.pools.forEach(ThreadPool::open);
		this.briefPools.forEach(ElasticExecutor::open);
	}

	/**
	 * Starts the alarm, without which nothing is tried again: so that is done here.
	 * @param alarm what is called
	 * @return its clock
	 */
	private AlarmClock start(Runnable alarm) {
		long begin = System.nanoTime();
		while (true) {
			try {
				AlarmClock started = new AlarmClock(this.threads, this.time::now, alarm, this::look);
				started.start();
				return started;
			}
			catch (OutOfMemoryError ex) {
				this.shortage.begin(ex);
				this.shortage.report();
				if (System.nanoTime() - begin > ALARM_PATIENCE) {
					throw ex;
				}
				LockSupport.parkNanos(this, ProcessTime.LOOK_INTERVAL);
			}
		}
	}

	// By one thread at a time, also when one that was ended still has to.
	private synchronized boolean look() {
		this.time.now();
		this.wallClock.look();
		this.shortage.look();
		return this.shortage.isOn();
	}

	@Override
	public void addClockListener(Runnable listener) {
		this.wallClock.add(listener);
	}

	@Override
	public void removeClockListener(Runnable listener) {
		this.wallClock.remove(listener);
	}

	@Override
	public void close() {
		AlarmClock current = this.clock;
		if (current != null) {
			this.time.watch(false);
			current.end();
		}
		if (this.elastic != null) {
			this.elastic.close();
		}
		this.pools.forEach(ThreadPool::close);
		this.briefPools.forEach(ElasticExecutor::close);
	}

}
