// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.kernel.WorkInside.Remaining;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.internal.work.core.ScopeAccess;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Micro-tasks on real threads: those that wait for their slot, and those that are
 * interrupted.
 */
@Timeout(60)
class MicroTaskThreadsTests {

	private static final WorkSettings SETTINGS = new WorkSettings(2, Duration.ofMinutes(1), 2, Duration.ofHours(1),
			Duration.ofHours(1), 50, 20);

	private final AtomicReference<@Nullable ServiceWork> service = new AtomicReference<>();

	private WorkEngine work;

	private ServiceEngine engine;

	@BeforeEach
	void start() throws Exception {
		ThreadBackend backend = ThreadBackend.platform();
		this.work = new WorkEngine(SETTINGS, backend, null);
		this.engine = new ServiceEngine(
				ServiceGraph.of(List.of(SteppedWork.service("db", (context) -> this.service.set(context.work())))),
				EngineSettings.DEFAULTS, backend, this.work);
		this.engine.start().get();
	}

	@AfterEach
	void stop() throws Exception {
		this.engine.stop().get();
		// A thread gives its slot back once its micro-task has left.
		Awaitility.await().untilAsserted(() -> assertThat(WorkAccess.microTasks(this.work).load().taken()).isZero());
		assertThat(WorkAccess.microTasks(this.work).hasWaiting()).isFalse();
	}

	private ServiceWork service() {
		return this.service.get();
	}

	private List<MicroTaskSlot> takeAll() throws InterruptedException {
		return List.of(service().signal(MicroTask.medium("a")), service().signal(MicroTask.medium("b")));
	}

	private static <T> FutureTask<T> thread(Callable<T> body, AtomicReference<Thread> thread) {
		FutureTask<T> task = new FutureTask<>(body);
		thread.set(new Thread(task));
		thread.get().start();
		return task;
	}

	private void awaitWaiting(int count) {
		Awaitility.await().until(() -> WorkAccess.microTasks(this.work).load().mediumWaiting() == count);
	}

	@Test
	void runWhenNoSlotIsFreeWaitsForOne() throws Exception {
		List<MicroTaskSlot> slots = takeAll();
		AtomicReference<Thread> thread = new AtomicReference<>();
		FutureTask<Thread> task = thread(() -> service().run(MicroTask.medium("m"), Thread::currentThread), thread);
		awaitWaiting(1);
		slots.get(0).close();
		assertThat(task.get()).isSameAs(thread.get());
		slots.get(1).close();
	}

	@Test
	void signalWhenNoSlotIsFreeWaitsForOne() throws Exception {
		List<MicroTaskSlot> slots = takeAll();
		FutureTask<MicroTaskSlot> task = thread(() -> service().signal(MicroTask.medium("m")), new AtomicReference<>());
		awaitWaiting(1);
		slots.get(0).close();
		task.get().close();
		slots.get(1).close();
	}

	@Test
	void runWhenServiceStopsWhileItWaitsIsCancelled() throws Exception {
		List<MicroTaskSlot> slots = takeAll();
		FutureTask<Object> run = thread(() -> service().run(MicroTask.medium("m"), Object::new),
				new AtomicReference<>());
		FutureTask<MicroTaskSlot> signal = thread(() -> service().signal(MicroTask.medium("s")),
				new AtomicReference<>());
		awaitWaiting(2);
		this.engine.perform(ServiceAction.DISABLE, "db");
		assertThat(run).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withCauseInstanceOf(CancellationException.class);
		assertThat(signal).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withCauseInstanceOf(CancellationException.class);
		slots.forEach(MicroTaskSlot::close);
		Awaitility.await().until(() -> this.engine.snapshot("db").state() == ServiceState.STOPPED);
	}

	@Test
	void runWhenThreadIsInterruptedWhileItWaitsThrows() throws Exception {
		List<MicroTaskSlot> slots = takeAll();
		AtomicReference<Thread> thread = new AtomicReference<>();
		FutureTask<Object> run = thread(() -> service().run(MicroTask.medium("m"), Object::new), thread);
		awaitWaiting(1);
		thread.get().interrupt();
		assertThat(run).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(WorkAccess.microTasks(this.work).hasWaiting()).isFalse();
		slots.forEach(MicroTaskSlot::close);
	}

