// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.BatchExecutor;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.TimerQueue;

/**
 * Real threads, and time that stands still until it is moved. It counts what is on its
 * way, but for what workers do, so that time passes only when there is nothing. Safe for
 * use by several threads; time is moved by one at a time.
 */
final class SimulatedThreads implements Backend {

	private static final Log logger = LineLog.of(SimulatedTime.class);

	/** For how long in real time a test waits for what has become due. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/**
	 * What changes while time passes is seen when at most such a part more has passed.
	 */
	private static final int LOOKS = 16;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition idle = this.lock.newCondition();

	private final AtomicInteger threadNumber = new AtomicInteger();

	private final ExecutorService threads = Executors.newCachedThreadPool(this::newThread);

	private final Set<CountedThread> busy = ConcurrentHashMap.newKeySet();

	/** Threads of services that wait for a time. */
	private final Queue<Sleeper> sleepers = new PriorityBlockingQueue<>();

	private int running;

	private volatile long now = TimeUnit.DAYS.toNanos(1);

	private volatile Instant origin;

	private volatile long alarmAt = TimerQueue.NEVER;

	private volatile @Nullable Runnable alarm;

	private final List<Runnable> clockListeners = new CopyOnWriteArrayList<>();

	/** When time began to pass that passes now. */
	private volatile long since;

	/** Until when it passes. */
	private volatile long until;

	SimulatedThreads(Instant start) {
		this.origin = start.minusNanos(this.now);
	}

	/**
	 * Lets time pass, and waits until everything has been done that becomes due
	 * meanwhile, each at its time.
	 * @param duration how much time, 0 or more
	 */
	void advance(Duration duration) {
		long end = this.now + duration.toNanos();
		this.since = this.now;
		this.until = end;
		awaitIdle();
		long next = next();
		while (next <= end) {
			this.now = Math.max(this.now, next);
			Runnable current = this.alarm;
			if (this.alarmAt <= this.now) {
				this.alarmAt = TimerQueue.NEVER;
				if (current != null) {
					current.run();
				}
			}
			wakeSleepers();
			awaitIdle();
			next = next();
		}
		this.now = end;
		awaitIdle();
	}

	private long next() {
		Sleeper first = this.sleepers.peek();
		return (first != null) ? Math.min(this.alarmAt, first.until()) : this.alarmAt;
	}

	private void wakeSleepers() {
		Sleeper first = this.sleepers.peek();
		while (first != null && first.until() <= this.now) {
			this.sleepers.remove(first);
			first.wake().run();
			first = this.sleepers.peek();
		}
	}

	/**
	 * Sets the wall clock, while no time passes.
	 * @param duration by how much, negative to set it back
	 */
	void jump(Duration duration) {
		this.origin = this.origin.plus(duration);
		this.clockListeners.forEach(Runnable::run);
	}

	@Override
	public void addClockListener(Runnable listener) {
		this.clockListeners.add(listener);
	}

	@Override
	public void removeClockListener(Runnable listener) {
		this.clockListeners.remove(listener);
	}

	/**
	 * The longer time has passed, the rarer it is looked, but once more at the end: so
	 * that a month does not consist of a million looks.
	 */
	@Override
	public long untilNextLook(long interval) {
		long current = this.now;
		long part = (current - this.since) / LOOKS;
		return Math.max(interval, Math.min(part, this.until - current));
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	@Override
	public Instant instant() {
		return this.origin.plusNanos(this.now);
	}

	@Override
	public void execute(Runnable task) {
		this.lock.lock();
		try {
			this.running++;
		}
		finally {
			this.lock.unlock();
		}
		this.threads.execute(() -> {
			this.busy.add((CountedThread) Thread.currentThread());
			try {
				run(task);
			}
			finally {
				this.busy.remove(Thread.currentThread());
				ended();
			}
		});
	}

	private static void run(Runnable task) {
		String ownName = Thread.currentThread().getName();
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			GuardedLog.error(logger, "A task failed", ex);
		}
		finally {
			Thread.currentThread().setName(ownName);
		}
	}

