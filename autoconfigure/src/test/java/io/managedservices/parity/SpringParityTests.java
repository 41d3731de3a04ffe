// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.SmartLifecycle;

import io.managedservices.Demand;
import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.event.ExposedEvent;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.Task;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerContext;

import static io.managedservices.test.ServiceAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What applications use of Spring and of Guava's {@code ServiceManager}, and what it is
 * here.
 */
class SpringParityTests {

	private final SmallApplication application = new SmallApplication();

	private final List<String> journal = this.application.journal;

	private ServiceContext context;

	private ServiceRegistration service() {
		return this.application.service("s", (context) -> this.context = context);
	}

	// SmartLifecycle

	@Test
	@Export({ "getPhase", "@DependsOn" })
	void dependenciesTakeThePlaceOfPhases() {
		this.application.with(this.application.service("b").dependsOn("a"), this.application.service("a"))
			.run((running) -> {
				running.services().stop().join();
				assertThat(this.journal).containsExactly("start a", "start b", "stop b", "stop a");
			});
	}

	@Test
	@Export("isAutoStartup")
	void onDemandServiceStartsLater() {
		this.application.with("managed-services.services.s.activation=on-demand").with(service()).run((running) -> {
			assertThat(running.state("s")).isEqualTo(ServiceState.STOPPED);
			Demand demand = running.services().demand("s");
			running.settle();
			assertThat(running.state("s")).isEqualTo(ServiceState.RUNNING);
			demand.close();
		});
	}

	@Test
	@Export("isRunning")
	void stateIsKeptByTheStarter() {
		this.application.with(service()).run((running) -> assertThat(running.services()).service("s").isRunning());
	}

	@Test
	@Export("stop(Runnable)")
	void smartLifecycleIsStoppedByItsCallback() {
		this.application.with(Container.class).run((running) -> {
			assertThat(running.bean(Container.class).isRunning()).isTrue();
			running.services().stop().join();
			assertThat(running.bean(Container.class).isRunning()).isFalse();
		});
	}

	@Test
	@Export("@PostConstruct")
	void failingStartDoesNotFailTheContext() {
		this.application.with(this.application.service("s", (context) -> {
			if (context.attempt() == 1) {
				throw new IOException("refused");
			}
		})).run((running) -> {
			assertThat(running.state("s")).isEqualTo(ServiceState.BACKOFF);
			running.advance(Duration.ofSeconds(2));
			assertThat(running.state("s")).isEqualTo(ServiceState.RUNNING);
		});
	}

	@Test
	@Export("@PreDestroy")
	void quiesceComesBeforeTheStop() {
		this.application.with(new ServiceRegistration("s", new ServiceLifecycle() {

			@Override
			public void quiesce(ServiceContext context) {
				SpringParityTests.this.journal.add("quiesce");
			}

			@Override
			public void stop(ServiceContext context) {
				SpringParityTests.this.journal.add("stop");
			}

		})).run((running) -> {
			running.context().close();
			assertThat(this.journal).containsExactly("quiesce", "stop");
		});
	}

	// @Scheduled and ThreadPoolTaskScheduler

	@Test
	@Export({ "fixedRate", "fixedRateString", "cron" })
	void tasksRunWhileTheirServiceRuns() {
		this.application.with(Clocked.class).run((running) -> {
			running.advance(Duration.ofDays(1));
			assertThat(running.bean(Clocked.class).recounts).hasValue(24);
			assertThat(running.bean(Clocked.class).nights).hasValue(1);
			running.services().stop("clocked").join();
			running.advance(Duration.ofDays(1));
			assertThat(running.bean(Clocked.class).recounts).hasValue(24);
		});
	}

	@Test
	@Export({ "fixedDelay", "scheduleWithFixedDelay" })
	void fixedDelayAndTickersCountFromTheEndOfRun() {
		AtomicInteger ticks = new AtomicInteger();
		this.application
			.with(this.application.service("s",
					(context) -> context.work().every(Duration.ofMinutes(5), ticks::incrementAndGet)))
			.with(Delayed.class)
			.run((running) -> {
				running.advance(Duration.ofMinutes(15));
				assertThat(ticks).hasValue(3);
				assertThat(running.bean(Delayed.class).runs).hasValue(3);
			});
	}

	@Test
	@Export("initialDelay")
	void firstRunComesAfterItsDelay() {
		this.application.with(Delayed.class).run((running) -> {
			assertThat(running.bean(Delayed.class).soon).hasValue(0);
			running.advance(Duration.ofSeconds(10));
			assertThat(running.bean(Delayed.class).soon).hasValue(1);
		});
	}

