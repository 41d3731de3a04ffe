// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.context.event.ContextClosedEvent;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.event.ExposedEvent;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.WorkerState;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Activation;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.RestartNow;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceFailureListener;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.WorkKind;

import static io.managedservices.test.ServiceAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * What the modules of Portbase export, and what it is here.
 */
class PortbaseParityTests {

	private static final MicroTask SCORE = MicroTask.medium("score");

	private final SmallApplication application = new SmallApplication();

	private final List<String> journal = this.application.journal;

	private ServiceContext context;

	private ServiceRegistration module() {
		return this.application.service("m", (context) -> this.context = context);
	}

	private ServiceRegistration prepared(String name) {
		return new ServiceRegistration(name, new ServiceLifecycle() {

			@Override
			public void prepare(ServiceContext context) {
				PortbaseParityTests.this.journal.add("prepare " + name);
			}

			@Override
			public void start(ServiceContext context) {
				PortbaseParityTests.this.journal.add("start " + name);
			}

			@Override
			public void stop(ServiceContext context) {
				PortbaseParityTests.this.journal.add("stop " + name);
			}

		});
	}

	// Modules

	@Test
	@Export({ "Register", "Start", "IsStarting" })
	void allArePreparedBeforeAnyStarts() {
		this.application.with(prepared("b").dependsOn("a"), prepared("a")).run((running) -> {
			assertThat(this.journal.subList(0, 2)).containsExactlyInAnyOrder("prepare a", "prepare b");
			assertThat(this.journal.subList(2, 4)).containsExactly("start a", "start b");
		});
	}

	@Test
	@Export({ "Register", "Start" })
	void moduleIsPreparedOnceHoweverOftenItStarts() {
		this.application.with(prepared("b").dependsOn("a"), prepared("a")).run((running) -> {
			running.services().restart("a");
			running.settle();
			assertThat(this.journal).containsExactly("prepare a", "prepare b", "start a", "start b", "stop b", "stop a",
					"start a", "start b");
		});
	}

	@Test
	@Export({ "Register", "Start" })
	void failingPrepareKeepsAllFromStarting() {
		this.application.with("managed-services.startup.on-failure=fail", "managed-services.startup.mode=await")
			.with(prepared("a"), prepared("c"), new ServiceRegistration("b", new ServiceLifecycle() {

				@Override
				public void prepare(ServiceContext context) throws Exception {
					PortbaseParityTests.this.journal.add("prepare b");
					throw new IOException("invalid");
				}

				@Override
				public void start(ServiceContext context) {
					PortbaseParityTests.this.journal.add("start b");
				}

			}).dependsOn("a"))
			.refused((message) -> assertThat(message).isEqualTo("invalid"));
		assertThat(this.journal).filteredOn("prepare b"::equals).hasSize(1);
		assertThat(this.journal).filteredOn((line) -> line.startsWith("start")).isEmpty();
	}

	@Test
	@Export({ "Shutdown", "IsShuttingDown", "ShuttingDown" })
	void closingTheContextStopsInReverse() {
		this.application.with(prepared("b").dependsOn("a"), prepared("a")).run((running) -> {
			assertThat(running.services().isShuttingDown()).isFalse();
			running.context().close();
			running.context().close();
			assertThat(running.services().isShuttingDown()).isTrue();
			assertThat(this.journal.subList(2, 6)).containsExactly("start a", "start b", "stop b", "stop a");
			assertThat(this.journal).hasSize(6);
			await().untilAsserted(() -> assertThat(this.application.events)
				.filteredOn(
						(event) -> event instanceof LifecycleEvent.Stopping || event instanceof LifecycleEvent.Stopped)
				.extracting((event) -> event.getClass().getSimpleName())
				.containsExactly("Stopping", "Stopped"));
		});
	}

	@Test
	@Export({ "SetGlobalPrepFn", "SetGlobalShutdownFn" })
	void springHasCallbacksForAll() {
		this.application.with(module()).run((running) -> {
			running.context().addApplicationListener((ContextClosedEvent event) -> this.journal.add("closed"));
			running.context().close();
			assertThat(this.journal).containsExactly("start m", "closed", "stop m");
		});
	}

