package io.managedservices.concurrent;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Real time and real threads. While it is open one thread waits for the alarm. No thread
 * keeps the process alive. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ThreadBackend implements Backend {

	private static final Log logger = LineLog.of(ThreadBackend.class);

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
		this.executor = executor;
		this.elastic = (executor instanceof ElasticExecutor own) ? own : null;
	}

	/**
	 * A backend with platform threads: as many as there are processors, and more when
	 * they block.
	 * @return the backend
	 */
	public static ThreadBackend platform() {
		return new ThreadBackend(new ElasticExecutor());
	}

	/**
	 * A backend with a virtual thread for each task.
	 * @return the backend
	 * @throws UnsupportedOperationException if the JDK is older than 21
	 */
	public static ThreadBackend virtual() {
		return new ThreadBackend(new VirtualThreads("managed-services-"));
	}

	@Override
	public long nanoTime() {
		return System.nanoTime();
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
		String prefix = "managed-services-" + kind + "-";
		if (this.executor instanceof VirtualThreads) {
			return new VirtualThreads(prefix)::execute;
		}
		if (this.elastic == null) {
			return this.executor::execute;
		}
		ExhaustionWarning exhaustion = new ExhaustionWarning(this::nanoTime, () -> warnOfExhaustion(kind, maxThreads));
		if (brief) {
			ElasticExecutor few = new ElasticExecutor(prefix, maxThreads, exhaustion);
			this.briefPools.add(few);
			return few;
		}
		ThreadPool pool = new ThreadPool(prefix, maxThreads, exhaustion);
		this.pools.add(pool);
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
		this.clock = new AlarmClock(alarm);
		this.clock.start();
		if (this.elastic != null) {
			this.elastic.open();
		}
		this.pools.forEach(ThreadPool::open);
		this.briefPools.forEach(ElasticExecutor::open);
	}

	@Override
	public void close() {
		AlarmClock current = this.clock;
		if (current != null) {
			current.end();
		}
		if (this.elastic != null) {
			this.elastic.close();
		}
		this.pools.forEach(ThreadPool::close);
		this.briefPools.forEach(ElasticExecutor::close);
	}

}
