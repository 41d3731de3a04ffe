// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WallClockWatch}.
 */
class WallClockWatchTests {

	private long time = 7_000_000_000L;

	private Instant wall = Instant.parse("2030-01-01T00:00:00Z");

	/** For how long it is kept from running whenever it has read the wall clock. */
	private long kept;

	private final List<Instant> told = new ArrayList<>();

	private final WallClockWatch watch = new WallClockWatch(() -> this.time, this::readWallClock);

	private Instant readWallClock() {
		Instant read = this.wall;
		pass(Duration.ofNanos(this.kept));
		return read;
	}

	private void pass(Duration duration) {
		this.time += duration.toNanos();
		this.wall = this.wall.plus(duration);
	}

	private int look() {
		this.watch.look();
		return this.told.size();
	}

	@Test
	void lookWhenBothClocksGoOnTellsNothing() {
		this.watch.add(() -> this.told.add(this.wall));
		pass(Duration.ofDays(40));
		assertThat(look()).isZero();
	}

	@Test
	void lookWhenWallClockWasSetTellsOnce() {
		this.watch.add(() -> this.told.add(this.wall));
		this.wall = this.wall.minus(Duration.ofDays(1));
		assertThat(look()).isOne();
		pass(Duration.ofSeconds(1));
		assertThat(look()).isOne();
		this.wall = this.wall.plus(Duration.ofMillis(300));
		assertThat(look()).isEqualTo(2);
	}

	@Test
	void lookWhenClocksDriftApartTellsWhenThatMatters() {
		this.watch.add(() -> this.told.add(this.wall));
		for (int second = 0; second < 1000; second++) {
			pass(Duration.ofSeconds(1));
			this.wall = this.wall.plusMillis(1);
			look();
		}
		assertThat(this.told).hasSize(3);
	}

	@Test
	void lookWhenThreadWasKeptFromRunningLooksAgain() {
		this.watch.add(() -> this.told.add(this.wall));
		this.wall = this.wall.plusSeconds(60);
		this.kept = Duration.ofSeconds(1).toNanos();
		assertThat(look()).isZero();
		this.kept = 0;
		assertThat(look()).isOne();
	}

	@Test
	void lookWhenListenerFailsTellsTheOthers() {
		this.watch.add(() -> {
			throw new IllegalStateException("planted");
		});
		Runnable listener = () -> this.told.add(this.wall);
		this.watch.add(listener);
		this.wall = this.wall.plusSeconds(60);
		assertThat(look()).isOne();
		this.watch.remove(listener);
		this.wall = this.wall.plusSeconds(60);
		assertThat(look()).isOne();
	}

}
