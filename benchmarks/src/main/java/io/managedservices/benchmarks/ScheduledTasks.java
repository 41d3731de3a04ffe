// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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
import io.managedservices.work.ServiceTask;

/**
 * A million tasks that are scheduled at random times, and are all run once, beside the
 * JDK's {@link ScheduledThreadPoolExecutor} with as many threads as there are slots: the
 * time to create, to schedule and to run each, and the memory of each that waits. A task
 * of a service is created once, and may be scheduled again and again; the JDK makes one
 * whenever something is scheduled.
 *
 * @since 0.1.0
 */
public final class ScheduledTasks {

	private static final int ROUNDS = 5;

	private ScheduledTasks() {
	}

	/**
	 * Measures both in turn.
	 * @param args how many tasks, 1,000,000 if left out
	 * @throws Exception if anything goes wrong
	 */
	public static void main(String[] args) throws Exception {
		int tasks = (args.length > 0) ? Integer.parseInt(args[0]) : 1_000_000;
		double[][] ours = new double[ROUNDS][];
		double[][] theirs = new double[ROUNDS][];
		for (int round = 0; round < ROUNDS; round++) {
			theirs[round] = measure(new JdkScheduler(), tasks, round);
			ours[round] = measure(new ServiceTasks(), tasks, round);
		}
		System.out.printf(Locale.ROOT, "%-12s %14s %14s %14s %14s%n", "median of " + ROUNDS, "create ns", "schedule ns",
				"run ns", "memory bytes");
		print("JDK", theirs);
		print("service", ours);
	}

	private static void print(String name, double[][] rounds) {
		System.out.printf(Locale.ROOT, "%-12s %14.0f %14.0f %14.0f %14.0f%n", name, median(rounds, 0),
				median(rounds, 1), median(rounds, 2), median(rounds, 3));
	}

	private static double median(double[][] rounds, int figure) {
		double[] sorted = Arrays.stream(rounds).mapToDouble((round) -> round[figure]).sorted().toArray();
		return sorted[sorted.length / 2];
	}

	// Names are made beforehand: whoever schedules a task has one anyway.
	private static double[] measure(Scheduler scheduler, int tasks, long seed) throws Exception {
		Random random = new Random(seed);
		long[] delays = random.longs(tasks, 0, TimeUnit.SECONDS.toNanos(1)).toArray();
		String[] names = new String[tasks];
		Arrays.setAll(names, (index) -> "task-" + index);
		CountDownLatch done = new CountDownLatch(tasks);
		try (scheduler) {
			scheduler.expect(tasks);
			long hour = TimeUnit.HOURS.toNanos(1);
			long before = used();
			create(scheduler, names, done);
			schedule(scheduler, delays, hour);
			double memory = (double) (used() - before) / tasks;
			scheduler.forgetAll();
			System.gc();
			double create = create(scheduler, names, done);
			double schedule = schedule(scheduler, delays, hour);
			scheduler.forgetAll();
			create(scheduler, names, done);
			for (int index = 0; index < tasks; index++) {
				scheduler.schedule(index, TimeUnit.SECONDS.toNanos(8));
			}
			scheduler.awaitDue();
			long begin = System.nanoTime();
			done.await();
			double run = (double) (System.nanoTime() - begin) / tasks;
			return new double[] { create, schedule, run, memory };
		}
	}

	private static double create(Scheduler scheduler, String[] names, CountDownLatch done) {
		long begin = System.nanoTime();
		for (int index = 0; index < names.length; index++) {
			scheduler.create(index, names[index], done);
		}
		return (double) (System.nanoTime() - begin) / names.length;
	}

	private static double schedule(Scheduler scheduler, long[] delays, long more) {
		long begin = System.nanoTime();
		for (int index = 0; index < delays.length; index++) {
			scheduler.schedule(index, more + delays[index]);
		}
		return (double) (System.nanoTime() - begin) / delays.length;
	}

