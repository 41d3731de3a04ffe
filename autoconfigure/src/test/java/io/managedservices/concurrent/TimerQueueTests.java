package io.managedservices.concurrent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

	private final List<Integer> fired = new ArrayList<>();

	@RepeatedTest(200)
	void fireWhenTimersAreSetAtRandomFiresExactlyTheDueOnes(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		Timer[] timers = new Timer[1 + random.nextInt(40)];
		for (int index = 0; index < timers.length; index++) {
			int number = index;
			timers[index] = Timer.of(() -> this.fired.add(number));
		}
		Map<Integer, Long> expected = new HashMap<>();
		long now = 0;
		for (int step = 0; step < 300; step++) {
			int index = random.nextInt(timers.length);
			if (random.nextInt(5) == 0) {
				this.queue.set(timers[index], TimerQueue.NEVER);
				expected.remove(index);
			}
			else if (random.nextInt(4) == 0) {
				this.queue.remove(timers[index]);
				assertThat(timers[index].due()).isEqualTo(TimerQueue.NEVER);
				expected.remove(index);
			}
			else {
				long due = now + random.nextInt(50);
				this.queue.set(timers[index], due);
				expected.put(index, due);
			}
			expected.values().forEach((due) -> assertThat(this.queue.next()).isLessThanOrEqualTo(due));
			if (random.nextInt(4) == 0) {
				now += random.nextInt(30);
				fireAndCompare(now, expected);
			}
		}
	}

	private void fireAndCompare(long now, Map<Integer, Long> expected) {
		this.fired.clear();
		this.queue.fire(now);
		List<Integer> due = expected.entrySet()
			.stream()
			.filter((each) -> each.getValue() <= now)
			.map(Map.Entry::getKey)
			.toList();
		assertThat(this.fired).as("at %s", now).containsExactlyInAnyOrderElementsOf(due);
		due.forEach(expected::remove);
	}

	@Test
	void removeWhenTimerIsTheOnlyOneLeavesTheQueueEmpty() {
		Timer timer = Timer.of(() -> this.fired.add(1));
		this.queue.set(timer, 5);
		this.queue.remove(timer);
		this.queue.remove(timer);
		assertThat(this.queue.next()).isEqualTo(TimerQueue.NEVER);
		this.queue.fire(10);
		assertThat(this.fired).isEmpty();
	}

}
