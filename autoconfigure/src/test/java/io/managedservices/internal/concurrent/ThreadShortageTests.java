// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.internal.time.Patience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of tasks for which no thread can be had, with each kind of executor of a
 * {@link ThreadBackend}, and of the alarm.
 */
@ExtendWith(OutputCaptureExtension.class)
class ThreadShortageTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private final FewThreads threads = new FewThreads(1);

	private final ThreadBackend backend = ThreadBackend.platform(this.threads);

	@AfterEach
	void close() {
		this.threads.leave(1000);
		this.backend.close();
	}

	private void awaitRefusals(int count) {
		Awaitility.await().atMost(LONG).until(() -> this.threads.refused() >= count);
	}

	@Test
	void executeWhenThereIsNoThreadRunsWhenThereIs(CapturedOutput output) throws Exception {
		this.backend.open(() -> {
		});
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.backend.execute(() -> done.complete(null));
		awaitRefusals(4);
		assertThat(done).isNotDone();
		this.threads.leave(2);
		done.get(20, TimeUnit.SECONDS);
		Awaitility.await().atMost(LONG).until(() -> output.getOut().contains("could be created again"));
		assertThat(output.getOut()).containsOnlyOnce("No further thread for the services could be created");
	}

	@Test
	void executeWhenOthersBlockAndThereIsNoThreadRunsWhenThereIs() throws Exception {
		int tasks = 2 + Math.max(2, Runtime.getRuntime().availableProcessors());
		this.threads.leave(1 + tasks);
		this.backend.open(() -> {
		});
		CountDownLatch all = new CountDownLatch(2 * tasks);
		CompletableFuture<Void> end = new CompletableFuture<>();
		List<Runnable> batch = IntStream.range(0, 2 * tasks).<Runnable>mapToObj((task) -> () -> {
			all.countDown();
			end.join();
		}).toList();
		this.backend.execute(batch);
		awaitRefusals(2);
		assertThat(all.getCount()).isPositive();
		this.threads.leave(1000);
		assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
		end.complete(null);
	}

	@Test
	void deliverWhenAllBlockAndThereIsNoThreadRunsWhenThereIs() throws Exception {
		int tasks = 4 * Math.max(2, Runtime.getRuntime().availableProcessors());
		this.threads.leave(1000);
		this.backend.open(() -> {
		});
		CountDownLatch all = new CountDownLatch(tasks);
		CompletableFuture<Void> end = new CompletableFuture<>();
		for (int task = 0; task < tasks; task++) {
			this.backend.execute(() -> {
				all.countDown();
				end.join();
			});
		}
		assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
		this.threads.leave(0);
		CompletableFuture<Void> done = new CompletableFuture<>();
		// Idle threads take the first ones.
		for (int task = 0; task < 50; task++) {
			this.backend.deliver(end::join);
		}
		this.backend.deliver(() -> done.complete(null));
		awaitRefusals(1);
		assertThat(done).isNotDone();
		this.threads.leave(1000);
		done.get(20, TimeUnit.SECONDS);
		end.complete(null);
	}

	@Test
	void poolWhenThereIsNoThreadRunsAllInTheirOrderWhenThereIs() throws Exception {
		BatchExecutor pool = this.backend.executor("worker", 2, false);
		this.backend.open(() -> {
		});
		CompletableFuture<Void> first = new CompletableFuture<>();
		CompletableFuture<Void> second = new CompletableFuture<>();
		pool.execute(() -> first.complete(null));
		pool.execute(() -> second.complete(null));
		awaitRefusals(4);
		assertThat(first).isNotDone();
		this.threads.leave(1);
		second.get(20, TimeUnit.SECONDS);
		assertThat(first).isCompleted();
	}

	@Test
	void openWhenThereIsNoThreadWaitsForOne(CapturedOutput output) {
		this.threads.leave(0);
		AtomicBoolean rang = new AtomicBoolean();
		CompletableFuture<Void> opened = new CompletableFuture<>();
		Thread opener = new Thread(() -> {
			this.backend.open(() -> rang.set(true));
			opened.complete(null);
		});
		opener.start();
		awaitRefusals(3);
		assertThat(opened).isNotDone();
		this.threads.leave(1);
		assertThat(opened).succeedsWithin(LONG);
		this.backend.wakeAt(this.backend.nanoTime());
		Awaitility.await().atMost(LONG).untilTrue(rang);
		assertThat(output.getOut()).containsOnlyOnce("No further thread for the services could be created");
	}

	@Test
	void closeWhenTasksWaitForAThreadStillRunsThem() throws Exception {
		this.backend.open(() -> {
		});
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.backend.execute(() -> done.complete(null));
		awaitRefusals(1);
		this.backend.close();
		this.threads.leave(2);
		done.get(20, TimeUnit.SECONDS);
	}

	@Test
	void startWhenThereIsNoThreadInTimeFails() {
		Thread thread = new Thread() {

			@Override
			public void start() {
				throw new OutOfMemoryError("unable to create native thread: planted");
			}

		};
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> Patience.start(thread, Duration.ofMillis(120)));
	}

}