	private static long used() {
		for (int times = 0; times < 3; times++) {
			System.gc();
		}
		Runtime runtime = Runtime.getRuntime();
		return runtime.totalMemory() - runtime.freeMemory();
	}

	private static void await(long time) throws InterruptedException {
		long left = time - System.nanoTime();
		if (left > 0) {
			TimeUnit.NANOSECONDS.sleep(left);
		}
	}

	/**
	 * Runs tasks at their times.
	 */
	private interface Scheduler extends AutoCloseable {

		void expect(int tasks);

		void create(int index, String name, CountDownLatch done);

		void schedule(int index, long delayNanos);

		/**
		 * Forgets all tasks.
		 * @throws Exception if anything goes wrong
		 */
		void forgetAll() throws Exception;

		/**
		 * Waits until the tasks that were scheduled last are about to be due.
		 * @throws Exception if anything goes wrong
		 */
		void awaitDue() throws Exception;

	}

	/**
	 * The JDK's.
	 */
	private static final class JdkScheduler implements Scheduler {

		private ScheduledThreadPoolExecutor executor = executor();

		private Runnable[] bodies;

		private long lastDue;

		private static ScheduledThreadPoolExecutor executor() {
			return new ScheduledThreadPoolExecutor(2);
		}

		@Override
		public void expect(int tasks) {
			this.bodies = new Runnable[tasks];
		}

		@Override
		public void create(int index, String name, CountDownLatch done) {
			this.bodies[index] = done::countDown;
		}

		@Override
		public void schedule(int index, long delayNanos) {
			this.lastDue = System.nanoTime() + delayNanos;
			this.executor.schedule(this.bodies[index], delayNanos, TimeUnit.NANOSECONDS);
		}

		@Override
		public void forgetAll() {
			this.executor.shutdownNow();
			this.executor = executor();
		}

		@Override
		public void awaitDue() throws Exception {
			await(this.lastDue);
		}

		@Override
		public void close() {
			this.executor.shutdownNow();
		}

	}

	/**
	 * The tasks of a service.
	 */
	private static final class ServiceTasks implements Scheduler, ServiceLifecycle {

		private final ServiceEngine engine;

		private volatile ServiceContext context;

		private ServiceTask[] tasks;

		private long lastDue;

		ServiceTasks() throws Exception {
			ThreadBackend backend = ThreadBackend.platform();
			ServiceDefinition definition = ServiceDefinition.of("tasks", this, ServiceSettings.DEFAULTS, List.of());
			WorkSettings defaults = WorkSettings.DEFAULTS;
			WorkSettings settings = new WorkSettings(2, defaults.longTask(), defaults.microTaskLimit(),
					defaults.mediumMaxDelay(), defaults.lowMaxDelay(), defaults.maxThreads(), defaults.failuresKept());
			this.engine = new ServiceEngine(ServiceGraph.of(List.of(definition)), EngineSettings.DEFAULTS, backend,
					new WorkEngine(settings, backend, null));
			this.engine.start().get();
		}

		@Override
		public void start(ServiceContext started) {
			this.context = started;
		}

		@Override
		public void expect(int expected) {
			this.tasks = new ServiceTask[expected];
		}

		@Override
		public void create(int index, String name, CountDownLatch done) {
			this.tasks[index] = this.context.work().task(name, (running) -> done.countDown());
		}

		@Override
		public void schedule(int index, long delayNanos) {
			this.lastDue = System.nanoTime() + delayNanos;
			this.tasks[index].schedule(Instant.now().plusNanos(delayNanos));
		}

		@Override
		public void forgetAll() throws Exception {
			this.engine.stop().get();
			CompletableFuture<Void> started = this.engine.start();
			started.get();
		}

		@Override
		public void awaitDue() throws Exception {
			await(this.lastDue);
		}

		@Override
		public void close() throws Exception {
			this.engine.stop().get();
		}

	}

}
