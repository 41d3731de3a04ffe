// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.lease.LeaseSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.lease.LeaseStore.StoredLease;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.lease.Lease;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for services that run by a lease.
 */
class LeaseTests {

	private static final Duration DURATION = Duration.ofSeconds(30);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final List<String> calls = new ArrayList<>();

	private @Nullable Lease lease;

	private @Nullable ServiceContext incarnation;

	private boolean broken;

	private SteppedEngine stepped = new SteppedEngine();

	private FaultyLeaseStore store = new FaultyLeaseStore(this.stepped.backend);

	private void engine(TestService... services) {
		engine(false, services);
	}

	private void engine(boolean countsOutage, TestService... services) {
		ServiceDefinition[] definitions = List.of(services)
			.stream()
			.map(TestService::build)
			.toArray(ServiceDefinition[]::new);
		this.stepped = new SteppedEngine(definitions);
		this.store = new FaultyLeaseStore(this.stepped.backend);
		this.stepped.engine.keepLeases(() -> this.store,
				new LeaseSettings(LeaseTimes.of(DURATION), Map.of(), Duration.ofMillis(500), countsOutage));
	}

	private TestService service(String name) {
		return TestService.named(name).stopTimeout(Duration.ofSeconds(4)).start((context) -> {
			this.calls.add("+" + name);
			if (this.broken) {
				throw new IllegalStateException("broken");
			}
			if (name.equals("poller")) {
				this.lease = context.lease();
				this.incarnation = context;
			}
		}).stop((context) -> this.calls.add("-" + name));
	}

	private TestService poller() {
		return service("poller").lease("polls");
	}

	private CompletableFuture<Void> start() {
		CompletableFuture<Void> started = this.stepped.engine.start();
		this.stepped.runTasks();
		return started;
	}

	private ServiceState state(String name) {
		return this.stepped.engine.snapshot(name).state();
	}

	private LeaseSnapshot shown() {
		return this.stepped.engine.leases().get(0);
	}

	private long count(String asked) {
		return this.store.asked.stream().filter(asked::equals).count();
	}

	@Test
	void startWhenLeaseIsFreeRunsAtOnce() {
		engine(poller());
		assertThat(start()).isCompleted();
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
		assertThat(shown().held()).isTrue();
		assertThat(shown().services()).containsExactly("poller");
		assertThat(this.lease.isHeld()).isTrue();
		assertThat(this.lease.fence()).isEqualTo(1);
		assertThat(this.lease.name()).isEqualTo("polls");
	}

	@Test
	void startWhenAnotherHoldsLeaseIsOnStandbyUntilThatGivesItBack() throws Exception {
		engine(service("before"), poller().dependsOn("before"), service("reader").dependsOn("poller"));
		StoredLease other = this.store.takenByOther("polls", Duration.ofHours(1));
		assertThat(start()).isCompleted();
		assertThat(this.calls).containsExactly("+before");
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(state("reader")).isEqualTo(ServiceState.STANDBY);
		assertThat(this.stepped.engine.isReady()).isTrue();
		assertThat(this.stepped.engine.isHealthy()).isTrue();
		assertThat(this.stepped.engine.snapshot("poller").reason()).startsWith("lease 'polls' is held by other since");
		assertThat(this.stepped.engine.blockers("reader")).extracting("service.name").containsExactly("poller");
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(count("acquire polls")).isZero();
		other.release();
		this.stepped.pass(SECOND);
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
		assertThat(state("reader")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.stepped.engine.snapshot("poller").reason()).isNull();
		assertThat(this.lease.fence()).isEqualTo(2);
	}