	@Test
	void runWhenServiceStopsInterruptsTheBodyAndNotWhatFollows() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		FutureTask<Boolean> run = thread(() -> {
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> service().run(MicroTask.high("m"), () -> {
					inside.countDown();
					return new CountDownLatch(1).await(1, TimeUnit.HOURS);
				}));
			return Thread.currentThread().isInterrupted();
		}, new AtomicReference<>());
		inside.await();
		this.engine.perform(ServiceAction.DISABLE, "db").get();
		assertThat(run.get()).isFalse();
	}

	@Test
	void startWhenItHangsAfterItsInterruptIsNamedWithItsStack() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		AtomicReference<Thread> thread = new AtomicReference<>();
		CompletableFuture<Object> future = service().start(MicroTask.high("hangs"), () -> {
			thread.set(Thread.currentThread());
			inside.countDown();
			while (release.getCount() > 0) {
				Thread.onSpinWait();
			}
			return "";
		});
		inside.await();
		assertThat(thread.get().getName()).startsWith("managed-services-micro-task-");
		WorkScope scope = scopeOf(MicroTask.high("probe"));
		CompletableFuture<?> stopped = this.engine.perform(ServiceAction.DISABLE, "db");
		Awaitility.await().until(() -> thread.get().isInterrupted());
		Remaining remaining = ScopeAccess.remaining(scope).get(0);
		assertThat(remaining.what()).isEqualTo("micro-task 'hangs'");
		assertThat(remaining.stack()).anyMatch((element) -> element.getClassName().startsWith(getClass().getName()));
		assertThat(stopped).isNotDone();
		release.countDown();
		future.get();
		stopped.get();
	}

	@Test
	void startWhenItDoesNotNoticeItsInterruptIsInterruptedOnceMore() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch first = new CountDownLatch(1);
		WorkScope scope = scopeOf(MicroTask.high("probe"));
		CompletableFuture<Integer> interrupts = service().start(MicroTask.high("deaf"), () -> {
			int noticed = 0;
			inside.countDown();
			while (noticed < 2) {
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					noticed++;
					first.countDown();
				}
			}
			return noticed;
		});
		inside.await();
		CompletableFuture<?> stopped = this.engine.perform(ServiceAction.DISABLE, "db");
		first.await();
		assertThat(stopped).isNotDone();
		// As when half of the timeout has passed.
		WorkAccess.coordination(this.work).submit(Command.of(() -> ScopeAccess.interrupt(scope)));
		assertThat(interrupts.get()).isEqualTo(2);
		stopped.get();
	}

	@Test
	void startWhenTheOneBeforeLeftAnInterruptIsNotInterrupted() throws Exception {
		MicroTaskSlot slot = service().signal(MicroTask.medium("slot"));
		CountDownLatch isNextInLine = new CountDownLatch(1);
		CompletableFuture<Thread> first = service().start(MicroTask.medium("first"), () -> {
			isNextInLine.await();
			Thread.currentThread().interrupt();
			return Thread.currentThread();
		});
		CompletableFuture<Thread> next = service().start(MicroTask.medium("next"),
				() -> Thread.interrupted() ? null : Thread.currentThread());
		isNextInLine.countDown();
		assertThat(next.get()).isSameAs(first.get());
		slot.close();
		Awaitility.await().until(() -> WorkAccess.microTasks(this.work).load().taken() == 0);
	}

	private WorkScope scopeOf(MicroTask microTask) throws InterruptedException {
		SignalledMicroTask signal = (SignalledMicroTask) service().signal(microTask);
		signal.close();
		return signal.scope();
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 })
	void stopWhenManyThreadsStartAndRunLeavesNothingInside(long seed) throws Exception {
		AtomicInteger inside = new AtomicInteger();
		Queue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
		List<FutureTask<Void>> threads = new ArrayList<>();
		for (int incarnation = 0; incarnation < 5; incarnation++) {
			ServiceWork current = service();
			for (int thread = 0; thread < 4; thread++) {
				Random random = new Random(seed * 1000 + incarnation * 10 + thread);
				threads.add(thread(() -> submit(current, random, inside, futures), new AtomicReference<>()));
			}
			Random random = new Random(seed * 1000 + incarnation);
			int before = random.nextInt(1000);
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofNanos(100_000))
				.until(() -> futures.size() >= before || threads.stream().allMatch(FutureTask::isDone));
			this.engine.perform(ServiceAction.DISABLE, "db").get();
			assertThat(inside.get()).as("inside after the stop").isZero();
			this.engine.perform(ServiceAction.ENABLE, "db").get();
			futures.clear();
		}
		for (FutureTask<Void> thread : threads) {
			thread.get();
		}
		Awaitility.await().until(() -> futures.stream().allMatch(CompletableFuture::isDone));
	}

	private @Nullable Void submit(ServiceWork current, Random random, AtomicInteger inside,
			Queue<CompletableFuture<?>> futures) throws Exception {
		for (int number = 0; number < 1000; number++) {
			MicroTask.Priority priority = MicroTask.Priority.values()[random.nextInt(3)];
			MicroTask microTask = new MicroTask("m" + number, priority,
					(random.nextInt(8) == 0) ? Duration.ofNanos(random.nextInt(100_000)) : null);
			boolean waits = random.nextInt(50) == 0;
			Callable<String> body = () -> {
				inside.incrementAndGet();
				try {
					if (waits) {
						new CountDownLatch(1).await(100, TimeUnit.MICROSECONDS);
					}
					return "";
				}
				finally {
					inside.decrementAndGet();
				}
			};
			try {
				switch (random.nextInt(8)) {
					case 0 -> current.run(microTask, body);
					case 1 -> current.signal(microTask).close();
					case 2 -> current.start(microTask, body).cancel(true);
					default -> futures.add(current.start(microTask, body));
				}
			}
			catch (CancellationException | InterruptedException ex) {
				// It is to stop.
			}
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}
		return null;
	}

}
