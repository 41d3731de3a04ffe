// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;
import io.managedservices.work.RestartNow;
import io.managedservices.work.ServiceWorker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for workers on real threads.
 */
class WorkerThreadsTests {

	private final Queue<LifecycleEvent.WorkFailed> failures = new ConcurrentLinkedQueue<>();

	/** Which tests in virtual time may have named after work that they ran. */
	private final Thread ownThread = Thread.currentThread();

	private volatile @Nullable ServiceContext context;

	private final ServiceEngine engine = engine();

	private ServiceEngine engine() {
		return engine(WorkSettings.DEFAULTS.maxThreads());
	}

	private ServiceEngine engine(int maxThreads) {
		WorkSettings defaults = WorkSettings.DEFAULTS;
		WorkSettings settings = new WorkSettings(defaults.taskSlots(), defaults.longTask(), defaults.microTaskLimit(),
				defaults.mediumMaxDelay(), defaults.lowMaxDelay(), maxThreads, defaults.failuresKept());
		ThreadBackend backend = ThreadBackend.platform();
		ServiceEngine created = new ServiceEngine(
				ServiceGraph.of(List.of(SteppedWork.service("db", (started) -> this.context = started))),
				EngineSettings.DEFAULTS, backend, new WorkEngine(settings, backend, null));
		created.addListener((event) -> {
			if (event instanceof LifecycleEvent.WorkFailed failed) {
				this.failures.add(failed);
			}
		});
		return created;
	}

