// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.managedservices.ManagedService;
import io.managedservices.ServiceComponent;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.WorkerContext;

import static io.managedservices.test.ServiceAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What Chainlink's package {@code services} exports, and what it is here.
 */
class ChainlinkParityTests {

	private final SmallApplication application = new SmallApplication();

	private ServiceContext context;

	private ServiceRegistration service() {
		return this.application.service("s", (context) -> this.context = context);
	}

	@Test
	@Export({ "Service", "Start", "Close", "Ready", "HealthReport", "Name" })
	void lifecycleHasStartStopAndChecks() {
		Checked checked = new Checked();
		this.application.with(new ServiceRegistration("s", checked)).run((running) -> {
			assertThat(running.services()).isReady();
			checked.problem = new IOException("lost");
			running.advance(Duration.ofSeconds(15));
			assertThat(running.services()).isNotReady();
			assertThat(running.services().readiness().failures()).containsKey("s");
			running.services().stop().join();
			assertThat(checked.journal).containsExactly("start s", "stop s");
		});
	}

	@Test
	@Export({ "Config", "NewService", "NewServiceEngine" })
	void annotatedClassIsService() {
		this.application.with(Plain.class).run((running) -> assertThat(running.services()).hasServices("plain"));
	}

	@Test
	@Export({ "StartOnce", "StopOnce" })
	void startIsCalledOnceAndServiceMayBeStartedAgain() {
		this.application.with(service()).run((running) -> {
			running.services().start();
			running.services().start("s");
			running.settle();
			assertThat(this.application.journal).containsExactly("start s");
			running.services().stop("s").join();
			running.services().stop("s").join();
			running.services().start("s");
			running.settle();
			assertThat(this.application.journal).containsExactly("start s", "stop s", "start s");
		});
	}

