// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.work.SteppedWork;
import io.managedservices.work.Ticker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for when a {@link Ticker} ticks first, and how much later than at its times.
 */
class TickerDelayTests {

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private final List<Instant> ticks = new ArrayList<>();

	private SteppedWork stepped = new SteppedWork();

	private void start(UnaryOperator<Ticker> with) {
		this.stepped = new SteppedWork(SteppedWork.service("polls",
				(context) -> with.apply(context.work().every("look", INTERVAL, () -> this.ticks.add(now())))))
			.start();
	}

	private Instant now() {
		return this.stepped.backend.instant();
	}

	@Test
	void initialDelayWhenZeroTicksAtOnce() {
		start((ticker) -> ticker.initialDelay(Duration.ZERO));
		Instant begin = now();
		this.stepped.pass(INTERVAL);
		assertThat(this.ticks).containsExactly(begin, begin.plus(INTERVAL));
	}

	@Test
	void initialDelayWhenServiceSleepsComesWhenItIsWoken() {
		start((ticker) -> ticker.initialDelay(Duration.ofSeconds(1)));
		this.stepped.engine.sleep("polls");
		this.stepped.pass(INTERVAL);
		assertThat(this.ticks).isEmpty();
		this.stepped.engine.wake("polls");
		this.stepped.pass(Duration.ZERO);
		assertThat(this.ticks).hasSize(1);
	}

	@Test
	void jitterComesLaterAndNeverEarlier() {
		start((ticker) -> ticker.jitter(Duration.ofSeconds(2)));
		Instant before = now();
		this.stepped.pass(INTERVAL.multipliedBy(100));
		assertThat(this.ticks).hasSizeBetween(83, 100);
		Instant first = before;
		for (Instant each : this.ticks) {
			assertThat(Duration.between(before, each)).isBetween(INTERVAL, INTERVAL.plusSeconds(2));
			before = each;
		}
		assertThat(before).isNotEqualTo(first.plus(INTERVAL.multipliedBy(this.ticks.size())));
	}

	@Test
	void delaysWhenNegativeAreRefused() {
		start((ticker) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> ticker.initialDelay(Duration.ofSeconds(-1)))
				.withMessage(
						"The initial delay of ticker 'look' of service 'polls' has to be zero or more: found 'PT-1S'");
			assertThatIllegalArgumentException().isThrownBy(() -> ticker.jitter(Duration.ofSeconds(-1)));
			return ticker;
		});
	}

}
