// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.time;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TimerQueue}.
 */
class TimerQueueTests {

	private final TimerQueue queue = new TimerQueue();

	private final List<Probe> fired = new ArrayList<>();

	private long now;

	private long firedAt = Long.MIN_VALUE;

	@RepeatedTest(500)
	void fireWhenTimersAreSetAtRandomFiresExactlyTheDueOnes(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		long scale = 2L << random.nextInt(50);
		this.now = origin(random, scale);
		List<Probe> probes = new ArrayList<>();
		for (int count = 1 + random.nextInt(40); count > 0; count--) {
			probes.add(new Probe());
		}
		probes.forEach((probe) -> probe.others = probes);
		for (int step = 0; step < 300; step++) {
			Probe probe = probes.get(random.nextInt(probes.size()));
			switch (random.nextInt(8)) {
				case 0 -> probe.set(TimerQueue.NEVER);
				case 1 -> probe.remove();
				case 2 -> probe.then = random.nextLong(scale);
				case 3 -> probe.set(this.now - random.nextLong(scale));
				default -> probe.set(this.now + random.nextLong(1 + random.nextLong(scale)));
			}
			long first = probes.stream().mapToLong((each) -> each.expected).min().orElseThrow();
			long time = first + random.nextLong(-scale, scale);
			if (first < time) {
				assertThat(this.queue.mayBeDueBefore(time)).isTrue();
			}
			if (random.nextInt(4) == 0) {
				assertThat(this.queue.next()).isEqualTo(first);
			}
			if (random.nextInt(4) == 0) {
				// The clock may be set back as well.
				this.now += (random.nextInt(8) > 0) ? random.nextLong(scale) : -random.nextLong(scale);
			}
			if (random.nextInt(4) == 0) {
				fireAndCompare(probes);
			}
		}
	}

	private static long origin(Random random, long scale) {
		return switch (random.nextInt(4)) {
			case 0 -> 0;
			case 1 -> -100 * scale;
			case 2 -> Long.MIN_VALUE / 2;
			default -> random.nextLong(Long.MAX_VALUE / 2);
		};
	}

	private void fireAndCompare(List<Probe> probes) {
		this.fired.clear();
		List<Probe> due = probes.stream().filter((probe) -> probe.expected <= this.now).toList();
		this.queue.fire(this.now);
		this.firedAt = this.now;
		assertThat(this.fired).as("at %s", this.now).containsAll(due);
		probes.forEach((probe) -> assertThat(probe.expected).isGreaterThan(this.now));
		List<Long> times = this.fired.stream().filter((probe) -> !probe.late).map((probe) -> probe.was).toList();
		assertThat(times).isSorted();
	}

	@Test
	void fireWhenTimesAreEqualKeepsTheOrderInWhichTheyWereSet() {
		List<Probe> probes = new ArrayList<>();
		for (int index = 0; index < 100; index++) {
			Probe probe = new Probe();
			probe.set(1_000_000_007L + 4096 * (index % 2));
			probes.add(probe);
		}
		this.now = 1_000_000_007;
		this.queue.fire(this.now - 1);
		assertThat(this.fired).isEmpty();
		this.queue.fire(this.now);
		this.now += 4096;
		this.queue.fire(this.now);
		List<Probe> inOrder = new ArrayList<>(probes.stream().filter((probe) -> probe.was < this.now).toList());
		inOrder.addAll(probes.stream().filter((probe) -> probe.was == this.now).toList());
		assertThat(this.fired).containsExactlyElementsOf(inOrder);
	}

	@Test
	void removeWhenTimerIsTheOnlyOneLeavesTheQueueEmpty() {
		Probe probe = new Probe();
		probe.set(5);
		probe.remove();
		probe.remove();
		assertThat(this.queue.next()).isEqualTo(TimerQueue.NEVER);
		this.queue.fire(10);
		assertThat(this.fired).isEmpty();
	}

	/**
	 * A timer that notes when it fires, and may set another one then.
	 */
	private final class Probe extends Timer {

		/** When it has to fire. */
		private long expected = TimerQueue.NEVER;

		/** What that was when it fired last. */
		private long was;

		/**
		 * Whether its time had been reached when it was set, so that it comes at once.
		 */
		private boolean late;

		/** After how long it sets the next one once it fires, 0 for not at all. */
		private long then;

		private List<Probe> others = List.of();

		void set(long due) {
			this.expected = due;
			this.was = due;
			this.late = due <= Math.max(TimerQueueTests.this.now, TimerQueueTests.this.firedAt);
			TimerQueueTests.this.queue.set(this, due);
			assertThat(due()).isEqualTo(due);
		}

		void remove() {
			this.expected = TimerQueue.NEVER;
			TimerQueueTests.this.queue.remove(this);
			assertThat(due()).isEqualTo(TimerQueue.NEVER);
		}

		@Override
		protected void fire() {
			assertThat(due()).isEqualTo(TimerQueue.NEVER);
			assertThat(this.expected).isLessThanOrEqualTo(TimerQueueTests.this.now);
			this.expected = TimerQueue.NEVER;
			TimerQueueTests.this.fired.add(this);
			if (this.then > 0) {
				Probe next = this.others.get((this.others.indexOf(this) + 1) % this.others.size());
				if (next.expected > TimerQueueTests.this.now && !TimerQueueTests.this.fired.contains(next)) {
					next.set(TimerQueueTests.this.now + this.then);
				}
				this.then = 0;
			}
		}

	}

}
