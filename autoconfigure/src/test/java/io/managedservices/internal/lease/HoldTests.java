// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.lease.Hold.Moment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Hold}.
 */
class HoldTests {

	private static final long SECOND = 1_000_000_000L;

	private final SimulatedBackend backend = new SimulatedBackend(new Random(0));

	private final Moment asked = Moment.now(this.backend);

	private final Hold hold = new Hold(this.backend, LeaseTimes.of(Duration.ofSeconds(30)), this.asked, 4 * SECOND, 7L);

	private void pass(Duration duration) {
		this.backend.advanceTo(this.backend.nanoTime() + duration.toNanos());
	}

	@Test
	void isHeldUntilATenthBeforeTheEndAndNothingBeginsInTheReserve() {
		pass(Duration.ofSeconds(23).minusNanos(1));
		assertThat(this.hold.mayBegin()).isTrue();
		pass(Duration.ofNanos(1));
		assertThat(this.hold.mayBegin()).isFalse();
		assertThat(this.hold.isHeld()).isTrue();
		pass(Duration.ofSeconds(4).minusNanos(1));
		assertThat(this.hold.isHeld()).isTrue();
		pass(Duration.ofNanos(1));
		assertThat(this.hold.isHeld()).isFalse();
		assertThat(this.hold.fence()).isEqualTo(7);
	}

	@Test
	void renewCountsFromWhenTheStoreWasAsked() {
		pass(Duration.ofSeconds(10));
		Moment again = Moment.now(this.backend);
		pass(Duration.ofSeconds(5));
		assertThat(this.hold.renew(again)).isTrue();
		assertThat(this.hold.left()).isEqualTo(22 * SECOND);
	}

	@Test
	void renewWhenItComesTooLateIsNone() {
		pass(Duration.ofSeconds(10));
		Moment again = Moment.now(this.backend);
		pass(Duration.ofSeconds(13));
		assertThat(this.hold.renew(again)).isFalse();
		assertThat(this.hold.isHeld()).isTrue();
		pass(Duration.ofSeconds(4));
		assertThat(this.hold.isHeld()).isFalse();
	}

	@Test
	void renewAfterSomethingWasToldNotToBeginIsNone() {
		pass(Duration.ofSeconds(23));
		assertThat(this.hold.mayBegin()).isFalse();
		this.backend.jump(Duration.ofSeconds(-10));
		assertThat(this.hold.mayBegin()).isFalse();
		assertThat(this.hold.renew(Moment.now(this.backend))).isFalse();
	}

	@Test
	void isOverForGoodOnceTheWallClockSaysSo() {
		this.backend.jump(Duration.ofSeconds(27));
		assertThat(this.hold.isHeld()).isFalse();
		this.backend.jump(Duration.ofSeconds(-27));
		assertThat(this.hold.isHeld()).isFalse();
	}

	@Test
	void isOverOnceItHasEnded() {
		this.hold.end();
		assertThat(this.hold.isHeld()).isFalse();
		assertThat(this.hold.renew(this.asked)).isFalse();
	}

}