	@Test
	@Export({ "SetExitStatusCode", "GetExitStatusCode" })
	void exitCodeGeneratorHasTheExitCode() {
		this.application.with(module()).run((running) -> {
			assertThat(SpringApplication.exit(running.context(), (ExitCodeGenerator) () -> 4)).isEqualTo(4);
			assertThat(this.journal).endsWith("stop m");
		});
	}

	@Test
	@Export({ "SetExitStatusCode", "GetExitStatusCode", "Shutdown" })
	void exitClosesInOrderWithTheFirstCode() throws Exception {
		this.application.with(this.application.service("c").dependsOn("b"), module(),
				this.application.service("b").dependsOn("m"));
		// Not the main thread, with whose end the process would exit.
		FutureTask<?> run = new FutureTask<>(() -> this.application.run((running) -> {
			running.context()
				.addApplicationListener((ExitCodeEvent event) -> this.journal.add("code " + event.getExitCode()));
			this.context.exit(4);
			this.context.exit(5);
			await().until(() -> !running.context().isActive() && this.journal.contains("stop m"));
			assertThat(this.journal).containsExactly("start m", "start b", "start c", "code 4", "stop c", "stop b",
					"stop m");
			assertThat(running.services().isShuttingDown()).isTrue();
		}), null);
		new Thread(run, "not-main").start();
		run.get(30, TimeUnit.SECONDS);
	}

	@Test
	@Export({ "Enable", "Disable", "SetEnabled", "ManageModules", "EnableModuleManagement", "DisableModuleManagement" })
	void moduleRunsWhileItIsEnabledOrNeeded() {
		this.application
			.with(this.application.service("a").activation(Activation.ON_DEMAND),
					this.application.service("b").dependsOn("a").activation(Activation.ON_DEMAND))
			.run((running) -> {
				assertThat(running.state("a")).isEqualTo(ServiceState.STOPPED);
				assertThat(running.services().plan(ServiceAction.ENABLE, "b").start()).containsExactly("a", "b");
				running.services().activate(Map.of("b", Activation.ENABLED));
				running.settle();
				assertThat(this.journal).containsExactly("start a", "start b");
				running.services().perform(ServiceAction.ON_DEMAND, "b").join();
				running.settle();
				assertThat(this.journal).endsWith("stop b", "stop a");
			});
	}

	@Test
	@Export({ "Enable", "Disable", "SetEnabled", "ManageModules" })
	void moduleThatIsDisabledTakesItsDependentsAlong() {
		this.application
			.with(this.application.service("a"), this.application.service("b").dependsOn("a"),
					this.application.service("c").dependsOn("b"), this.application.service("d"))
			.run((running) -> {
				this.journal.clear();
				running.services().perform(ServiceAction.DISABLE, "a").join();
				running.settle();
				assertThat(this.journal).containsExactly("stop c", "stop b", "stop a");
				assertThat(running.state("d")).isEqualTo(ServiceState.RUNNING);
				assertThat(running.services().blockers("c")).extracting(ServiceSnapshot::name).contains("a");
				running.services().start("b");
				running.settle();
				assertThat(this.journal).hasSize(3);
				running.services().perform(ServiceAction.ENABLE, "a").join();
				running.settle();
				assertThat(this.journal.subList(3, this.journal.size())).containsExactly("start a", "start b",
						"start c");
			});
	}

	@Test
	@Export("EnabledAsDependency")
	void moduleRunsUntilTheLastThatNeedsItIsGone() {
		this.application
			.with(this.application.service("a").activation(Activation.ON_DEMAND),
					this.application.service("b").dependsOn("a"), this.application.service("c").dependsOn("a"))
			.run((running) -> {
				assertThat(running.services().neededBy("a")).containsExactlyInAnyOrder("b", "c");
				this.journal.clear();
				running.services().perform(ServiceAction.ON_DEMAND, "b").join();
				running.settle();
				assertThat(this.journal).containsExactly("stop b");
				assertThat(running.services().neededBy("a")).containsExactly("c");
				running.services().perform(ServiceAction.ON_DEMAND, "c").join();
				running.settle();
				assertThat(this.journal).containsExactly("stop b", "stop c", "stop a");
				assertThat(running.services().neededBy("a")).isEmpty();
			});
	}

