// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ElasticExecutor}.
 */
class ElasticExecutorTests {

	private final ElasticExecutor executor = new ElasticExecutor(new ThreadSource().pool("managed-services-"),
			ElasticExecutor.MAX_THREADS, new ExhaustionWarning(System::nanoTime, () -> {
			}), new ThreadShortage());

	@AfterEach
	void close() {
		this.executor.close();
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.executor.threads() == 0);
	}

	@Test
	void executeWhenTasksBlockGivesEachAThread() throws Exception {
		CountDownLatch all = new CountDownLatch(100);
		for (int task = 0; task < 100; task++) {
			this.executor.execute(() -> {
				all.countDown();
				OwnThread.await(all);
			});
		}
		assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void executeWhenTasksAreShortUsesFewThreads() throws Exception {
		int tasks = 100_000;
		CountDownLatch all = new CountDownLatch(tasks);
		AtomicInteger most = new AtomicInteger();
		for (int task = 0; task < tasks; task++) {
			this.executor.execute(() -> {
				most.accumulateAndGet(this.executor.threads(), Math::max);
				all.countDown();
			});
		}
		assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(most.get()).isLessThan(100);
	}

	@Test
	void executeWhenWorkerWaitsForWhatItAddedRunsIt() throws Exception {
		CountDownLatch added = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(() -> {
			this.executor.execute(added::countDown);
			OwnThread.await(added);
			done.countDown();
		});
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void executeWhenTaskThrowsGoesOn() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(() -> {
			throw new IllegalStateException("expected in this test");
		});
		this.executor.execute(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void executeWhenClosedStillRuns() throws Exception {
		this.executor.close();
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void blockedCountsThreadsThatWaitInsideTasks() {
		CountDownLatch release = new CountDownLatch(1);
		for (int task = 0; task < 5; task++) {
			this.executor.execute(() -> OwnThread.await(release));
		}
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.executor.blocked() == 5);
		release.countDown();
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.executor.blocked() == 0);
	}

	@Test
	void wantedIsAsManyAsProcessorsBesidesThoseThatBlock() {
		int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
		assertThat(this.executor.wanted(processors, 0, 0, false)).isEqualTo(processors);
		assertThat(this.executor.wanted(processors, processors - 1, 0, false)).isEqualTo(2 * processors - 1);
		assertThat(this.executor.wanted(100, 30, 200, false)).isEqualTo(processors + 30);
	}

	@Test
	void wantedWhenAllBlockOrTasksBeginTooSlowlyIsFourTimesAsManyAndNoFewerThanLately() {
		int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
		assertThat(this.executor.wanted(1, 1, 0, false)).isEqualTo(4 * processors);
		assertThat(this.executor.wanted(100, 100, 0, false)).isEqualTo(400);
		assertThat(this.executor.wanted(100, 99, 0, true)).isEqualTo(400);
		assertThat(this.executor.wanted(50, 50, 300, false)).isEqualTo(300);
	}

}