	@Test
	void leaseIsNotAskedForBeforeEverythingElseIsReady() {
		this.broken = true;
		engine(service("database").retry(new RetrySettings(-1, SECOND, 1, SECOND, Duration.ZERO, List.of())),
				poller().dependsOn("database"));
		start();
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(state("poller")).isEqualTo(ServiceState.WAITING);
		assertThat(this.store.asked).isEmpty();
		this.broken = false;
		this.stepped.pass(SECOND);
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void leaseIsRenewedThreeTimesWhileItLasts() {
		engine(poller());
		start();
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
		assertThat(count("extend polls")).isEqualTo(60);
		assertThat(this.calls).containsExactly("+poller");
		assertThat(shown().counts().renewals()).isEqualTo(60);
	}

	@Test
	void stopOfAllGivesLeaseBackBeforeItCompletes() {
		engine(poller());
		start();
		CompletableFuture<Void> stopped = this.stepped.engine.stop();
		this.stepped.runTasks();
		assertThat(stopped).isCompleted();
		assertThat(this.store.isFree("polls")).isTrue();
		assertThat(this.store.asked.get(this.store.asked.size() - 1)).isEqualTo("release polls");
	}

	@Test
	void stopOfAllWhenStoreIsAwayEndsAllTheSame() {
		engine(poller());
		start();
		this.store.away = true;
		CompletableFuture<Void> stopped = this.stepped.engine.stop();
		this.stepped.runTasks();
		assertThat(stopped).isCompleted();
	}

	@Test
	void renewalThatFailsStopsInTimeAndRunsAgainWithTheStore() {
		engine(poller(), service("reader").dependsOn("poller"));
		start();
		this.calls.clear();
		this.store.away = true;
		// 27 s less the 4 s of the stop
		this.stepped.pass(Duration.ofMillis(22_999));
		assertThat(this.calls).isEmpty();
		this.stepped.pass(Duration.ofMillis(1));
		assertThat(this.calls).containsExactly("-reader", "-poller");
		assertThat(this.stepped.engine.snapshot("poller").stopReason()).isEqualTo(StopReason.LEASE_LOST);
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(this.lease.isHeld()).isFalse();
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.stepped.engine.isReady()).isTrue();
		assertThat(this.stepped.events(LifecycleEvent.LeaseStoreChanged.class)).hasSize(1);
		this.store.away = false;
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(state("reader")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.stepped.events(LifecycleEvent.LeaseStoreChanged.class)).hasSize(2);
	}