	@Test
	@Export({ "schedule", "scheduleAtFixedRate", "getScheduledTasks", "ScheduledFuture.cancel" })
	void taskIsScheduledAndCancelled() {
		this.application.with(service()).run((running) -> {
			ServiceTask task = this.context.work()
				.task("t", () -> this.journal.add("t"))
				.schedule(running.time().now().plusSeconds(60));
			assertThat(running.services().work("s").tasks()).extracting("name").containsExactly("t");
			running.advance(Duration.ofMinutes(2));
			assertThat(this.journal).containsExactly("start s", "t");
			task.repeat(Duration.ofMinutes(5));
			running.advance(Duration.ofMinutes(11));
			task.cancel();
			running.advance(Duration.ofMinutes(10));
			assertThat(this.journal).hasSize(4);
		});
	}

	@Test
	@Export({ "setPoolSize", "setVirtualThreads" })
	void slotsBoundTheTasks() {
		CountDownLatch end = new CountDownLatch(1);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		this.application.with("managed-services.work.task-slots=3").with(service()).run((running) -> {
			assertThat(running.services().workload().taskSlots()).isEqualTo(3);
			for (int i = 0; i < 5; i++) {
				this.context.work().task("t" + i, () -> {
					most.accumulateAndGet(inside.incrementAndGet(), Math::max);
					assertThat(end.await(10, TimeUnit.SECONDS)).isTrue();
					inside.decrementAndGet();
					this.journal.add("done");
				}).queue();
			}
			await().untilAsserted(() -> {
				assertThat(running.services().workload().tasksQueued()).isEqualTo(2);
				assertThat(inside).hasValue(3);
			});
			end.countDown();
			running.settle();
			assertThat(this.journal).filteredOn("done"::equals).hasSize(5);
			assertThat(most).hasValue(3);
		});
	}

	@Test
	@Export({ "setErrorHandler", "setWaitForTasksToCompleteOnShutdown", "setAwaitTerminationPeriod" })
	void failuresAreKeptAndRunMayEnd() {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		this.application.with(service()).run((running) -> {
			this.context.work().task("fails", () -> {
				throw new IOException("lost");
			}).queue();
			running.settle();
			assertThat(running.services().work("s").failures()).hasSize(1);
			this.context.work().task("report", () -> {
				begun.countDown();
				end.await();
				this.journal.add("reported");
			}).finishOnStop().queue();
			assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
			CompletionStage<?> stopped = running.services().stop("s");
			assertThat(running.state("s")).isEqualTo(ServiceState.STOPPING);
			end.countDown();
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
			assertThat(this.journal).containsExactly("start s", "reported", "stop s");
		});
	}

	// @Async

