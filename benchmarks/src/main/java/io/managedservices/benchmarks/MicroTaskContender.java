package io.managedservices.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;

import io.managedservices.MicroTask;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceWork;
import io.managedservices.concurrent.ThreadBackend;
import io.managedservices.engine.EngineSettings;
import io.managedservices.engine.ServiceEngine;
import io.managedservices.graph.ServiceDefinition;
import io.managedservices.graph.ServiceGraph;
import io.managedservices.graph.ServiceSettings;
import io.managedservices.work.WorkEngine;
import io.managedservices.work.WorkSettings;

/**
 * Who runs many short pieces of work, a limited number of them at once.
 *
 * @since 0.1.0
 */
public enum MicroTaskContender {

	/** Micro-tasks of high priority, which begin at once. */
	MICRO_TASK_HIGH {

		@Override
		Submitter open(int limit) throws Exception {
			return microTasks(limit, MicroTask.high("short"));
		}

	},

	/** Micro-tasks of medium priority, which wait for a slot. */
	MICRO_TASK_MEDIUM {

		@Override
		Submitter open(int limit) throws Exception {
			return microTasks(limit, MicroTask.medium("short"));
		}

	},

	/** A pool of as many threads, with a queue that honours priorities. */
	PRIORITY_QUEUE {

		@Override
		Submitter open(int limit) {
			AtomicLong number = new AtomicLong();
			ThreadPoolExecutor pool = pool(limit, new PriorityBlockingQueue<>());
			return new Submitter((body) -> pool.execute(new Prioritized(1, number.incrementAndGet(), body)),
					pool::shutdownNow);
		}

	},

	/** A bulkhead of Resilience4j around threads that are made as they are needed. */
	BULKHEAD {

		@Override
		Submitter open(int limit) {
			Bulkhead bulkhead = Bulkhead.of("short",
					BulkheadConfig.custom().maxConcurrentCalls(limit).maxWaitDuration(Duration.ofMinutes(1)).build());
			ExecutorService threads = Executors.newCachedThreadPool();
			return new Submitter((body) -> threads.execute(Bulkhead.decorateRunnable(bulkhead, body)),
					threads::shutdownNow);
		}

	},

	/** A semaphore on virtual threads; platform threads before JDK 21. */
	SEMAPHORE_VIRTUAL {

		@Override
		Submitter open(int limit) throws Exception {
			Semaphore semaphore = new Semaphore(limit);
			ExecutorService threads = virtualThreads();
			return new Submitter((body) -> threads.execute(() -> {
				semaphore.acquireUninterruptibly();
				try {
					body.run();
				}
				finally {
					semaphore.release();
				}
			}), threads::shutdownNow);
		}

	},

	/** A pool of as many threads, first in first out. */
	BARE {

		@Override
		Submitter open(int limit) {
			ThreadPoolExecutor pool = pool(limit, new LinkedBlockingQueue<>());
			return new Submitter(pool::execute, pool::shutdownNow);
		}

	};

	abstract Submitter open(int limit) throws Exception;

	private static ThreadPoolExecutor pool(int threads, BlockingQueue<Runnable> queue) {
		return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, queue);
	}

	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		if (Runtime.version().feature() < 21) {
			System.out.println("There are no virtual threads: these are platform threads");
			return Executors.newCachedThreadPool();
		}
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

	private static Submitter microTasks(int limit, MicroTask microTask) throws Exception {
		WorkSettings defaults = WorkSettings.DEFAULTS;
		WorkSettings settings = new WorkSettings(2, defaults.longTask(), limit, defaults.mediumMaxDelay(),
				defaults.lowMaxDelay(), defaults.maxThreads(), defaults.failuresKept());
		ThreadBackend backend = ThreadBackend.platform();
		AtomicReference<ServiceWork> work = new AtomicReference<>();
		ServiceDefinition service = ServiceDefinition.of("short", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext context) {
				work.set(context.work());
			}

		}, ServiceSettings.DEFAULTS, List.of());
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(service)), EngineSettings.DEFAULTS, backend,
				new WorkEngine(settings, backend, null));
		engine.start().get();
		ServiceWork started = work.get();
		return new Submitter((body) -> started.start(microTask, () -> {
			body.run();
			return null;
		}), () -> engine.stop().get());
	}

	/**
	 * Takes work, until it is closed.
	 *
	 * @param work where it is handed over
	 * @param end what ends it
	 */
	record Submitter(Consumer<Runnable> work, AutoCloseable end) {

		void submit(Runnable body) {
			this.work.accept(body);
		}

		void close() throws Exception {
			this.end.close();
		}

	}

	private record Prioritized(int priority, long number, Runnable body) implements Runnable, Comparable<Prioritized> {

		@Override
		public void run() {
			this.body.run();
		}

		@Override
		public int compareTo(Prioritized other) {
			int byPriority = Integer.compare(this.priority, other.priority);
			return (byPriority != 0) ? byPriority : Long.compare(this.number, other.number);
		}

	}

}
