// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.work.SteppedWork;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.Ticker;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Ticker}.
 */
class TickerTests {

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	private SteppedWork stepped = new SteppedWork();

	private int ticks;

	@BeforeEach
	void start() {
		this.stepped = new SteppedWork(SteppedWork.service("polls", (context) -> this.work.set(context.work())))
			.start();
	}

	private Ticker every(Duration interval) {
		return this.work.get().every("tick", interval, () -> this.ticks++);
	}

	private TickerStatus status() {
		return this.stepped.engine.work("polls").tickers().get(0);
	}

	@Test
	void everyWhenServiceRunsTicksFirstAfterTheInterval() {
		every(INTERVAL);
		this.stepped.pass(INTERVAL.minusNanos(1));
		assertThat(this.ticks).isZero();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ticks).isOne();
		this.stepped.pass(INTERVAL.multipliedBy(3));
		assertThat(this.ticks).isEqualTo(4);
		assertThat(status().ticks()).isEqualTo(4);
		assertThat(status().interval()).isEqualTo(INTERVAL);
		assertThat(status().next()).isEqualTo(this.stepped.backend.instant().plus(INTERVAL));
	}

	@Test
	void everyWhenServiceStartsCountsFromWhenItRuns() {
		SteppedWork starting = new SteppedWork(
				SteppedWork.service("polls", (context) -> context.work().every(INTERVAL, () -> this.ticks++)));
		starting.engine.start();
		starting.backend.advanceTo(starting.backend.nanoTime() + Duration.ofSeconds(30).toNanos());
		starting.run();
		starting.pass(INTERVAL.minusNanos(1));
		assertThat(this.ticks).isZero();
		starting.pass(Duration.ofNanos(1));
		assertThat(this.ticks).isOne();
		assertThat(starting.engine.work("polls").tickers().get(0).name()).isEqualTo("every PT10S");
	}

	@Test
	void statusTellsOfLastTick() {
		IllegalStateException refused = new IllegalStateException("refused");
		this.work.get().every("tick", INTERVAL, () -> {
			if (++this.ticks == 1) {
				throw refused;
			}
		});
		this.stepped.pass(Duration.ofSeconds(5));
		assertThat(status().lastRun()).isNull();
		assertThat(status().lastDuration()).isNull();
		this.stepped.hold((unit) -> true);
		this.stepped.pass(Duration.ofSeconds(5));
		Instant first = this.stepped.backend.instant();
		this.stepped.pass(Duration.ofSeconds(3));
		assertThat(status().lastRun()).isEqualTo(first);
		assertThat(status().lastDuration()).isNull();
		this.stepped.finish();
		assertThat(status().lastRun()).isEqualTo(first);
		assertThat(status().lastDuration()).isEqualTo(Duration.ofSeconds(3));
		assertThat(status().lastFailure()).isSameAs(refused);
		this.stepped.pass(INTERVAL);
		assertThat(status().lastRun()).isEqualTo(first.plusSeconds(13));
		assertThat(status().lastFailure()).isNull();
		this.stepped.finish();
		assertThat(status().lastDuration()).isEqualTo(Duration.ZERO);
	}

	@Test
	void tickWhenItIsSlowIsNeitherOverlappedNorMadeUpFor() {
		every(INTERVAL);
		this.stepped.hold((unit) -> true);
		this.stepped.pass(Duration.ofSeconds(95));
		assertThat(this.stepped.held()).hasSize(1);
		assertThat(status().next()).isNull();
		this.stepped.hold((unit) -> false);
		this.stepped.finish();
		assertThat(this.ticks).isOne();
		this.stepped.pass(INTERVAL.minusNanos(1));
		assertThat(this.ticks).isOne();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ticks).isEqualTo(2);
	}

	@Test
	void tickWhenItThrowsIsAFailureAndTicksOn() {
		this.work.get().every("tick", INTERVAL, () -> {
			this.ticks++;
			throw new IllegalStateException("no votes");
		});
		this.stepped.pass(INTERVAL.multipliedBy(2));
		assertThat(this.ticks).isEqualTo(2);
		assertThat(this.stepped.events(LifecycleEvent.WorkFailed.class)).hasSize(2)
			.allSatisfy((event) -> assertThat(event.failure().kind()).isEqualTo(WorkKind.TICKER));
	}

	@Test
	void cancelWhenItWaitsIsForGood() {
		Ticker ticker = every(INTERVAL);
		ticker.cancel();
		ticker.whileAsleep(Duration.ofSeconds(1));
		this.stepped.engine.sleep("polls");
		this.stepped.pass(Duration.ofMinutes(5));
		this.stepped.engine.wake("polls");
		this.stepped.pass(Duration.ofMinutes(5));
		assertThat(this.ticks).isZero();
		assertThat(this.stepped.engine.work("polls").tickers()).isEmpty();
	}

	@Test
	void cancelWhenItTicksInterruptsIt() {
		Ticker ticker = every(INTERVAL);
		this.stepped.hold((unit) -> true);
		this.stepped.pass(INTERVAL);
		ticker.cancel();
		assertThat(this.stepped.held().getFirst().isInterrupted()).isTrue();
		this.stepped.finish();
		this.stepped.pass(Duration.ofMinutes(5));
		assertThat(this.stepped.held()).isEmpty();
		assertThat(this.ticks).isOne();
	}

	@Test
	void cancelWhenItTicksByItselfIsNotInterruptedAndItsFailureIsTold() {
		AtomicReference<Ticker> own = new AtomicReference<>();
		AtomicBoolean interrupted = new AtomicBoolean();
		own.set(this.work.get().every("tick", INTERVAL, () -> {
			this.ticks++;
			own.get().cancel();
			interrupted.set(Thread.currentThread().isInterrupted());
			throw new CancellationException("enough");
		}));
		this.stepped.pass(INTERVAL.multipliedBy(3));
		assertThat(this.ticks).isOne();
		assertThat(interrupted).isFalse();
		assertThat(this.stepped.events(LifecycleEvent.WorkFailed.class)).hasSize(1);
		assertThat(this.stepped.engine.work("polls").tickers()).isEmpty();
	}

	@Test
	void stopWhenItWaitsEndsIt() {
		Ticker ticker = every(INTERVAL);
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		this.stepped.engine.perform(ServiceAction.START, "polls");
		ticker.whileAsleep(Duration.ofSeconds(1));
		every(Duration.ofHours(1));
		this.stepped.pass(Duration.ofMinutes(5));
		assertThat(this.ticks).isZero();
	}

	@Test
	void sleepWhenItHasNoOtherIntervalPausesUntilWoken() {
		every(INTERVAL);
		this.stepped.pass(Duration.ofSeconds(4));
		this.stepped.engine.sleep("polls");
		assertThat(status().next()).isNull();
		this.stepped.pass(Duration.ofSeconds(3));
		this.stepped.engine.wake("polls");
		this.stepped.pass(Duration.ofSeconds(3).minusNanos(1));
		assertThat(this.ticks).isZero();
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.ticks).isOne();
		this.stepped.engine.sleep();
		this.stepped.pass(Duration.ofHours(1));
		assertThat(this.ticks).isOne();
		this.stepped.engine.wake();
		this.stepped.pass(Duration.ZERO);
		assertThat(this.ticks).isEqualTo(2);
		this.stepped.pass(INTERVAL.minusNanos(1));
		assertThat(this.ticks).isEqualTo(2);
	}

	@Test
	void sleepWhenItHasAnotherIntervalTicksAtThat() {
		every(INTERVAL).whileAsleep(Duration.ofMinutes(1));
		this.stepped.engine.sleep("polls");
		this.stepped.pass(Duration.ofMinutes(3));
		assertThat(this.ticks).isEqualTo(3);
		this.stepped.pass(Duration.ofSeconds(30));
		this.stepped.engine.wake("polls");
		this.stepped.pass(Duration.ZERO);
		assertThat(this.ticks).isEqualTo(4);
		this.stepped.pass(INTERVAL);
		assertThat(this.ticks).isEqualTo(5);
	}

	@Test
	void intervalsWhenTheyAreWrongSayWhich() {
		assertThatIllegalArgumentException().isThrownBy(() -> every(Duration.ZERO))
			.withMessage("The interval of ticker 'tick' of service 'polls' has to be above zero: found 'PT0S'");
		Ticker ticker = every(INTERVAL);
		assertThatIllegalArgumentException().isThrownBy(() -> ticker.whileAsleep(Duration.ofSeconds(-1)))
			.withMessage(
					"The interval while asleep of ticker 'tick' of service 'polls' has to be above zero: found 'PT-1S'");
	}

	@Test
	void tickWhenItHangsInAStoppedServiceIsShownUntilItLeaves() {
		this.stepped.hold((unit) -> true);
		every(INTERVAL);
		this.work.get().every("other", INTERVAL.multipliedBy(10), () -> this.ticks++);
		this.stepped.pass(INTERVAL);
		this.stepped.engine.perform(ServiceAction.STOP, "polls");
		this.stepped.run();
		assertThat(this.stepped.engine.work("polls").tickers()).extracting(TickerStatus::name).containsExactly("tick");
		this.stepped.finish();
		assertThat(this.stepped.engine.work("polls").tickers()).isEmpty();
	}

}
