// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;

/**
 * Who runs many short pieces of work, a limited number of them at once, and gives a
 * future of each.
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
			return new Submitter((body) -> {
				PrioritizedTask task = new PrioritizedTask(1, number.incrementAndGet(), body);
				pool.execute(task);
				return task;
			}, pool::shutdownNow);
		}

	},

	/** A bulkhead of Resilience4j around threads that are made as they are needed. */
	BULKHEAD {

		@Override
		Submitter open(int limit) {
			Bulkhead bulkhead = Bulkhead.of("short",
					BulkheadConfig.custom().maxConcurrentCalls(limit).maxWaitDuration(Duration.ofMinutes(1)).build());
			ExecutorService threads = Executors.newCachedThreadPool();
			return new Submitter((body) -> threads.submit(Bulkhead.decorateCallable(bulkhead, body)),
					threads::shutdownNow);
		}

	},

	/** A semaphore on virtual threads; platform threads before JDK 21. */
	SEMAPHORE_VIRTUAL {

		@Override
		Submitter open(int limit) throws Exception {
			Semaphore semaphore = new Semaphore(limit);
			ExecutorService threads = virtualThreads();
			return new Submitter((body) -> threads.submit(() -> {
				semaphore.acquireUninterruptibly();
				try {
					return body.call();
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
			return new Submitter(pool::submit, pool::shutdownNow);
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
		return new Submitter((body) -> started.start(microTask, body), () -> engine.stop().get());
	}

	/**
	 * Takes work, until it is closed.
	 *
	 * @param work where it is handed over
	 * @param end what ends it
	 */
	record Submitter(Function<Callable<Void>, Future<Void>> work, AutoCloseable end) {

		Future<Void> submit(Callable<Void> body) {
			return this.work.apply(body);
		}

		void close() throws Exception {
			this.end.close();
		}

	}

	/**
	 * What a pool returns when something is submitted, with a place in the queue.
	 */
	private static final class PrioritizedTask extends FutureTask<Void> implements Comparable<PrioritizedTask> {

		private final int priority;

		private final long number;

		PrioritizedTask(int priority, long number, Callable<Void> body) {
			super(body);
			this.priority = priority;
			this.number = number;
		}

		@Override
		public int compareTo(PrioritizedTask other) {
			int byPriority = Integer.compare(this.priority, other.priority);
			return (byPriority != 0) ? byPriority : Long.compare(this.number, other.number);
		}

	}

}
