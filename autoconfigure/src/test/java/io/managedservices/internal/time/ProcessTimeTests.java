// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProcessTime}.
 */
class ProcessTimeTests {

	private static final long START = -5_000_000_000L;

	private long source = START;

	private final ProcessTime time = new ProcessTime(() -> this.source, true);

	private long passed() {
		return this.time.now() - START;
	}

	private void pass(long millis) {
		this.source += TimeUnit.MILLISECONDS.toNanos(millis);
	}

	private static long millis(long millis) {
		return TimeUnit.MILLISECONDS.toNanos(millis);
	}

	@Test
	void nowWhenSomebodyLooksCountsAll() {
		for (int look = 0; look < 1000; look++) {
			pass(50);
			this.time.now();
		}
		assertThat(passed()).isEqualTo(millis(50_000));
	}

	@Test
	void nowWhenLooksAreALittleLateCountsAll() {
		pass(200);
		this.time.now();
		pass(250);
		assertThat(passed()).isEqualTo(millis(450));
	}

	@Test
	void nowWhenNobodyCouldLookCountsOneInterval() {
		pass(20);
		this.time.now();
		pass(6000);
		assertThat(passed()).isEqualTo(millis(50));
		assertThat(this.time.stoodStill()).isEqualTo(millis(5970));
		pass(20);
		assertThat(passed()).isEqualTo(millis(70));
		assertThat(this.time.stoodStill()).isEqualTo(millis(5970));
	}

	@Test
	void nowWhenNobodyHasToLookCountsAll() {
		this.time.watch(false);
		pass(6000);
		assertThat(passed()).isEqualTo(millis(6000));
		this.time.watch(true);
		pass(6000);
		assertThat(passed()).isEqualTo(millis(6050));
	}

	@Test
	void watchWhenProcessStoodStillBeforeDoesNotCountThat() {
		pass(6000);
		this.time.watch(false);
		assertThat(passed()).isEqualTo(millis(50));
	}

	@Test
	void nowNeverGoesBack() {
		Random random = new Random(42);
		long before = this.time.now();
		for (int look = 0; look < 100_000; look++) {
			this.source += (long) (Math.pow(random.nextDouble(), 8) * millis(2000));
			long now = this.time.now();
			assertThat(now).isGreaterThanOrEqualTo(before);
			before = now;
		}
	}

}