	@Test
	@Export("StartOnce")
	void startWhileItStartsJoinsTheStartThatIsUnderWay() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch ready = new CountDownLatch(1);
		AtomicInteger starts = new AtomicInteger();
		this.application.with("managed-services.startup.mode=manual").with(this.application.service("s", (context) -> {
			starts.incrementAndGet();
			inside.countDown();
			assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
		})).run((running) -> {
			CompletableFuture<Void> first = running.services().start();
			assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Void> second = running.services().start();
			CompletableFuture<Void> third = running.services().start("s");
			CompletableFuture<Void> last = running.services().start("s");
			assertThat(running.state("s")).isEqualTo(ServiceState.STARTING);
			assertThat(List.of(first, second, third, last)).noneMatch(CompletableFuture::isDone);
			ready.countDown();
			assertThat(List.of(first, second, third, last))
				.allSatisfy((start) -> assertThat(start).succeedsWithin(Duration.ofSeconds(10)));
			running.advance(Duration.ofMinutes(1));
			assertThat(starts).hasValue(1);
			assertThat(this.application.journal).containsExactly("start s");
		});
	}

	@Test
	@Export("StartOnce")
	void startWhileItStartsGetsTheFailureOfTheStartThatIsUnderWay() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch ready = new CountDownLatch(1);
		AtomicInteger starts = new AtomicInteger();
		this.application
			.with("managed-services.startup.mode=manual", "managed-services.startup.on-failure=fail",
					"managed-services.services.s.retry.max-retries=0")
			.with(this.application.service("s", (context) -> {
				starts.incrementAndGet();
				inside.countDown();
				assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
				throw new IOException("refused");
			}))
			.run((running) -> {
				running.services().start();
				assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
				CompletableFuture<Void> second = running.services().start("s");
				assertThat(second).isNotDone();
				ready.countDown();
				assertThat(second).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.havingCause()
					.isInstanceOfSatisfying(ServiceException.class,
							(failure) -> assertThat(failure.getService()).isEqualTo("s"))
					.withMessageContaining("'s'")
					.withRootCauseInstanceOf(IOException.class);
				running.advance(Duration.ofMinutes(1));
				assertThat(starts).hasValue(1);
			});
	}

	@Test
	@Export("State")
	void snapshotHasStateAndReason() {
		this.application.with(service()).run((running) -> {
			running.services().stop("s").join();
			running.settle();
			ServiceSnapshot snapshot = running.services().snapshot("s");
			assertThat(snapshot.state()).isEqualTo(ServiceState.STOPPED);
			assertThat(snapshot.reason()).isEqualTo("stopped by the operator");
		});
	}

	@Test
	@Export({ "IfStarted", "IfNotStopped" })
	void whatIsInsideHoldsOffTheStop() {
		this.application.with(service()).run((running) -> {
			assertThat(this.context.work().ifRunning("read", () -> this.application.journal.add("read"))).isTrue();
			MicroTaskSlot slot = this.context.work().signal(MicroTask.high("hold"));
			running.services().stop("s");
			running.settle();
			assertThat(this.context.isStopping()).isTrue();
			assertThat(this.application.journal).doesNotContain("stop s");
			slot.close();
			running.settle();
			assertThat(this.application.journal).containsExactly("start s", "read", "stop s");
			assertThat(this.context.work().ifRunning("read", () -> this.application.journal.add("read"))).isFalse();
		});
	}

	@Test
	@Export({ "Healthy", "IsReady", "IsHealthy" })
	void checksRunInBackgroundAndReadingMakesNone() {
		Checked checked = new Checked();
		this.application.with(new ServiceRegistration("s", checked)).run((running) -> {
			int before = checked.checks.get();
			assertThat(running.services().isReady()).isTrue();
			assertThat(running.services().isHealthy()).isTrue();
			assertThat(checked.checks).hasValue(before);
			running.advance(Duration.ofMinutes(5));
			assertThat(checked.checks.get()).isGreaterThan(before);
		});
	}

	@Test
	@Export({ "EmitHealthErr", "Append", "SetCap" })
	void reportedErrorsMakeUnhealthyAndOnlyTheLastAreKept() {
		this.application.with(service()).with("managed-services.defaults.health.error-buffer=2").run((running) -> {
			for (int i = 0; i < 3; i++) {
				this.context.reportError(new IOException("lost " + i));
			}
			running.settle();
			ServiceSnapshot snapshot = running.services().snapshot("s");
			assertThat(snapshot.healthy()).isFalse();
			assertThat(snapshot.reports().errors()).extracting((error) -> error.cause().getMessage())
				.containsExactly("lost 1", "lost 2");
			assertThat(snapshot.reports().droppedErrors()).isEqualTo(1);
		});
	}

	@Test
	@Export("Flush")
	void errorsAreClearedByServiceAndOperator() {
		this.application.with(service()).run((running) -> {
			this.context.reportError(new IOException("lost"));
			this.context.clearErrors();
			running.settle();
			assertThat(running.services().snapshot("s").healthy()).isTrue();
			this.context.reportError(new IOException("lost"));
			running.services().perform(ServiceAction.CLEAR_ERRORS, "s").join();
			running.settle();
			assertThat(running.services().snapshot("s").healthy()).isTrue();
		});
	}

	@Test
	@Export({ "SetHealthCond", "ClearHealthCond", "NewHealthCond" })
	void conditionsAreRaisedAndResolved() {
		this.application.with(service()).run((running) -> {
			this.context.conditions().error("disk", "Disk is full", new IOException("no space"));
			running.settle();
			assertThat(running.services()).service("s").hasCondition("disk");
			this.context.conditions().resolve("disk");
			running.settle();
			assertThat(running.services()).service("s").hasNoConditions().isHealthy();
		});
	}

	@Test
	@Export({ "MultiStart", "CloseBecause" })
	void failingStartStopsWhatWasStarted() {
		this.application
			.with("managed-services.startup.on-failure=fail", "managed-services.startup.mode=await",
					"managed-services.services.b.retry.max-retries=0")
			.with(this.application.service("a"), this.application.service("b", (context) -> {
				throw new IOException("refused");
			}).dependsOn("a"))
			.refused((message) -> assertThat(message).isEqualTo("refused"));
		assertThat(this.application.journal).startsWith("start a").endsWith("stop a");
	}

	@Test
	@Export({ "MultiStart", "CloseBecause" })
	void failingStartStopsWhatWasStartedInReverse() {
		this.application
			.with("managed-services.startup.on-failure=fail", "managed-services.startup.mode=await",
					"managed-services.services.c.retry.max-retries=0")
			.with(this.application.service("a"), this.application.service("b").dependsOn("a"),
					this.application.service("c", (context) -> {
						throw new IOException("refused");
					}).dependsOn("b"), this.application.service("d").dependsOn("c"))
			.refused((message) -> assertThat(message).isEqualTo("refused"));
		assertThat(this.application.journal).filteredOn((line) -> !line.endsWith(" c"))
			.containsExactly("start a", "start b", "stop b", "stop a");
	}

	@Test
	@Export({ "CloseAll", "MultiCloser" })
	void stopGoesOnAndJoinsTheFailures() {
		this.application
			.with(new ServiceRegistration("a", new Stuck()), new ServiceRegistration("b", new Stuck()),
					this.application.service("c"))
			.run((running) -> {
				CompletableFuture<Void> stopped = running.services().stop();
				running.advance(Duration.ofMinutes(10));
				assertThat(stopped).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.havingCause()
					.isInstanceOf(ServiceException.class)
					.withMessageContainingAll("a", "b", "stuck")
					.satisfies((failure) -> assertThat(failure.getSuppressed()).hasSize(2));
				assertThat(this.application.journal).containsExactly("start c", "stop c");
			});
	}

	@Test
	@Export({ "CloseAll", "MultiCloser" })
	void stopReportsAllThatCouldNotBeStopped() {
		this.application.with(new ServiceRegistration("a", new Stuck()), new ServiceRegistration("b", new Stuck()))
			.run((running) -> {
				running.services().stop().exceptionally((failure) -> null).join();
				await().untilAsserted(() -> assertThat(this.application.events)
					.filteredOn(LifecycleEvent.StopFailed.class::isInstance)
					.extracting((event) -> ((LifecycleEvent.StopFailed) event).service().name())
					.contains("a", "b"));
			});
	}

	@Test
	@Export({ "CopyHealth", "Register", "Unregister" })
	void componentIsCheckedUnderItsOwnName() {
		Checked pool = new Checked();
		this.application.with(this.application.service("db", (context) -> context.component("pool", pool)))
			.run((running) -> {
				pool.problem = new IOException("exhausted");
				running.advance(Duration.ofSeconds(15));
				assertThat(running.services().health().failures().get("db")).contains("'db.pool'", "exhausted");
			});
	}

	@Test
	@Export({ "Register", "Unregister" })
	void componentThatIsUnregisteredCountsNoMoreAndItsNameIsFree() {
		Checked pool = new Checked();
		List<ServiceComponent.Registration> registrations = new CopyOnWriteArrayList<>();
		this.application.with(this.application.service("db", (context) -> {
			this.context = context;
			registrations.add(context.component("pool", pool));
		})).run((running) -> {
			pool.problem = new IOException("exhausted");
			running.advance(Duration.ofSeconds(15));
			assertThat(running.services().isHealthy()).isFalse();
			registrations.get(0).close();
			registrations.get(0).close();
			running.advance(Duration.ofSeconds(15));
			assertThat(running.services().isHealthy()).isTrue();
			int checks = pool.checks.get();
			running.advance(Duration.ofMinutes(5));
			assertThat(pool.checks).hasValue(checks);
			this.context.component("pool", pool);
			running.advance(Duration.ofSeconds(15));
			assertThat(running.services().isHealthy()).isFalse();
		});
	}

	@Test
	@Export({ "NewChecker", "NewHealthChecker", "HealthChecker" })
	void checkerComesWithTheServices() {
		this.application.with(service()).run((running) -> assertThat(running.services().health().ok()).isTrue());
	}

	@Test
	@Export({ "NewChecker", "NewHealthChecker", "HealthChecker" })
	void checkerNamesWhatFailsUntilItPassesAgain() {
		Checked checked = new Checked();
		this.application.with(new ServiceRegistration("s", checked), this.application.service("t")).run((running) -> {
			assertThat(checked.checks.get()).isPositive();
			checked.problem = new IOException("lost");
			running.advance(Duration.ofSeconds(15));
			assertThat(running.services().health().ok()).isFalse();
			assertThat(running.services().health().failures()).containsOnlyKeys("s")
				.hasEntrySatisfying("s", (failure) -> assertThat(failure).contains("lost"));
			checked.problem = null;
			running.advance(Duration.ofSeconds(15));
			assertThat(running.services().health().ok()).isTrue();
			assertThat(running.services().health().failures()).isEmpty();
			running.services().stop("s").join();
			int checks = checked.checks.get();
			running.advance(Duration.ofMinutes(5));
			assertThat(checked.checks).hasValue(checks);
		});
	}

	@Test
	@Export({ "HealthCheckerConfig", "IncVersion", "AddUptime", "SetStatus", "SetHealth", "Delete" })
	void listenersSeeWhatBecomesOfHealth() {
		this.application.with(service()).run((running) -> {
			this.context.conditions().error("disk", "Disk", "full");
			running.settle();
			await().untilAsserted(() -> assertThat(this.application.events)
				.hasAtLeastOneElementOfType(LifecycleEvent.ConditionChanged.class)
				.hasAtLeastOneElementOfType(LifecycleEvent.VitalsChanged.class));
		});
	}

	@Test
	@Export({ "SetHealth", "HealthCheckerConfig" })
	void listenersSeeHealthTurnAndTurnBack() {
		this.application.with(service()).run((running) -> {
			for (int i = 0; i < 2; i++) {
				this.context.conditions().error("disk", "Disk", "full");
				this.context.conditions().error("net", "Net", "down");
				running.settle();
				this.context.conditions().resolveAll();
				running.settle();
			}
			await().untilAsserted(
					() -> assertThat(this.application.events).filteredOn(LifecycleEvent.VitalsChanged.class::isInstance)
						.extracting(LifecycleEvent.VitalsChanged.class::cast)
						.filteredOn((event) -> event.previous().healthy() != event.service().healthy())
						.extracting((event) -> event.service().healthy())
						.endsWith(false, true, false, true));
		});
	}

	@Test
	@Export("ContainsError")
	void snapshotKeepsTheThrowable() {
		this.application.with(service()).run((running) -> {
			this.context.reportError(new IOException("lost"));
			running.settle();
			assertThat(running.services().snapshots()).flatExtracting((snapshot) -> snapshot.reports().errors())
				.extracting("cause")
				.hasAtLeastOneElementOfType(IOException.class);
		});
	}

	@Test
	@Export({ "StopChan", "NewCtx", "Ctx", "CtxWithTimeout", "CtxCancel", "StopRChan" })
	void stoppingIsSeenAsFlagAndStage() {
		this.application.with(service()).run((running) -> {
			assertThat(this.context.isStopping()).isFalse();
			running.services().stop("s").join();
			assertThat(this.context.isStopping()).isTrue();
			assertThat(this.context.stopping().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
		});
	}

	@Test
	@Export({ "Engine", "Go", "GoCtx", "WaitGroup", "TryAdd", "Done", "Wait" })
	void stopWaitsForWorkers() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		List<String> journal = this.application.journal;
		this.application.with(this.application.service("s", (context) -> context.work().worker("loop", (worker) -> {
			inside.countDown();
			idle(worker);
			journal.add("worker ended");
		}).start())).run((running) -> {
			assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
			running.services().stop().join();
			assertThat(journal).containsExactly("start s", "worker ended", "stop s");
		});
	}

	private static void idle(WorkerContext worker) {
		worker.stopping().toCompletableFuture().join();
	}

	@Test
	@Export({ "GoTick", "NewTicker", "TickerConfig" })
	void tickerTicksFromTheEndOfOneToTheNext() {
		AtomicInteger ticks = new AtomicInteger();
		this.application
			.with(this.application.service("s",
					(context) -> context.work().every(Duration.ofMinutes(1), ticks::incrementAndGet)))
			.run((running) -> {
				running.advance(Duration.ofMinutes(10));
				assertThat(ticks).hasValue(10);
			});
	}

	@Test
	@Export({ "GoTick", "NewTicker", "TickerConfig" })
	void tickerBeginsWithItsDelayGoesOnAfterFailureAndEndsWithTheStop() {
		AtomicInteger ticks = new AtomicInteger();
		this.application
			.with(this.application.service("s", (context) -> context.work().every(Duration.ofMinutes(1), () -> {
				if (ticks.incrementAndGet() == 2) {
					throw new IOException("lost");
				}
			}).initialDelay(Duration.ofSeconds(5))))
			.run((running) -> {
				running.advance(Duration.ofMillis(4999));
				assertThat(ticks).hasValue(0);
				running.advance(Duration.ofMillis(1));
				assertThat(ticks).hasValue(1);
				running.advance(Duration.ofMinutes(3));
				assertThat(ticks).hasValue(4);
				running.services().stop("s").join();
				running.advance(Duration.ofHours(1));
				assertThat(ticks).hasValue(4);
			});
	}

	@Test
	@Export({ "GoTick", "NewTicker", "TickerConfig" })
	void jitterDelaysEachTickByAnotherTimeWithinItsBound() {
		this.application.with(service()).run((running) -> {
			List<Instant> ticks = new CopyOnWriteArrayList<>(List.of(running.time().now()));
			this.context.work()
				.every(Duration.ofMinutes(1), () -> ticks.add(running.time().now()))
				.jitter(Duration.ofSeconds(6));
			running.advance(Duration.ofHours(1));
			List<Duration> waits = IntStream.range(1, ticks.size())
				.mapToObj((tick) -> Duration.between(ticks.get(tick - 1), ticks.get(tick)))
				.toList();
			assertThat(waits).hasSizeBetween(54, 60)
				.doesNotHaveDuplicates()
				.allSatisfy((wait) -> assertThat(wait).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(66)))
				.anySatisfy((wait) -> assertThat(wait).isLessThan(Duration.ofSeconds(62)))
				.anySatisfy((wait) -> assertThat(wait).isGreaterThan(Duration.ofSeconds(64)));
		});
	}

	@Test
	@Export({ "Run", "RunHealthy", "AssertHealthReportNames", "SetupNoOpMock" })
	void assertionsOfTheTestKitFailWhenItIsNotSo() {
		this.application.with(service()).run((running) -> {
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> assertThat(running.services()).hasServices("s", "t"));
			this.context.conditions().error("disk", "Disk", "full");
			running.settle();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(running.services()).isHealthy())
				.withMessageContaining("full");
			running.services().stop("s").join();
			running.settle();
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> assertThat(running.services()).service("s").isRunning());
		});
	}

	@Test
	@Export({ "Run", "RunHealthy", "AssertHealthReportNames", "SetupNoOpMock" })
	void assertionsOfTheTestKit() {
		this.application.with(service())
			.run((running) -> assertThat(running.services()).isReady().isHealthy().hasServices("s"));
	}

	@Test
	@Export("NewSubServices")
	void partsOfServiceStartBeforeItAndStopAfterIt() {
		this.application
			.with(this.application.service("all").dependsOn("a", "b"), this.application.service("a"),
					this.application.service("b"))
			.run((running) -> {
				running.services().stop().join();
				assertThat(this.application.journal).element(2).isEqualTo("start all");
				assertThat(this.application.journal).element(3).isEqualTo("stop all");
			});
	}

	@Test
	@Export("NewSubServices")
	void partsOfAnIncarnationGoWithIt() {
		this.application
			.with(this.application.service("all",
					(context) -> context.services().register(this.application.service("part"))))
			.run((running) -> {
				running.services().stop("all");
				running.settle();
				assertThat(this.application.journal).containsExactly("start all", "start part", "stop part",
						"stop all");
				assertThat(running.services().snapshots()).hasSize(1);
			});
	}

	@Test
	@Export("MultiStart")
	void severalAreRegisteredTogetherOrNone() {
		this.application.with(this.application.service("a")).run((running) -> {
			assertThat(running.services()
				.register(this.application.service("b"), this.application.service("c").dependsOn("nothing")))
				.isCompletedExceptionally();
			assertThat(running.services().snapshots()).hasSize(1);
			running.services().register(this.application.service("c").dependsOn("b"), this.application.service("b"));
			running.settle();
			assertThat(this.application.journal).containsExactly("start a", "start b", "start c");
		});
	}

	@Test
	void duplicateComponentIsRefused() {
		this.application.with(this.application.service("s", (starting) -> {
			starting.component("pool", new Checked());
			assertThatExceptionOfType(ServiceException.class)
				.isThrownBy(() -> starting.component("pool", new Checked()));
		})).run((running) -> assertThat(running.services()).isReady());
	}

	@ManagedService(name = "plain")
	static class Plain {

	}

	private static final class Stuck implements ServiceLifecycle {

		@Override
		public void stop(ServiceContext context) {
			throw new AssertionError("stuck");
		}

	}

	private static final class Checked implements ServiceLifecycle, ServiceComponent {

		final List<String> journal = new CopyOnWriteArrayList<>();

		final AtomicInteger checks = new AtomicInteger();

		volatile Exception problem;

		@Override
		public void start(ServiceContext context) {
			this.journal.add("start " + context.name());
		}

		@Override
		public void stop(ServiceContext context) {
			this.journal.add("stop " + context.name());
		}

		@Override
		public void checkReady() throws Exception {
			checkHealth();
		}

		@Override
		public void checkHealth() throws Exception {
			this.checks.incrementAndGet();
			if (this.problem != null) {
				throw this.problem;
			}
		}

	}

}