	@AfterEach
	void stopLeavesNoThread() throws Exception {
		this.engine.stop().get(30, TimeUnit.SECONDS);
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> threads("managed-services-worker-").isEmpty() && threads("db/").isEmpty());
	}

	@Test
	void threadWhenRunningTellsServiceAndWorkerAndIsInterruptedAtStop() throws Exception {
		CountDownLatch began = new CountDownLatch(1);
		CompletableFuture<Thread> interrupted = new CompletableFuture<>();
		CompletableFuture<Void> future = started().work().worker("listener", (worker) -> {
			began.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.complete(Thread.currentThread());
				throw ex;
			}
		}).restartOnFailure().start();
		assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(threads("db/worker/listener")).hasSize(1);
		this.engine.stop().get(10, TimeUnit.SECONDS);
		Thread thread = interrupted.get(10, TimeUnit.SECONDS);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(future::isCancelled);
		assertThat(thread.getName()).startsWith("managed-services-worker-");
		assertThat(this.engine.snapshot("db").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(this.failures).isEmpty();
	}

	@Test
	void pauseWhenServiceStopsReturns() throws Exception {
		CountDownLatch began = new CountDownLatch(1);
		CompletableFuture<Boolean> goesOn = new CompletableFuture<>();
		started().work().worker("poller", (worker) -> {
			assertThat(worker.pause(Duration.ofMillis(1))).isTrue();
			began.countDown();
			goesOn.complete(worker.pause(Duration.ofDays(1)));
		}).start();
		assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
		this.engine.stop().get(10, TimeUnit.SECONDS);
		assertThat(goesOn).isCompletedWithValue(false);
	}

	@Test
	void pauseWhenServiceStopsGivesItsThreadToNoneThatWaits() throws Exception {
		ServiceEngine crowded = engine(2);
		crowded.start().get(10, TimeUnit.SECONDS);
		for (int attempt = 0; attempt < 20; attempt++) {
			CountDownLatch pausing = new CountDownLatch(2);
			AtomicInteger begun = new AtomicInteger();
			ServiceContext incarnation = this.context;
			for (int number = 0; number < 12; number++) {
				incarnation.work().worker("w" + number, (worker) -> {
					begun.incrementAndGet();
					pausing.countDown();
					worker.pause(Duration.ofDays(1));
				}).start();
			}
			assertThat(pausing.await(10, TimeUnit.SECONDS)).isTrue();
			crowded.perform(ServiceAction.RESTART, "db").get(10, TimeUnit.SECONDS);
			assertThat(begun).hasValue(2);
		}
		crowded.stop().get(10, TimeUnit.SECONDS);
	}

	@Test
	void closeOnStopWhenWorkerWaitsInASocketEndsIt() throws Exception {
		CountDownLatch began = new CountDownLatch(1);
		started().work().worker("socket", (worker) -> {
			try (ServerSocket socket = worker.closeOnStop(new ServerSocket(0))) {
				began.countDown();
				socket.accept();
			}
		}).restartOnFailure().start();
		assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
		this.engine.stop().get(10, TimeUnit.SECONDS);
		assertThat(this.engine.snapshot("db").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(this.failures).isEmpty();
	}

	@Test
	void heartbeatWhenMissedInterruptsAndRestarts() throws Exception {
		CountDownLatch second = new CountDownLatch(2);
		started().work().worker("hangs", (worker) -> {
			second.countDown();
			new CountDownLatch(1).await();
		}).restartOnFailure(Duration.ofMillis(1)).heartbeat(Duration.ofMillis(20)).start();
		assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void runWhenRestartedWaitsOnTheCallingThread() throws Exception {
		List<Thread> threads = new ArrayList<>();
		started().work().worker("import", (worker) -> {
			threads.add(Thread.currentThread());
			if (worker.attempt() < 3) {
				throw new IllegalStateException("not yet");
			}
		}).restartOnFailure(Duration.ofMillis(1)).run();
		assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread(), Thread.currentThread());
	}

	@Test
	void runWhenServiceStopsBetweenRunsThrowsInterrupted() throws Exception {
		ServiceWorker worker = started().work().worker("import", (running) -> {
			throw new IllegalStateException("not yet");
		}).restartOnFailure(Duration.ofHours(1));
		CompletableFuture<Throwable> thrown = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			try {
				worker.run();
			}
			catch (Throwable ex) {
				thrown.complete(ex);
			}
		});
		caller.start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> this.engine.work("db").workers().stream().anyMatch((status) -> status.next() != null));
		this.engine.stop().get(10, TimeUnit.SECONDS);
		assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
		caller.join();
	}

	@Test
	void startWhenItRacesTheStopEitherRunsBeforeItsEndOrNever() throws Exception {
		started();
		Map<ServiceContext, AtomicBoolean> stopped = new ConcurrentHashMap<>();
		AtomicInteger late = new AtomicInteger();
		AtomicInteger ran = new AtomicInteger();
		int cancelled = 0;
		for (int round = 0; round < 1500; round++) {
			Random random = new Random(round);
			ServiceContext incarnation = this.context;
			AtomicBoolean over = stopped.computeIfAbsent(incarnation, (key) -> new AtomicBoolean());
			List<CompletableFuture<Void>> futures = new ArrayList<>();
			CountDownLatch go = new CountDownLatch(1);
			List<Thread> submitters = new ArrayList<>();
			for (int submitter = 0; submitter < 2; submitter++) {
				int kind = random.nextInt(4);
				int spins = random.nextInt(2000);
				submitters.add(new Thread(() -> {
					OwnThread.await(go);
					for (int spin = 0; spin < spins; spin++) {
						Thread.onSpinWait();
					}
					for (int number = 0; number < 3; number++) {
						CompletableFuture<Void> future = incarnation.work().worker("racer", (worker) -> {
							ran.incrementAndGet();
							late.addAndGet(over.get() ? 1 : 0);
							play(kind, worker.attempt());
							late.addAndGet(over.get() ? 1 : 0);
						})
							.restartOnFailure(Duration.ofNanos(random.nextInt(1000)))
							.maxRestarts(1000, Duration.ofMinutes(1))
							.start();
						synchronized (futures) {
							futures.add(future);
						}
						if (kind == 3) {
							future.cancel(true);
						}
					}
				}));
			}
			submitters.forEach(Thread::start);
			go.countDown();
			for (int spin = random.nextInt(3000); spin > 0; spin--) {
				Thread.onSpinWait();
			}
			this.engine.perform(ServiceAction.STOP, "db").get(30, TimeUnit.SECONDS);
			assertThat(this.engine.snapshot("db").state()).isEqualTo(ServiceState.STOPPED);
			over.set(true);
			for (Thread thread : submitters) {
				thread.join();
			}
			for (CompletableFuture<Void> future : futures) {
				cancelled += isCancelled(future) ? 1 : 0;
			}
			assertThat(this.engine.work("db").workers()).as("seed %d", round).isEmpty();
			assertThat(late.get()).as("seed %d", round).isZero();
			this.engine.perform(ServiceAction.START, "db").get(30, TimeUnit.SECONDS);
		}
		assertThat(ran.get()).isPositive();
		assertThat(cancelled).isPositive();
		assertThat(this.failures).allMatch((failed) -> failed.failure().cause() instanceof IllegalStateException);
	}

	private static void play(int kind, int attempt) throws InterruptedException {
		switch (kind) {
			case 0 -> new CountDownLatch(1).await();
			case 1 -> throw new IllegalStateException("simulated");
			case 2 -> {
				if (attempt < 3) {
					throw new RestartNow("simulated");
				}
			}
			default -> {
			}
		}
	}

	private static boolean isCancelled(CompletableFuture<Void> future) throws Exception {
		try {
			future.get(30, TimeUnit.SECONDS);
			return false;
		}
		catch (CancellationException ex) {
			return true;
		}
		catch (ExecutionException ex) {
			throw new AssertionError("A worker that is restarted has failed", ex);
		}
	}

	private ServiceContext started() throws Exception {
		this.engine.start().get(10, TimeUnit.SECONDS);
		return this.context;
	}

	private List<Thread> threads(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread != this.ownThread && thread.getName().startsWith(prefix))
			.toList();
	}

}
