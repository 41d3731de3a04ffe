// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.managedservices.item.ItemsSnapshot;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LatenessRecorder}.
 */
class LatenessRecorderTests {

	private final LatenessRecorder recorder = new LatenessRecorder();

	@Test
	void snapshotWhenNothingWasRecordedIsZero() {
		assertSnapshot(0, 0, 0);
	}

	@Test
	void snapshotWhenOneWasRecordedIsThat() {
		this.recorder.record(1_500_000);
		assertSnapshot(1_500_000, 1_500_000, 1_500_000);
	}

	@Test
	void snapshotWhenAnItemWasEarlyOrInTimeIsZero() {
		this.recorder.record(-5);
		this.recorder.record(0);
		assertSnapshot(0, 0, 0);
	}

	@Test
	void snapshotOfAnOddNumberHasTheMiddleOne() {
		this.recorder.record(1);
		this.recorder.record(100);
		this.recorder.record(10_000);
		assertSnapshot(127, 10_000, 10_000);
	}

	@Test
	void snapshotOfAnEvenNumberHasTheLowerOfTheMiddle() {
		this.recorder.record(1);
		this.recorder.record(100);
		this.recorder.record(10_000);
		this.recorder.record(1_000_000);
		assertSnapshot(127, 1_000_000, 1_000_000);
	}

	@Test
	void snapshotOfAHundredLeavesOutTheLatestOfTheLatest() {
		for (int item = 0; item < 99; item++) {
			this.recorder.record(3);
		}
		this.recorder.record(10_000);
		assertSnapshot(3, 3, 10_000);
	}

	@Test
	void snapshotOfAHundredAndOneHasTheSecondLatestOfTheLatest() {
		for (int item = 0; item < 99; item++) {
			this.recorder.record(3);
		}
		this.recorder.record(10_000);
		this.recorder.record(40_000);
		assertSnapshot(3, 16_383, 40_000);
	}

	@Test
	void snapshotNamesTheEndOfThePowerOfTwo() {
		this.recorder.record(4);
		this.recorder.record(100);
		assertSnapshot(7, 100, 100);
		this.recorder.record(8);
		this.recorder.record(8);
		assertSnapshot(15, 100, 100);
	}

	private void assertSnapshot(long median, long p99, long max) {
		ItemsSnapshot.Lateness lateness = this.recorder.snapshot(0);
		assertThat(lateness)
			.isEqualTo(new ItemsSnapshot.Lateness(micros(median), micros(p99), micros(max), Duration.ZERO));
	}

	private static Duration micros(long micros) {
		return Duration.ofNanos(micros * 1000);
	}

}