	@Test
	void outageOfTheStoreCountsForReadinessWhereThatIsWanted() {
		engine(true, poller());
		this.store.away = true;
		start();
		this.stepped.pass(SECOND);
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(this.stepped.engine.readiness().failures()).containsEntry("poller",
				"STANDBY: waits for lease 'polls', whose store cannot be reached");
		this.store.away = false;
		this.store.takenByOther("polls", Duration.ofHours(1));
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.stepped.engine.snapshot("poller").reason()).startsWith("lease 'polls' is held by other since");
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(this.stepped.engine.isReady()).isTrue();
	}

	@Test
	void renewalThatFailsForAWhileChangesNothing() {
		engine(poller());
		start();
		this.store.away = true;
		this.stepped.pass(Duration.ofSeconds(20));
		this.store.away = false;
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.calls).containsExactly("+poller");
	}

	@Test
	void startOfAllWaitsUntilItIsKnownWhoHoldsTheLease() {
		engine(poller().retry(new RetrySettings(0, SECOND, 1, SECOND, Duration.ZERO, List.of())));
		this.broken = true;
		CompletableFuture<Void> started = this.stepped.engine.start();
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(started).isNotDone();
		this.stepped.runTasks();
		assertThat(started).isCompletedExceptionally();
	}

	@Test
	void storeThatDoesNotAnswerIsReportedAndWaitedFor() {
		engine(poller());
		this.stepped.engine.start();
		this.stepped.backend.advanceTo(this.stepped.backend.nanoTime() + Duration.ofSeconds(5).toNanos());
		assertThat(this.stepped.backend.hasTasks()).isTrue();
		this.stepped.runTasks();
		List<LifecycleEvent.LeaseStoreChanged> told = this.stepped.events(LifecycleEvent.LeaseStoreChanged.class);
		assertThat(told).extracting(LifecycleEvent.LeaseStoreChanged::reachable).containsExactly(false, true);
		assertThat(told.get(0).cause()).hasMessageContaining("socketTimeout");
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void startOfAllWhenTheStoreIsAwayGoesOnWithoutTheService() {
		engine(poller());
		this.store.away = true;
		assertThat(start()).isCompleted();
		assertThat(this.stepped.engine.snapshot("poller").reason())
			.isEqualTo("waits for lease 'polls', whose store cannot be reached");
	}

	@Test
	void whatWaitsForItsDependentsIsToldToEndWhenTheLeaseDoes() {
		List<StopReason> told = new ArrayList<>();
		engine(TestService.named("poller").lease("polls").start((context) -> {
			this.lease = context.lease();
			context.stopping().thenAccept(told::add);
		}), service("reader").stopTimeout(Duration.ofMinutes(1)).dependsOn("poller"));
		start();
		this.store.away = true;
		this.stepped.hangNext();
		this.stepped.pass(Duration.ofMillis(26_999));
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
		assertThat(told).isEmpty();
		this.stepped.pass(Duration.ofMillis(1));
		assertThat(told).containsExactly(StopReason.LEASE_LOST);
		this.stepped.returnHanging();
		this.stepped.pass(SECOND);
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
	}

	@Test
	void releaseAfterAHoldOffThatIsLongerKeepsThat() {
		engine(poller());
		start();
		this.stepped.engine.holdOff(Duration.ofMinutes(10), "poller");
		CompletableFuture<Void> released = this.stepped.engine.perform(ServiceAction.RELEASE, "poller");
		this.stepped.pass(Duration.ofMinutes(9));
		assertThat(released).isCompleted();
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		this.stepped.pass(Duration.ofSeconds(61));
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
		assertThat(shown().heldOffUntil()).isNull();
	}

	@Test
	void leaseThatWasTakenAwayStopsAtOnce() {
		engine(poller());
		start();
		this.store.free("polls");
		this.store.takenByOther("polls", DURATION);
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.calls).containsExactly("+poller", "-poller");
		assertThatExceptionOfType(ServiceException.class).isThrownBy(this.lease::ensureHeld)
			.withMessageContaining("no longer holds lease 'polls'");
	}

	@Test
	void stopThatHangsIsGivenUpWhenTheLeaseEndsAndStartsOnceItHasReturned() {
		engine(poller());
		start();
		this.store.away = true;
		this.stepped.hangNext();
		this.stepped.pass(Duration.ofSeconds(27));
		assertThat(state("poller")).isEqualTo(ServiceState.WAITING);
		assertThat(this.lease.isHeld()).isFalse();
		this.store.away = false;
		this.stepped.pass(Duration.ofMinutes(5));
		assertThat(state("poller")).isEqualTo(ServiceState.WAITING);
		this.stepped.returnHanging();
		this.stepped.pass(SECOND);
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void startThatFailsGivesLeaseBackAndGoesOnCounting() {
		engine(poller().retry(new RetrySettings(2, SECOND, 1, SECOND, Duration.ZERO, List.of())));
		this.broken = true;
		start();
		assertThat(state("poller")).isEqualTo(ServiceState.BACKOFF);
		assertThat(this.store.isFree("polls")).isTrue();
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(this.calls).filteredOn("+poller"::equals).hasSize(3);
		assertThat(state("poller")).isEqualTo(ServiceState.FAILED);
		assertThat(this.store.isFree("polls")).isTrue();
	}

	@Test
	void startThatFailsLetsOthersTryBefore() {
		engine(poller().retry(new RetrySettings(-1, SECOND, 1, SECOND, Duration.ZERO, List.of())));
		this.broken = true;
		start();
		this.stepped.pass(Duration.ofMillis(10));
		this.store.takenByOther("polls", Duration.ofHours(1));
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(this.calls).containsExactly("+poller", "-poller");
		ServiceSnapshot poller = this.stepped.engine.snapshot("poller");
		assertThat(poller.failure()).hasMessage("broken");
		assertThat(poller.healthy()).isTrue();
		assertThat(poller.reason()).startsWith("lease 'polls' is held by other since");
	}

	@Test
	void leaseThatIsHeldTellsSinceWhen() {
		engine(poller());
		start();
		Instant acquired = this.stepped.backend.instant();
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(shown().holder()).isEqualTo(new LeaseSnapshot.Holder(null, acquired));
		this.stepped.engine.perform(ServiceAction.RELEASE, "poller");
		assertThat(shown().held()).isFalse();
		assertThat(shown().holder()).isEqualTo(LeaseSnapshot.Holder.UNKNOWN);
	}

	@Test
	void failureAtRunTimeKeepsLeaseOverAShortDelay() {
		engine(poller());
		start();
		this.stepped.engine.perform(ServiceAction.FAIL, "poller");
		this.stepped.pass(SECOND);
		assertThat(this.calls).containsExactly("+poller", "-poller", "+poller");
		assertThat(count("acquire polls")).isEqualTo(1);
	}

	@Test
	void restartKeepsLease() {
		engine(poller());
		start();
		CompletableFuture<Void> restarted = this.stepped.engine.restart("poller");
		this.stepped.runTasks();
		assertThat(restarted).isCompleted();
		assertThat(this.calls).containsExactly("+poller", "-poller", "+poller");
		assertThat(count("acquire polls")).isEqualTo(1);
	}

	@Test
	void servicesThatShareALeaseRunTogether() throws Exception {
		engine(poller(), service("closer").lease("polls").dependsOn("poller"), service("other").lease("polls"));
		StoredLease other = this.store.takenByOther("polls", Duration.ofHours(1));
		start();
		assertThat(state("closer")).isEqualTo(ServiceState.STANDBY);
		other.release();
		this.stepped.pass(SECOND);
		assertThat(this.calls).containsExactlyInAnyOrder("+poller", "+closer", "+other");
		assertThat(count("acquire polls")).isEqualTo(1);
		this.stepped.engine.stop("other");
		this.stepped.pass(SECOND);
		assertThat(shown().held()).isTrue();
		this.stepped.engine.stop("poller");
		this.stepped.pass(SECOND);
		assertThat(shown().held()).isFalse();
		assertThat(this.store.isFree("polls")).isTrue();
	}

	@Test
	void releaseMovesItAwayForAsLongAsALeaseLasts() {
		engine(poller(), service("reader").dependsOn("poller"));
		start();
		this.calls.clear();
		assertThat(this.stepped.engine.plan(ServiceAction.RELEASE, "poller").stop()).containsExactly("reader",
				"poller");
		CompletableFuture<Void> released = this.stepped.engine.perform(ServiceAction.RELEASE, "poller");
		this.stepped.runTasks();
		assertThat(released).isCompleted();
		assertThat(this.calls).containsExactly("-reader", "-poller");
		assertThat(this.store.isFree("polls")).isTrue();
		this.stepped.pass(DURATION.minusSeconds(1));
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		this.stepped.pass(Duration.ofSeconds(2));
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void releaseWhenThereIsNothingToReleaseIsRefused() {
		engine(poller(), service("plain"));
		this.store.takenByOther("polls", Duration.ofHours(1));
		start();
		assertThat(this.stepped.engine.perform(ServiceAction.RELEASE, "poller")).isCompletedExceptionally();
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> this.stepped.engine.plan(ServiceAction.RELEASE, "plain"))
			.withMessageContaining("without a lease");
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> this.stepped.engine.holdOff(SECOND, "plain"))
			.withMessageContaining("without a lease");
	}

	@Test
	void holdOffKeepsFromTrying() {
		engine(poller());
		this.stepped.engine.holdOff(Duration.ofMinutes(10), "poller");
		start();
		this.stepped.pass(Duration.ofMinutes(9));
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(shown().heldOffUntil()).isNotNull();
		this.stepped.pass(Duration.ofSeconds(61));
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void wallClockThatIsAheadEndsTheLease() {
		engine(poller());
		start();
		this.stepped.backend.jump(Duration.ofMinutes(1));
		assertThat(this.lease.isHeld()).isFalse();
		this.stepped.pass(Duration.ofSeconds(2));
		assertThat(this.calls).startsWith("+poller", "-poller");
	}

	@Test
	void leaseThatWasTakenAwayAndCameBackOutlivesAJumpOfTheClock() {
		engine(poller());
		start();
		this.store.free("polls");
		this.stepped.pass(Duration.ofSeconds(12));
		assertThat(this.calls).containsExactly("+poller", "-poller", "+poller");
		List<StopReason> told = new ArrayList<>();
		this.incarnation.stopping().thenAccept(told::add);
		this.stepped.backend.jump(SECOND);
		this.stepped.pass(Duration.ofSeconds(20));
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.lease.isHeld()).isTrue();
		assertThat(told).isEmpty();
	}

	@Test
	void leaseIsKeptWhileAStopHangsAndGivenBackOnceItHasReturned() {
		engine(poller());
		start();
		this.stepped.hangNext();
		CompletableFuture<Void> stopped = this.stepped.engine.stop("poller");
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(stopped).isCompletedExceptionally();
		assertThat(this.store.isFree("polls")).isFalse();
		this.stepped.returnHanging();
		this.stepped.pass(SECOND);
		assertThat(this.store.isFree("polls")).isTrue();
		assertThat(count("release polls")).isEqualTo(1);
	}

	@Test
	void leaseIsNotRenewedForAStartThatHangsBeyondItsTimeout() {
		engine(poller().startTimeout(SECOND)
			.retry(new RetrySettings(-1, Duration.ofMinutes(10), 1, Duration.ofMinutes(10), Duration.ZERO, List.of())));
		this.stepped.hangNext();
		start();
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.store.isFree("polls")).isFalse();
		this.stepped.pass(Duration.ofSeconds(25));
		assertThat(count("extend polls")).isZero();
		assertThat(this.store.isFree("polls")).isTrue();
		this.stepped.returnHanging();
		this.stepped.pass(SECOND);
	}

	@Test
	void leaseIsNotAskedForWhileOneOfItsServicesStillRunsByTheLast() {
		TestService reader = service("reader").stopTimeout(Duration.ofMinutes(1)).dependsOn("closer");
		engine(poller().optional(), service("closer").optional().lease("polls"), reader.optional());
		start();
		this.store.free("polls");
		this.stepped.hangNext("reader");
		this.stepped.pass(Duration.ofSeconds(12));
		assertThat(state("reader")).isEqualTo(ServiceState.STOPPING);
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(count("acquire polls")).isEqualTo(1);
		this.stepped.returnHanging();
		this.stepped.pass(SECOND);
		assertThat(count("acquire polls")).isEqualTo(2);
		assertThat(this.calls).filteredOn("-closer"::equals).hasSize(1);
		assertThat(state("closer")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void episodeEndsWhenWhatItTookDownIsOnStandby() {
		engine(service("database"), poller().dependsOn("database"));
		start();
		this.broken = true;
		this.stepped.engine.perform(ServiceAction.FAIL, "database");
		this.stepped.pass(SECOND);
		assertThat(this.store.isFree("polls")).isTrue();
		this.store.takenByOther("polls", Duration.ofHours(1));
		this.broken = false;
		this.stepped.pass(Duration.ofMinutes(2));
		assertThat(state("database")).isEqualTo(ServiceState.RUNNING);
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(this.stepped.events(LifecycleEvent.EpisodeClosed.class)).singleElement()
			.satisfies((closed) -> assertThat(closed.down()).isEmpty());
	}

	@Test
	void storeThatCanOnlyBeLookedAtIsReportedOnceAndAskedLessAndLess() {
		engine(poller());
		this.store.readOnly = true;
		start();
		this.stepped.pass(Duration.ofMinutes(10));
		assertThat(count("acquire polls")).isBetween(100L, 300L);
		assertThat(this.stepped.events(LifecycleEvent.LeaseStoreChanged.class)).hasSize(1);
		this.store.readOnly = false;
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(state("poller")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.stepped.events(LifecycleEvent.LeaseStoreChanged.class)).hasSize(2);
	}

	@Test
	void storeThatCouldNotGiveOutTheLeaseIsFineOnceAnotherHoldsIt() {
		engine(poller());
		this.store.readOnly = true;
		start();
		this.store.takenByOther("polls", Duration.ofHours(1));
		this.stepped.pass(Duration.ofSeconds(10));
		assertThat(this.stepped.events(LifecycleEvent.LeaseStoreChanged.class))
			.extracting(LifecycleEvent.LeaseStoreChanged::reachable)
			.containsExactly(false, true);
	}

	@Test
	void holdOffWhileTheStoreIsAskedKeepsFromGettingIt() {
		engine(poller());
		this.stepped.engine.start();
		this.stepped.engine.holdOff(Duration.ofMinutes(10), "poller");
		this.stepped.pass(Duration.ofMinutes(9));
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(this.store.isFree("polls")).isTrue();
	}

	@Test
	void planOfAServiceOnStandbyStartsNothing() {
		engine(poller(), service("reader").dependsOn("poller"));
		this.store.takenByOther("polls", Duration.ofHours(1));
		start();
		assertThat(this.stepped.engine.plan(ServiceAction.START, "poller").start()).isEmpty();
		assertThat(this.stepped.engine.plan(ServiceAction.START, "reader").start()).isEmpty();
	}

	@Test
	void operationWaitsUntilItIsKnownWhoHoldsTheLease() {
		engine(poller().retry(new RetrySettings(0, SECOND, 1, SECOND, Duration.ZERO, List.of())), service("other"));
		this.stepped.engine.holdOff(SECOND, "poller");
		start();
		this.stepped.engine.stop("poller");
		this.stepped.pass(Duration.ofMinutes(1));
		this.broken = true;
		CompletableFuture<Void> started = this.stepped.engine.start("poller");
		assertThat(state("poller")).isEqualTo(ServiceState.STANDBY);
		assertThat(started).isNotDone();
		this.stepped.pass(SECOND);
		assertThat(started).isCompletedExceptionally();
	}

	@Test
	void startThatBeginsAfterTheLeaseIsNotCalled() {
		engine(poller());
		this.stepped.engine.start();
		Runnable task = this.stepped.backend.takeTask();
		while (!(task instanceof Invocation)) {
			Objects.requireNonNull(task).run();
			task = this.stepped.backend.takeTask();
		}
		// As when the process stood still, and this thread goes on before the
		// coordinator.
		Objects.requireNonNull(((Invocation) task).incarnation().hold()).end();
		task.run();
		assertThat(this.calls).doesNotContain("+poller");
		assertThat(((Invocation) task).failure()).hasMessageContaining("over before its start began");
	}

	@Test
	void leaseOfAServiceWithoutOneIsRefused() {
		engine(service("plain"));
		List<Lease> leases = new ArrayList<>();
		engine(TestService.named("plain")
			.start((context) -> assertThatIllegalStateException().isThrownBy(() -> leases.add(context.lease()))
				.withMessageContaining("managed-services.services.plain.lease")));
		assertThat(start()).isCompleted();
		assertThat(this.stepped.engine.leases()).isEmpty();
	}

}