	@Test
	@Export({ "Enabled", "EnabledAsDependency", "OnlineSoon" })
	void neededByNamesWhoKeepsItRunning() {
		this.application
			.with(this.application.service("a").activation(Activation.ON_DEMAND),
					this.application.service("b").dependsOn("a"))
			.run((running) -> {
				assertThat(running.services().snapshot("a").activation()).isEqualTo(Activation.ON_DEMAND);
				assertThat(running.services().neededBy("a")).contains("b");
			});
	}

	@Test
	@Export({ "Status", "Online", "StartCompleted", "GetStatus", "ModuleStatus" })
	void snapshotHasStatus() {
		this.application.with(module()).run((running) -> {
			assertThat(running.services().whenRunning("m")).succeedsWithin(Duration.ofSeconds(10));
			assertThat(running.services().snapshots()).extracting("state").containsExactly(ServiceState.RUNNING);
		});
	}

	@Test
	@Export({ "Stopping", "IsStopping" })
	void eachStartHasItsOwnContext() {
		this.application.with(module()).run((running) -> {
			ServiceContext first = this.context;
			running.services().restart("m");
			running.settle();
			assertThat(first.isStopping()).isTrue();
			assertThat(this.context.isStopping()).isFalse();
		});
	}

	@Test
	@Export("Dependencies")
	void dependenciesAreInTheSnapshot() {
		this.application.with(prepared("b").dependsOn("a"), prepared("a"))
			.run((running) -> assertThat(running.services().snapshot("b").service().dependencies())
				.extracting(ServiceDependency::name)
				.containsExactly("a"));
	}

	// Failures

	@Test
	@Export({ "Hint", "Warning", "Error", "FailureStatus" })
	void conditionsOfThreeSeverities() {
		this.application.with(module()).run((running) -> {
			this.context.conditions().hint("h", "Hint", "…");
			this.context.conditions().warning("w", "Warning", "…");
			running.settle();
			assertThat(running.services()).service("m").isHealthy().hasCondition("h").hasCondition("w");
			this.context.conditions().error("e", "Error", "…");
			running.settle();
			assertThat(running.services().snapshot("m").healthy()).isFalse();
		});
	}

	@Test
	@Export("Resolve")
	void conditionsAreResolvedOneByOneAllAtOnceAndByTheStop() {
		this.application.with(module()).run((running) -> {
			this.context.conditions().warning("w", "Warning", "…");
			this.context.conditions().warning("v", "Warning", "…");
			this.context.conditions().resolve("w");
			running.settle();
			assertThat(running.services().snapshot("m").reports().conditions()).extracting(Condition::id)
				.containsExactly("v");
			this.context.conditions().resolveAll();
			running.settle();
			assertThat(running.services()).service("m").hasNoConditions();
			this.context.conditions().warning("w", "Warning", "…");
			running.services().restart("m");
			running.settle();
			assertThat(running.services()).service("m").hasNoConditions();
		});
	}

	@Test
	@Export("SetFailureUpdateNotifyFunc")
	void listenerSeesConditionsChange() {
		this.application.with(module()).run((running) -> {
			this.context.conditions().warning("w", "Warning", "low");
			this.context.conditions().warning("w", "Warning", "low");
			this.context.conditions().warning("w", "Warning", "empty");
			this.context.conditions().resolve("w");
			this.context.conditions().resolve("w");
			this.context.conditions().error("e", "Error", "gone");
			running.services().stop("m");
			running.settle();
			await().untilAsserted(() -> assertThat(this.application.events)
				.filteredOn(LifecycleEvent.ConditionChanged.class::isInstance)
				.extracting((event) -> change((LifecycleEvent.ConditionChanged) event))
				.containsExactly("none to low", "low to empty", "empty to none", "none to gone", "gone to none"));
		});
	}

	private static String change(LifecycleEvent.ConditionChanged event) {
		return message(event.previous()) + " to " + message(event.current());
	}

	private static String message(Condition condition) {
		return (condition != null) ? condition.message() : "none";
	}

