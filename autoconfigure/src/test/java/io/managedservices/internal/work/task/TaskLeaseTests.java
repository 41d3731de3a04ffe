// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.lease.LeaseSettings;
import io.managedservices.internal.engine.lease.LeaseStoreMissingException;
import io.managedservices.internal.lease.MemoryLeaseStore;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for tasks that one of many instances does.
 */
class TaskLeaseTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final String LOCK = "task:nightly/polls/export";

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	private final List<Instant> ran = new ArrayList<>();

	private SteppedWork stepped = new SteppedWork();

	private MemoryLeaseStore store = store();

	private MemoryLeaseStore store() {
		return new MemoryLeaseStore(this.stepped.backend::monotonicTime, this.stepped.backend::instant);
	}

	@BeforeEach
	void start() {
		this.stepped = new SteppedWork(SteppedWork.service("polls", (context) -> this.work.set(context.work())));
		this.store = store();
		this.stepped.engine.keepLeases(() -> this.store, LeaseSettings.DEFAULTS);
		this.stepped.start();
		Instant now = this.stepped.backend.instant();
		this.stepped.pass(Duration.between(now, now.plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.HOURS)));
	}

	private ServiceTask task() {
		return this.work.get().task("export", () -> this.ran.add(this.stepped.backend.instant())).lease("nightly");
	}

	private boolean isFree() {
		return Objects.requireNonNull(this.store.look(List.of(LOCK)).get(LOCK)).free();
	}

	@Test
	void runsWhenDueAndKeepsOthersFromItForHalfOfTheTimeUntilItIsDueAgain() {
		task().cron("0 */10 * * * *");
		this.stepped.pass(MINUTE.multipliedBy(10));
		assertThat(this.ran).hasSize(1);
		this.stepped.pass(MINUTE.multipliedBy(5).minusSeconds(1));
		assertThat(this.store.acquire(LOCK, "other", MINUTE)).isNull();
		this.stepped.pass(SECOND);
		assertThat(this.store.acquire(LOCK, "other", MINUTE)).isNotNull();
		this.stepped.pass(MINUTE.multipliedBy(5));
		assertThat(this.ran).hasSize(2);
	}

	@Test
	void doesNothingWhenAnotherHasDoneItAlready() {
		task().cron("0 0 * * * *");
		this.stepped.pass(MINUTE.multipliedBy(59));
		assertThat(this.store.acquire(LOCK, "other", MINUTE.multipliedBy(30))).isNotNull();
		this.stepped.pass(MINUTE.multipliedBy(30));
		assertThat(this.ran).isEmpty();
		this.stepped.pass(Duration.ofHours(1));
		assertThat(this.ran).hasSize(1);
	}

	@Test
	void doesNothingWhenItComesLaterThanHalfOfTheTimeUntilItIsDueAgain() {
		task().cron("0 * * * * *");
		this.stepped.backend.advanceTo(this.stepped.backend.nanoTime() + MINUTE.plusSeconds(30).toNanos());
		this.stepped.run();
		assertThat(this.ran).isEmpty();
		this.stepped.pass(SECOND.multipliedBy(31));
		assertThat(this.ran).hasSize(1);
	}

	@Test
	void isKeptFromWhenItWasDueAndNotFromWhenItBegan() {
		task().cron("0 */10 * * * *");
		this.stepped.backend.advanceTo(this.stepped.backend.nanoTime() + MINUTE.multipliedBy(14).toNanos());
		this.stepped.run();
		assertThat(this.ran).hasSize(1);
		this.stepped.pass(MINUTE);
		assertThat(isFree()).isTrue();
	}

	@Test
	void runThatStoodStillBeyondItsLeaseIsInterrupted() {
		List<Boolean> interrupted = new ArrayList<>();
		this.work.get().task("export", (task) -> {
			task.unschedule();
			this.stepped.backend.advanceTo(this.stepped.backend.nanoTime() + MINUTE.multipliedBy(2).toNanos());
			this.stepped.run();
			interrupted.add(Thread.interrupted());
		}).lease("nightly").cron("0 * * * * *");
		this.stepped.pass(MINUTE);
		assertThat(interrupted).containsExactly(true);
	}

	@Test
	void runsHereWhenSomebodyAsksForIt() {
		ServiceTask task = task();
		this.store.acquire(LOCK, "other", Duration.ofHours(1));
		task.queue();
		this.stepped.run();
		assertThat(this.ran).hasSize(1);
	}

	@Test
	void isRenewedWhileARunTakesLongAndFreeAfterIt() {
		List<Boolean> free = new ArrayList<>();
		this.work.get().task("export", (task) -> {
			task.unschedule();
			for (int minute = 0; minute < 10; minute++) {
				this.stepped.pass(MINUTE);
				free.add(isFree());
			}
		}).lease("nightly").cron("0 * * * * *");
		this.stepped.pass(MINUTE);
		assertThat(free).hasSize(10).containsOnly(false);
		this.stepped.run();
		assertThat(isFree()).isTrue();
	}

	@Test
	void isShownWhileItRunsHere() {
		List<LeaseSnapshot> shown = new ArrayList<>();
		Instant before = this.stepped.backend.instant();
		this.work.get().task("export", () -> {
			this.stepped.run();
			shown.addAll(this.stepped.engine.leases());
		}).lease("nightly").cron("0 * * * * *");
		this.stepped.pass(MINUTE);
		assertThat(shown).containsExactly(new LeaseSnapshot(LOCK, List.of("polls"), true,
				new LeaseSnapshot.Holder(null, before.plus(MINUTE)), null, LeaseSnapshot.Counts.NONE));
		assertThat(isFree()).isFalse();
		assertThat(this.stepped.engine.leases()).isEmpty();
	}

	@Test
	void isRenewedInTimeAlsoWhenItIsKeptForLong() {
		List<Boolean> free = new ArrayList<>();
		this.work.get().task("export", (task) -> {
			task.unschedule();
			for (int part = 0; part < 9; part++) {
				this.stepped.pass(MINUTE.multipliedBy(5));
				free.add(isFree());
			}
			free.add(Thread.interrupted());
		}).lease("nightly").cron("0 0 * * * *");
		this.stepped.pass(Duration.ofHours(1));
		assertThat(free).hasSize(10).containsOnly(false);
		this.stepped.run();
		assertThat(isFree()).isTrue();
	}

	@Test
	void isInterruptedWhenItIsLostDuringARun() {
		List<Boolean> interrupted = new ArrayList<>();
		this.work.get().task("export", () -> {
			this.store.free(LOCK);
			this.store.acquire(LOCK, "other", Duration.ofHours(1));
			this.stepped.pass(MINUTE.multipliedBy(2));
			interrupted.add(Thread.interrupted());
		}).lease("nightly").cron("0 * * * * *");
		this.stepped.pass(MINUTE);
		assertThat(interrupted).containsExactly(true);
		assertThat(this.store.look(List.of(LOCK)).get(LOCK).by()).isEqualTo("other");
	}

	@Test
	void runThatFindsTheLeaseOfItsServiceLostHasNotFailed() {
		SteppedWork leased = new SteppedWork(
				SteppedWork.service("polls", "polls", (context) -> context.work().task("write", () -> {
					this.stepped.backend.advanceTo(this.stepped.backend.nanoTime() + MINUTE.toNanos());
					this.ran.add(this.stepped.backend.instant());
					context.lease().ensureHeld();
				}).repeat(MINUTE)));
		this.stepped = leased;
		this.store = store();
		leased.engine.keepLeases(() -> this.store, LeaseSettings.DEFAULTS);
		leased.start().pass(MINUTE);
		assertThat(this.ran).isNotEmpty();
		assertThat(leased.engine.work("polls").failures()).isEmpty();
	}

	@Test
	void leaseThatIsBlankIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.work.get().task("export", () -> {
		}).lease(" ")).withMessageContaining("lease").withMessageContaining("'export'");
	}

	@Test
	void leaseWhenNothingKeepsAnyIsRefused() {
		SteppedWork without = new SteppedWork(SteppedWork.service("polls", (context) -> this.work.set(context.work())));
		without.start();
		assertThatExceptionOfType(LeaseStoreMissingException.class).isThrownBy(this::task)
			.withMessageContaining("Service 'polls'")
			.withMessageContaining("'nightly'");
	}

}