	@Test
	@Export({ "@Async", "CompletableFuture", "AsyncUncaughtExceptionHandler" })
	void microTaskReturnsFuture() {
		this.application.with(service()).run((running) -> {
			CompletableFuture<Integer> score = this.context.work().start(MicroTask.low("score"), () -> 1);
			assertThat(score).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1);
		});
	}

	// @EventListener

	@Test
	@Export({ "publishEvent", "@EventListener", "@Order" })
	void eventsArriveInTheirOrder() {
		this.application.with(service()).with(Notifier.class).run((running) -> {
			for (int i = 0; i < 3; i++) {
				this.context.events().emit(new Closed(i));
			}
			running.settle();
			assertThat(running.bean(Notifier.class).closed).containsExactly(0L, 1L, 2L);
		});
	}

	@Test
	@Export("ApplicationEvent")
	void exposedEventIsApplicationEvent() {
		this.application.with(service()).run((running) -> {
			List<Object> seen = new CopyOnWriteArrayList<>();
			running.context()
				.addApplicationListener((PayloadApplicationEvent<Closed> event) -> seen.add(event.getPayload()));
			this.context.events().emit(new Closed(7));
			await().untilAsserted(() -> assertThat(seen).contains(new Closed(7)));
		});
	}

	// Threads

	@Test
	@Export({ "ApplicationRunner", "Thread" })
	void workerIsRestarted() {
		this.application.with(Inbox.class).run((running) -> {
			await()
				.untilAsserted(() -> assertThat(running.services().work("inbox").workers()).extracting("failedAttempts")
					.containsExactly(1));
			running.advance(Duration.ofSeconds(2));
			await().untilAsserted(() -> assertThat(running.bean(Inbox.class).received).hasValue(2));
		});
	}

	// Guava

	@Test
	@Export({ "ServiceManager", "startAsync", "awaitHealthy", "stopAsync", "awaitStopped" })
	void allAreStartedAndStopped() {
		this.application.with("managed-services.startup.mode=manual").with(service()).run((running) -> {
			assertThat(running.state("s")).isEqualTo(ServiceState.STOPPED);
			assertThat(running.services().start()).succeedsWithin(Duration.ofSeconds(10));
			assertThat(running.services()).isReady();
			assertThat(running.services().stop()).succeedsWithin(Duration.ofSeconds(10));
		});
	}

	@Test
	@Export({ "isHealthy", "servicesByState", "startupTimes" })
	void snapshotsTellStateAndTime() {
		this.application.with(service(), this.application.service("late", (context) -> {
			if (context.attempt() == 1) {
				throw new IOException("refused");
			}
		})).run((running) -> {
			assertThat(running.services()
				.snapshots()
				.stream()
				.collect(Collectors.groupingBy(ServiceSnapshot::state, Collectors.counting())))
				.isEqualTo(Map.of(ServiceState.RUNNING, 1L, ServiceState.BACKOFF, 1L));
			running.advance(Duration.ofSeconds(2));
			assertThat(running.services().isHealthy()).isTrue();
			assertThat(running.services().snapshots()).extracting((snapshot) -> snapshot.timings().start())
				.containsExactlyInAnyOrder(Duration.ZERO, Duration.ofSeconds(1));
		});
	}

	@Test
	@Export({ "addListener", "failureCause" })
	void listenerSeesEachChange() {
		this.application.with(service())
			.run((running) -> await().untilAsserted(() -> assertThat(this.application.events)
				.hasAtLeastOneElementOfType(LifecycleEvent.StateChanged.class)
				.hasAtLeastOneElementOfType(LifecycleEvent.Started.class)));
	}

	@Test
	@Export({ "AbstractIdleService", "AbstractExecutionThreadService", "AbstractScheduledService", "AbstractService" })
	void classesOfServices() {
		this.application.with(service()).with(Inbox.class).with(Clocked.class).run((running) -> {
			assertThat(this.journal).containsExactly("start s");
			await().untilAsserted(() -> assertThat(running.bean(Inbox.class).received).hasValue(1));
			running.advance(Duration.ofHours(2));
			assertThat(running.bean(Clocked.class).recounts).hasValue(2);
			running.services().stop().join();
			assertThat(this.journal).containsExactly("start s", "stop s");
		});
	}

	@ExposedEvent
	record Closed(long id) {
	}

	@ManagedService(name = "notifier")
	static class Notifier {

		final List<Long> closed = new CopyOnWriteArrayList<>();

		@OnServiceEvent(source = "s")
		void on(Closed event) {
			this.closed.add(event.id());
		}

	}

	@ManagedService(name = "clocked")
	static class Clocked {

		final AtomicInteger recounts = new AtomicInteger();

		final AtomicInteger nights = new AtomicInteger();

		@Task(every = "${recount:1h}")
		void recount() {
			this.recounts.incrementAndGet();
		}

		@Task(cron = "0 0 3 * * *", zone = "Europe/Berlin")
		void night() {
			this.nights.incrementAndGet();
		}

	}

	@ManagedService(name = "delayed")
	static class Delayed {

		final AtomicInteger runs = new AtomicInteger();

		final AtomicInteger soon = new AtomicInteger();

		@Task(fixedDelay = "5m")
		void run() {
			this.runs.incrementAndGet();
		}

		@Task(every = "5m", initialDelay = "10s")
		void soon() {
			this.soon.incrementAndGet();
		}

	}

	@ManagedService(name = "inbox")
	static class Inbox {

		final AtomicInteger received = new AtomicInteger();

		@Worker
		void listen(WorkerContext worker) throws Exception {
			if (this.received.incrementAndGet() == 1) {
				throw new IOException("lost");
			}
			worker.stopping().toCompletableFuture().join();
		}

	}

	@ManagedService(name = "container")
	static class Container implements SmartLifecycle {

		private volatile boolean running;

		@Override
		public boolean isAutoStartup() {
			return false;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			throw new IllegalStateException();
		}

		@Override
		public void stop(Runnable callback) {
			this.running = false;
			callback.run();
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