	@Test
	@Export({ "ModuleError", "NewInfoMessage", "NewErrorMessage", "NewPanicError", "Report", "IsPanic", "Format",
			"SetErrorReportingChannel", "SetStdErrReporting", "GetLastReportedError" })
	void failuresAreReportedToListeners() {
		this.application.with(module()).with(Reporter.class).run((running) -> {
			IOException lost = new IOException("lost");
			this.context.work().failed(WorkKind.SERVICE, "import", lost, Condition.Severity.WARNING);
			await().untilAsserted(
					() -> assertThat(running.bean(Reporter.class).failures).extracting("cause").contains(lost));
			assertThat(running.services().work("m").failures()).extracting("cause").containsExactly(lost);
		});
	}

	@Test
	@Export({ "ModuleError", "NewPanicError", "IsPanic", "Report" })
	void eachFailureIsReportedWithItsModuleKindNameAndSeverity() {
		this.application.with(module()).with(Reporter.class).run((running) -> {
			this.context.work().failed(WorkKind.SERVICE, "import", new IOException("lost"), Condition.Severity.HINT);
			running.settle();
			this.context.work().task("panic", () -> {
				throw new StackOverflowError();
			}).queue();
			running.settle();
			await().untilAsserted(() -> assertThat(running.bean(Reporter.class).failures).hasSize(2));
			assertThat(running.bean(Reporter.class).failures)
				.extracting(ServiceFailure::service, ServiceFailure::kind, ServiceFailure::name,
						ServiceFailure::severity, (failure) -> failure.cause().getClass())
				.containsExactly(tuple("m", WorkKind.SERVICE, "import", Condition.Severity.HINT, IOException.class),
						tuple("m", WorkKind.TASK, "panic", Condition.Severity.ERROR, StackOverflowError.class));
			assertThat(running.state("m")).isEqualTo(ServiceState.RUNNING);
		});
	}

	// Workers

