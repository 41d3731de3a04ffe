package io.managedservices.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.concurrent.Backend;
import io.managedservices.concurrent.BatchExecutor;
import io.managedservices.concurrent.GuardedLog;
import io.managedservices.concurrent.LineLog;
import io.managedservices.concurrent.TimerQueue;

/**
 * Time that stands still until a test lets it pass: as a bean, it takes the place of real
 * time for all services of the application, so that a month of deadlines is tested in a
 * second. Threads are real; {@link #advance} returns when all that has become due has
 * been done, but for what workers do. Safe for use by several threads; time is moved by
 * one at a time. <pre class="code">
 * &#64;Bean
 * SimulatedTime simulatedTime() {
 * 	return SimulatedTime.startingAt(Instant.parse("2030-01-01T00:00:00Z"));
 * }
 * …
 * time.advance(Duration.ofDays(30));
 * </pre>
 *
 * @since 0.1.0
 */
public final class SimulatedTime implements Backend {

	private static final Log logger = LineLog.of(SimulatedTime.class);

	/** For how long in real time a test waits for what has become due. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition idle = this.lock.newCondition();

	private final AtomicInteger threadNumber = new AtomicInteger();

	private final ExecutorService threads = Executors.newCachedThreadPool(this::newThread);

	private final Set<Thread> busy = ConcurrentHashMap.newKeySet();

	private int running;

	private volatile long now = TimeUnit.DAYS.toNanos(1);

	private volatile Instant origin;

	private volatile long alarmAt = TimerQueue.NEVER;

	private volatile @Nullable Runnable alarm;

	private SimulatedTime(Instant start) {
		this.origin = start.minusNanos(this.now);
	}

	/**
	 * Time that starts now.
	 * @return the time
	 */
	public static SimulatedTime startingNow() {
		return startingAt(Instant.now());
	}

	/**
	 * Time that starts at a time of the wall clock.
	 * @param start the first time
	 * @return the time
	 */
	public static SimulatedTime startingAt(Instant start) {
		return new SimulatedTime(start);
	}

	/**
	 * Lets time pass, and waits until everything has been done that becomes due
	 * meanwhile, each at its time.
	 * @param duration how much time, 0 or more
	 * @throws IllegalStateException if something that has become due does not come to its
	 * end within half a minute of real time; the message tells where it is
	 */
	public void advance(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException(
					"Time does not go backwards: expected 0 or more, found %s. To set the wall clock back, use jump."
						.formatted(duration));
		}
		long end = this.now + duration.toNanos();
		awaitIdle();
		long next = this.alarmAt;
		while (next <= end) {
			this.now = Math.max(this.now, next);
			this.alarmAt = TimerQueue.NEVER;
			Runnable current = this.alarm;
			if (current != null) {
				current.run();
			}
			awaitIdle();
			next = this.alarmAt;
		}
		this.now = end;
		awaitIdle();
	}

	/**
	 * Sets the wall clock, as an operator or a time server would, while no time passes.
	 * @param duration by how much, negative to set it back
	 */
	public void jump(Duration duration) {
		this.origin = this.origin.plus(duration);
	}

	/**
	 * The wall clock, for beans that ask for the time.
	 * @return a clock in UTC
	 */
	public Clock clock() {
		return new SimulatedClock(this, ZoneOffset.UTC);
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
			this.busy.add(Thread.currentThread());
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
		return this.busy.stream().map((thread) -> {
			StackTraceElement[] stack = thread.getStackTrace();
			return thread.getName() + " at " + ((stack.length > 0) ? stack[0] : "its end");
		}).toList();
	}

	private Thread newThread(Runnable target) {
		Thread thread = new Thread(null, target, "managed-services-test-" + this.threadNumber.incrementAndGet(), 0,
				false);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * The wall clock in a zone. Immutable, but for the time.
	 */
	private static final class SimulatedClock extends Clock {

		private final SimulatedTime time;

		private final ZoneId zone;

		SimulatedClock(SimulatedTime time, ZoneId zone) {
			this.time = time;
			this.zone = zone;
		}

		@Override
		public ZoneId getZone() {
			return this.zone;
		}

		@Override
		public Clock withZone(ZoneId newZone) {
			return new SimulatedClock(this.time, newZone);
		}

		@Override
		public Instant instant() {
			return this.time.instant();
		}

	}

}