	private void ended() {
		this.lock.lock();
		try {
			if (--this.running == 0) {
				this.idle.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public BatchExecutor executor(String kind, int maxThreads, boolean brief) {
		// Workers go on for long: nobody waits for their end.
		return kind.equals("worker") ? (task) -> this.threads.execute(() -> run(task)) : this;
	}

	@Override
	public void wakeAt(long nanoTime) {
		this.alarmAt = nanoTime;
	}

	@Override
	public void open(Runnable newAlarm) {
		this.alarm = newAlarm;
		this.alarmAt = TimerQueue.NEVER;
	}

	@Override
	public void close() {
		this.alarm = null;
		this.alarmAt = TimerQueue.NEVER;
	}

	private void awaitIdle() {
		this.lock.lock();
		try {
			long left = PATIENCE.toNanos();
			while (this.running > 0) {
				if (left <= 0) {
					throw new IllegalStateException("What has become due did not come to its end within %s: %s"
						.formatted(PATIENCE, describeBusy()));
				}
				left = this.idle.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for what has become due", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<String> describeBusy() {
		return this.busy.stream().filter((thread) -> !thread.waits).map((thread) -> {
			StackTraceElement[] stack = thread.getStackTrace();
			return thread.getName() + " at " + ((stack.length > 0) ? stack[0] : "its end");
		}).toList();
	}

	private Thread newThread(Runnable target) {
		Thread thread = new CountedThread(target, "managed-services-test-" + this.threadNumber.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * The thread waits for what only a test or an interrupt brings: time passes
	 * meanwhile. Called by that thread.
	 * @param thread the thread
	 */
	static void waits(Thread thread) {
		if (thread instanceof CountedThread counted) {
			counted.waits();
		}
	}

	/**
	 * Does something once time has passed. Called by the thread that waits for that.
	 * @param duration how much time
	 * @param thread the thread
	 * @param wake what is done
	 * @return whether it will be done: {@code false} if the time of the thread is real
	 */
	static boolean after(Duration duration, Thread thread, Runnable wake) {
		if (thread instanceof CountedThread counted) {
			counted.after(duration, wake);
			return true;
		}
		return false;
	}

	/**
	 * The thread goes on, so that time does not pass.
	 * @param thread the thread
	 */
	static void goesOn(Thread thread) {
		if (thread instanceof CountedThread counted) {
			counted.goesOn();
		}
	}

	/**
	 * A thread that waits for a time. Immutable.
	 *
	 * @param until when it goes on
	 * @param wake lets it go on
	 */
	private record Sleeper(long until, Runnable wake) implements Comparable<Sleeper> {

		@Override
		public int compareTo(Sleeper other) {
			return Long.compare(this.until, other.until);
		}

	}

	/**
	 * Whoever interrupts it knows that it goes on, before it does.
	 */
	private final class CountedThread extends Thread {

		/** Written under the lock. */
		private volatile boolean waits;

		CountedThread(Runnable target, String name) {
			super(null, target, name, 0, false);
		}

		void waits() {
			SimulatedThreads.this.lock.lock();
			try {
				if (SimulatedThreads.this.busy.contains(this) && !isInterrupted()) {
					this.waits = true;
					ended();
				}
			}
			finally {
				SimulatedThreads.this.lock.unlock();
			}
		}

		void after(Duration duration, Runnable wake) {
			SimulatedThreads.this.sleepers.add(new Sleeper(SimulatedThreads.this.now + duration.toNanos(), wake));
		}

		void goesOn() {
			SimulatedThreads.this.lock.lock();
			try {
				if (this.waits) {
					this.waits = false;
					SimulatedThreads.this.running++;
				}
			}
			finally {
				SimulatedThreads.this.lock.unlock();
			}
		}

		@Override
		public void interrupt() {
			SimulatedThreads.this.lock.lock();
			try {
				goesOn();
				super.interrupt();
			}
			finally {
				SimulatedThreads.this.lock.unlock();
			}
		}

	}

}