	@Test
	@Export({ "RunWorker", "StartWorker" })
	void workerEndsBeforeTheStop() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		this.application.with(this.application.service("m", (context) -> context.work().worker("loop", (worker) -> {
			inside.countDown();
			worker.stopping().toCompletableFuture().join();
			this.journal.add("worker ended");
		}).start())).run((running) -> {
			assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
			running.services().stop().join();
			assertThat(this.journal).containsExactly("start m", "worker ended", "stop m");
		});
	}

	@Test
	@Export({ "RunWorker", "StartWorker" })
	void workerRunsOnceHereOrElsewhereAndHandsOnItsFailure() {
		this.application.with(module()).run((running) -> {
			List<Thread> threads = new CopyOnWriteArrayList<>();
			this.context.work().worker("run", (worker) -> threads.add(Thread.currentThread())).run();
			assertThat(threads).containsExactly(Thread.currentThread());
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> this.context.work().worker("lost", (worker) -> {
					throw new IOException("lost");
				}).run());
			assertThat(this.context.work().worker("start", (worker) -> threads.add(Thread.currentThread())).start())
				.succeedsWithin(Duration.ofSeconds(10));
			assertThat(threads).hasSize(2).doesNotHaveDuplicates();
			assertThat(this.context.work().worker("panic", (worker) -> {
				threads.add(Thread.currentThread());
				throw new StackOverflowError();
			}).start()).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(StackOverflowError.class);
			running.advance(Duration.ofHours(1));
			assertThat(threads).hasSize(3);
			assertThat(running.state("m")).isEqualTo(ServiceState.RUNNING);
		});
	}

	@Test
	@Export("StartServiceWorker")
	void workerIsRestartedWithGrowingDelay() {
		AtomicInteger runs = new AtomicInteger();
		this.application.with(this.application.service("m", (context) -> context.work().worker("loop", (worker) -> {
			runs.incrementAndGet();
			throw new IOException("lost");
		}).restartOnFailure(Duration.ofSeconds(2)).start())).run((running) -> {
			for (int run = 1; run <= 3; run++) {
				int current = run;
				await().untilAsserted(() -> {
					assertThat(runs).hasValue(current);
					assertThat(running.services().work("m").workers()).extracting("state")
						.containsExactly(WorkerState.BACKOFF);
				});
				running.advance(Duration.ofSeconds(2L * run));
			}
		});
	}

	@Test
	@Export("ErrRestartNow")
	void restartNowIsNoFailure() {
		AtomicInteger runs = new AtomicInteger();
		this.application.with(this.application.service("m", (context) -> context.work().worker("loop", (worker) -> {
			if (runs.incrementAndGet() < 3) {
				throw new RestartNow("new settings");
			}
		}).restartOnFailure().start())).run((running) -> {
			await().untilAsserted(() -> assertThat(runs).hasValue(3));
			assertThat(running.services().work("m").failures()).isEmpty();
		});
	}

	// Tasks

	@Test
	@Export({ "NewTask", "Task", "Queue", "QueuePrioritized", "StartASAP" })
	void tasksRunInTheOrderOfTheirUrgency() {
		this.application.with("managed-services.work.task-slots=1").with(this.application.service("m", (context) -> {
			context.work().task("first", () -> this.journal.add("first")).queue();
			context.work().task("queued", () -> this.journal.add("queued")).queue();
			context.work().task("prioritized", () -> this.journal.add("prioritized")).queuePrioritized();
			context.work().task("asap", () -> this.journal.add("asap")).startAsap();
		}))
			.run((running) -> assertThat(this.journal).containsExactly("start m", "asap", "prioritized", "first",
					"queued"));
	}

	@Test
	@Export("MaxDelay")
	void queuedTaskWaitsForSlotUntilItsMaxDelay() {
		CountDownLatch end = new CountDownLatch(1);
		this.application.inRealTime().with("managed-services.work.task-slots=1").with(module()).run((running) -> {
			this.context.work().task("long", () -> end.await()).queue();
			this.context.work().task("patient", () -> this.journal.add("patient")).queue();
			this.context.work().task("late", () -> this.journal.add("late")).maxDelay(Duration.ofMillis(1)).queue();
			await().untilAsserted(() -> assertThat(this.journal).containsExactly("start m", "late"));
			end.countDown();
			await().untilAsserted(() -> assertThat(this.journal).containsExactly("start m", "late", "patient"));
		});
	}

	@Test
	@Export({ "Schedule", "Repeat", "Cancel" })
	void taskRunsAtTheTimeAndRepeatsUntilItIsCancelled() {
		this.application.with(module()).run((running) -> {
			ServiceTask task = this.context.work().task("t", () -> this.journal.add("t"));
			task.schedule(running.time().now().plusSeconds(60));
			running.advance(Duration.ofMinutes(2));
			assertThat(this.journal).containsExactly("start m", "t");
			task.repeat(Duration.ofMinutes(10));
			running.advance(Duration.ofMinutes(31));
			assertThat(this.journal).hasSize(5);
			task.unschedule();
			running.advance(Duration.ofMinutes(30));
			assertThat(this.journal).hasSize(5);
			task.cancel();
		});
	}

	@Test
	@Export({ "Schedule", "Repeat", "Cancel" })
	void laterTimeReplacesTheFirstAndCancelledTaskNeverRuns() {
		this.application.with(module()).run((running) -> {
			ServiceTask task = this.context.work()
				.task("t", () -> this.journal.add("t"))
				.schedule(running.time().now().plusSeconds(60))
				.schedule(running.time().now().plusSeconds(180));
			running.advance(Duration.ofSeconds(179));
			assertThat(this.journal).containsExactly("start m");
			running.advance(Duration.ofSeconds(1));
			assertThat(this.journal).containsExactly("start m", "t");
			ServiceTask cancelled = this.context.work()
				.task("c", () -> this.journal.add("c"))
				.schedule(running.time().now().plusSeconds(60))
				.repeat(Duration.ofMinutes(2));
			cancelled.cancel();
			cancelled.queue();
			running.advance(Duration.ofMinutes(30));
			assertThat(this.journal).containsExactly("start m", "t");
			task.schedule(running.time().now().plusSeconds(60));
			running.services().stop("m");
			running.advance(Duration.ofMinutes(5));
			assertThat(this.journal).containsExactly("start m", "t", "stop m");
		});
	}

	@Test
	@Export("cron")
	void cronIsTaskByTheClock() {
		this.application.with(module()).run((running) -> {
			this.context.work().task("nightly", () -> this.journal.add("t")).cron("0 0 3 * * *");
			running.settle();
			assertThat(running.services().work("m").tasks()).extracting("state").containsExactly(TaskState.IDLE);
			running.advance(Duration.ofDays(7));
			assertThat(this.journal).hasSize(8);
		});
	}

	// Micro-tasks

	@Test
	@Export({ "RunMicroTask", "RunLowPriorityMicroTask", "RunHighPriorityMicroTask", "StartMicroTask",
			"StartLowPriorityMicroTask", "StartHighPriorityMicroTask" })
	void microTasksReturnWhatTheyHaveFound() {
		this.application.with(module()).run((running) -> {
			assertThat(this.context.work().run(SCORE, () -> 42)).isEqualTo(42);
			assertThat(this.context.work().start(MicroTask.low("score"), () -> 43))
				.succeedsWithin(Duration.ofSeconds(10))
				.isEqualTo(43);
		});
	}

	@Test
	@Export({ "SignalMicroTask", "SignalLowPriorityMicroTask", "SignalHighPriorityMicroTask",
			"SetMaxConcurrentMicroTasks" })
	void slotIsTakenWhileWorkRunsElsewhere() {
		this.application.with(module()).run((running) -> {
			running.services().limitMicroTasks(2);
			MicroTaskSlot slot = this.context.work().signal(SCORE);
			assertThat(running.services().workload().microTasksRunning()).isEqualTo(1);
			assertThat(running.services().workload().microTaskLimit()).isEqualTo(2);
			slot.close();
			running.settle();
			assertThat(running.services().workload().microTasksRunning()).isZero();
		});
	}

	private void journalWork(MicroTask microTask) {
		this.context.work().start(microTask, () -> this.journal.add(microTask.name()));
	}

	@Test
	@Export({ "StartMicroTask", "StartLowPriorityMicroTask", "StartHighPriorityMicroTask",
			"SetMaxConcurrentMicroTasks" })
	void highGoesAtOnceAndMediumBeforeLow() {
		this.application.with(module()).run((running) -> {
			running.services().limitMicroTasks(2);
			MicroTaskSlot first = this.context.work().signal(SCORE);
			MicroTaskSlot second = this.context.work().signal(SCORE);
			journalWork(MicroTask.low("low"));
			journalWork(MicroTask.medium("medium"));
			journalWork(MicroTask.high("high"));
			running.settle();
			assertThat(this.journal).containsExactly("start m", "high");
			first.close();
			first.close();
			running.settle();
			assertThat(this.journal).containsExactly("start m", "high", "medium", "low");
			assertThat(running.services().workload().microTasksRunning()).isEqualTo(1);
			second.close();
		});
	}

	@Test
	@Export({ "StartMicroTask", "StartLowPriorityMicroTask" })
	void microTasksWaitForSlotNoLongerThanTheirDelay() {
		this.application.with(module()).run((running) -> {
			running.services().limitMicroTasks(2);
			try (MicroTaskSlot first = this.context.work().signal(SCORE);
					MicroTaskSlot second = this.context.work().signal(SCORE)) {
				assertThat(first).isNotSameAs(second);
				journalWork(MicroTask.low("low"));
				journalWork(MicroTask.medium("medium"));
				journalWork(MicroTask.medium("own").withMaxDelay(Duration.ofSeconds(2)));
				running.advance(Duration.ofMillis(999));
				assertThat(this.journal).containsExactly("start m");
				running.advance(Duration.ofMillis(1));
				assertThat(this.journal).containsExactly("start m", "medium");
				running.advance(Duration.ofSeconds(1));
				assertThat(this.journal).containsExactly("start m", "medium", "own");
				running.advance(Duration.ofSeconds(1));
				assertThat(this.journal).containsExactly("start m", "medium", "own", "low");
			}
		});
	}

	@Test
	@Export({ "SetMaxConcurrentMicroTasks", "StartMicroTask", "StartLowPriorityMicroTask" })
	void limitBoundsHowManyRunAtOnceAndRaisedLetsMoreIn() {
		CountDownLatch end = new CountDownLatch(1);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Callable<Boolean> body = () -> {
			most.accumulateAndGet(inside.incrementAndGet(), Math::max);
			boolean ended = end.await(10, TimeUnit.SECONDS);
			inside.decrementAndGet();
			return ended;
		};
		this.application.with(module()).run((running) -> {
			running.services().limitMicroTasks(2);
			List<CompletableFuture<Boolean>> started = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				started.add(this.context.work().start((i % 2 == 0) ? SCORE : MicroTask.low("low"), body));
			}
			awaitMicroTasks(running, inside, 2, 4);
			running.services().limitMicroTasks(5);
			awaitMicroTasks(running, inside, 5, 1);
			running.services().limitMicroTasks(3);
			started.add(this.context.work().start(SCORE, body));
			awaitMicroTasks(running, inside, 5, 2);
			end.countDown();
			assertThat(started).allSatisfy(
					(microTask) -> assertThat(microTask).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true));
			assertThat(most).hasValue(5);
		});
	}

	private static void awaitMicroTasks(SmallApplication.Running running, AtomicInteger inside, int run, int wait) {
		await().untilAsserted(() -> {
			Workload workload = running.services().workload();
			assertThat(workload.lines().mediumWaiting() + workload.lines().lowWaiting()).isEqualTo(wait);
			assertThat(workload.microTasksRunning()).isEqualTo(run);
			assertThat(inside).hasValue(run);
		});
	}

	// Sleep

	@Test
	@Export({ "Sleep", "SetSleepMode", "IsSleeping", "WaitIfSleeping" })
	void sleepingModuleWaitsForItsWaking() {
		AtomicInteger ticks = new AtomicInteger();
		this.application.with(this.application.service("m", (context) -> {
			this.context = context;
			context.work().every(Duration.ofSeconds(10), ticks::incrementAndGet);
		})).run((running) -> {
			running.services().sleep("m");
			assertThat(this.context.work().isAsleep()).isTrue();
			running.advance(Duration.ofMinutes(10));
			assertThat(ticks).hasValue(0);
			running.services().wake("m");
			running.settle();
			assertThat(ticks).hasValue(1);
		});
	}

	@Test
	@Export({ "Sleep", "IsSleeping", "WaitIfSleeping" })
	void workThatWaitsGoesOnAfterTheWakingOfItsModuleAndNotBefore() {
		this.application.with(module(), this.application.service("n")).run((running) -> {
			this.journal.clear();
			running.services().sleep("m", "n");
			CompletableFuture<Void> worker = pausing();
			running.services().wake("n");
			running.advance(Duration.ofHours(1));
			assertThat(this.journal).containsExactly("asleep true");
			this.journal.add("wake");
			running.services().wake("m");
			assertThat(worker).succeedsWithin(Duration.ofSeconds(10));
			assertThat(this.journal).containsExactly("asleep true", "wake", "goes on true", "asleep false");
		});
	}

	@Test
	@Export({ "Sleep", "IsSleeping", "WaitIfSleeping" })
	void workThatWaitsForTheWakingEndsWithTheStop() {
		this.application.with(module()).run((running) -> {
			this.journal.clear();
			running.services().sleep();
			CompletableFuture<Void> worker = pausing();
			running.services().stop("m").join();
			assertThat(worker).isDone();
			assertThat(this.journal).containsExactly("asleep true", "goes on false", "asleep true", "stop m");
		});
	}

	/**
	 * Starts a worker that waits for the waking, and returns when it waits or has not.
	 * @return completed with its end
	 */
	private CompletableFuture<Void> pausing() {
		List<Thread> threads = new CopyOnWriteArrayList<>();
		CompletableFuture<Void> worker = this.context.work().worker("pausing", (pausing) -> {
			this.journal.add("asleep " + pausing.isAsleep());
			threads.add(Thread.currentThread());
			this.journal.add("goes on " + pausing.pauseWhileAsleep());
			this.journal.add("asleep " + pausing.isAsleep());
		}).start();
		await()
			.until(() -> worker.isDone() || (!threads.isEmpty() && threads.get(0).getState() == Thread.State.WAITING));
		return worker;
	}

	@Test
	@Export({ "NewSleepyTicker", "SleepyTicker" })
	void tickerHasAnotherIntervalWhileAsleep() {
		AtomicInteger ticks = new AtomicInteger();
		this.application.with(this.application.service("m",
				(context) -> context.work()
					.every(Duration.ofSeconds(10), ticks::incrementAndGet)
					.whileAsleep(Duration.ofMinutes(5))))
			.run((running) -> {
				running.services().sleep();
				running.advance(Duration.ofMinutes(10));
				assertThat(ticks).hasValue(2);
			});
	}

	// Events

	@Test
	@Export({ "RegisterEvent", "TriggerEvent", "RegisterEventHook" })
	void eventIsHeldUntilItsReceiverRuns() {
		this.application.with(module()).with(Announcer.class).run((running) -> {
			running.services().stop("announcer").join();
			this.context.events().emit(new Closed(1));
			assertThat(running.bean(Announcer.class).closed).isEmpty();
			running.services().start("announcer");
			running.settle();
			assertThat(running.bean(Announcer.class).closed).containsExactly(1L);
		});
	}

	@Test
	@Export({ "TriggerEvent", "RegisterEventHook" })
	void failingHookIsReportedAndGetsTheNextEventsInTheirOrder() {
		this.application.with(module(),
				this.application.service("n", (context) -> context.events().on("m", Closed.class, (event) -> {
					this.journal.add("closed " + event.id());
					if (event.id() == 1) {
						throw new IOException("lost");
					}
				})), listener("o"))
			.run((running) -> {
				this.journal.clear();
				for (int i = 1; i <= 3; i++) {
					this.context.events().emit(new Closed(i));
				}
				running.settle();
				assertThat(this.journal).hasSize(6).containsSubsequence("closed 1", "closed 2", "closed 3");
				assertThat(running.services().work("n").failures()).extracting(ServiceFailure::kind)
					.containsExactly(WorkKind.HOOK);
				assertThat(running.services().work("o").failures()).isEmpty();
				running.services().stop("m").join();
				this.context.events().emit(new Closed(4));
				running.settle();
				assertThat(this.journal).doesNotContain("closed 4");
			});
	}

	private ServiceRegistration listener(String name) {
		return this.application.service(name, (context) -> context.events()
			.on("m", Closed.class, (event) -> this.journal.add("closed " + event.id())));
	}

	@Test
	@Export("InjectEvent")
	void eventIsEmittedInTheNameOfModule() {
		this.application.with(module(), listener("n")).run((running) -> {
			running.services().emit("m", new Closed(2));
			running.settle();
			assertThat(this.journal).contains("closed 2");
			running.services().stop("m").join();
			running.services().emit("m", new Closed(3));
			running.services().emit("m", "nobody wants it");
			running.settle();
			assertThat(this.journal).endsWith("closed 3");
			assertThatExceptionOfType(ServiceException.class)
				.isThrownBy(() -> running.services().emit("nobody", new Closed(4)))
				.withMessageContaining("nobody");
		});
	}

	@Test
	@Export("SetEventSubscriptionFunc")
	void exposedEventsAreSeenByListeners() {
		this.application.with(module()).run((running) -> {
			this.context.events().emit(new Closed(3));
			await().untilAsserted(
					() -> assertThat(this.application.events).contains(new LifecycleEvent.Emitted("m", new Closed(3))));
		});
	}

	@ExposedEvent
	record Closed(long id) {
	}

	@ManagedService(name = "announcer")
	static class Announcer {

		final List<Long> closed = new CopyOnWriteArrayList<>();

		@OnServiceEvent(source = "m")
		void on(Closed event) {
			this.closed.add(event.id());
		}

	}

	static class Reporter implements ServiceFailureListener {

		final List<ServiceFailure> failures = new CopyOnWriteArrayList<>();

		@Override
		public void onFailure(ServiceFailure failure) {
			this.failures.add(failure);
		}

	}

}
