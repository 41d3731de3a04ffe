// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThreadPool}.
 */
class ThreadPoolTests {

	private static final String PREFIX = "thread-pool-tests-";

	private final AtomicInteger warnings = new AtomicInteger();

	private ThreadPool pool = newPool(3);

	private ThreadPool newPool(int maxThreads) {
		return new ThreadPool(new ThreadSource().pool(PREFIX), maxThreads,
				new ExhaustionWarning(() -> 0, this.warnings::incrementAndGet), new ThreadShortage());
	}

	@AfterEach
	void closeLetsThreadsGo() {
		this.pool.close();
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.pool.threads() == 0);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(ThreadPoolTests::noThreadIsLeft);
	}

	@Test
	void executeWhenThreadIsIdleTakesThat() throws Exception {
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		for (int task = 0; task < 5; task++) {
			CountDownLatch done = new CountDownLatch(1);
			this.pool.execute(() -> {
				threads.add(Thread.currentThread());
				done.countDown();
			});
			assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> threads.stream().allMatch((thread) -> thread.getState() == Thread.State.TIMED_WAITING));
		}
		assertThat(threads).singleElement().satisfies((thread) -> {
			assertThat(thread.getName()).isEqualTo(PREFIX + "1");
			assertThat(thread.isDaemon()).isTrue();
		});
	}

	@Test
	void executeWhenSeveralThreadsAreIdleTakesTheLastOne() throws Exception {
		List<CountDownLatch> releases = List.of(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1));
		List<Thread> threads = new CopyOnWriteArrayList<>();
		for (CountDownLatch release : releases) {
			int busy = threads.size();
			this.pool.execute(() -> {
				threads.add(Thread.currentThread());
				OwnThread.await(release);
			});
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> threads.size() > busy);
		}
		for (int thread : List.of(1, 2, 0)) {
			releases.get(thread).countDown();
			awaitIdle(threads.get(thread));
		}
		for (int task = 0; task < 3; task++) {
			CompletableFuture<Thread> taken = new CompletableFuture<>();
			this.pool.execute(() -> taken.complete(Thread.currentThread()));
			assertThat(taken).succeedsWithin(Duration.ofSeconds(10)).isSameAs(threads.get(0));
			awaitIdle(threads.get(0));
		}
	}

	// While it is inside a task of these tests it waits without a limit.
	private static void awaitIdle(Thread thread) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
	}

	@Test
	void executeWhenAllThreadsAreBusyWaitsForOne() throws Exception {
		CountDownLatch began = new CountDownLatch(3);
		CountDownLatch release = new CountDownLatch(1);
		for (int task = 0; task < 3; task++) {
			this.pool.execute(() -> {
				began.countDown();
				OwnThread.await(release);
			});
		}
		assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.warnings).hasValue(0);
		CountDownLatch last = new CountDownLatch(2);
		this.pool.execute(last::countDown);
		this.pool.execute(last::countDown);
		assertThat(this.pool.threads()).isEqualTo(3);
		assertThat(last.getCount()).isEqualTo(2);
		assertThat(this.warnings).hasValue(1);
		release.countDown();
		assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void executeWhenTaskThrowsGoesOn() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		for (int task = 0; task < 10; task++) {
			this.pool.execute(() -> {
				throw new IllegalStateException("simulated");
			});
		}
		this.pool.execute(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void executeWhenTaskLeavesAnInterruptHidesItFromTheNext() throws Exception {
		this.pool = newPool(1);
		List<Boolean> interrupted = new ArrayList<>();
		CountDownLatch done = new CountDownLatch(1);
		this.pool.execute(() -> Thread.currentThread().interrupt());
		this.pool.execute(() -> {
			interrupted.add(Thread.currentThread().isInterrupted());
			done.countDown();
		});
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(interrupted).containsExactly(false);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 8 })
	void executeWhenSeveralSubmitLosesNoTaskAndKeepsItsBound(int maxThreads) throws Exception {
		this.pool = newPool(maxThreads);
		int submitters = 4;
		int each = 25_000;
		CountDownLatch done = new CountDownLatch(submitters * each);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger mostRunning = new AtomicInteger();
		AtomicInteger mostThreads = new AtomicInteger();
		List<Thread> threads = new ArrayList<>();
		for (int submitter = 0; submitter < submitters; submitter++) {
			Random random = new Random(submitter);
			threads.add(new Thread(() -> {
				for (int task = 0; task < each; task++) {
					boolean parks = random.nextInt(500) == 0;
					this.pool.execute(() -> {
						mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
						if (parks) {
							LockSupport.parkNanos(100_000);
						}
						running.decrementAndGet();
						done.countDown();
					});
					if (random.nextInt(50) == 0) {
						mostThreads.accumulateAndGet(this.pool.threads(), Math::max);
						Thread.yield();
					}
				}
			}));
		}
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(done.await(60, TimeUnit.SECONDS)).as("%d tasks are lost", done.getCount()).isTrue();
		assertThat(mostRunning.get()).isLessThanOrEqualTo(maxThreads);
		assertThat(mostThreads.get()).isLessThanOrEqualTo(maxThreads);
	}

	@Test
	void executeWhenClosedStillRunsTasks() throws Exception {
		this.pool.close();
		for (int round = 0; round < 2000; round++) {
			CountDownLatch done = new CountDownLatch(5);
			for (int task = 0; task < 5; task++) {
				this.pool.execute(done::countDown);
			}
			assertThat(done.await(10, TimeUnit.SECONDS)).as("round %d", round).isTrue();
		}
	}

	@Test
	void openWhenClosedBeforeKeepsThreadsAgain() throws Exception {
		this.pool.close();
		this.pool.open();
		CountDownLatch done = new CountDownLatch(1);
		this.pool.execute(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.pool.threads()).isOne();
	}

	private static boolean noThreadIsLeft() {
		return Thread.getAllStackTraces().keySet().stream().noneMatch((thread) -> thread.getName().startsWith(PREFIX));
	}

}
