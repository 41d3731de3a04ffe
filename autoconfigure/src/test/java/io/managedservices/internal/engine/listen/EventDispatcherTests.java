// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.listen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.UnspeakableException;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link EventDispatcher}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EventDispatcherTests {

	private static final int BUFFER = 3;

	private static final String WARNING = "3 exposed events wait for the listener";

	private final SimulatedBackend backend = new SimulatedBackend(new Random(0));

	private final EventDispatcher dispatcher = new EventDispatcher(this.backend, BUFFER);

	private final List<LifecycleEvent> seen = new ArrayList<>();

	@Test
	void tellWhenListenerFailsTellsTheOthersAndLogs(CapturedOutput output) {
		this.dispatcher.add(new FailingListener(new IllegalStateException("listener is broken")));
		this.dispatcher.add(this.seen::add);
		tell(new LifecycleEvent.Starting(1));
		assertThat(this.seen).hasSize(1);
		assertThat(output).contains("failed on Starting[services=1]").contains("listener is broken");
	}

	@Test
	void tellWhenNothingOfAFailureCanBeToldGoesOn(CapturedOutput output) {
		this.dispatcher.add(new FailingListener(new UnspeakableException()));
		this.dispatcher.add(this.seen::add);
		assertThatNoException().isThrownBy(() -> tell(new LifecycleEvent.Starting(1)));
		assertThatNoException().isThrownBy(() -> tell(new LifecycleEvent.Starting(2)));
		assertThat(this.seen).hasSize(2);
		assertThat(output).contains("The listener " + FailingListener.class.getName() + " failed"
				+ " on Starting[services=1]: io.managedservices.UnspeakableException, which cannot be logged itself");
	}

	@Test
	void tellWhenAsManyExposedEventsWaitAsMayDropsThoseOnly() {
		this.dispatcher.add(this.seen::add);
		List<LifecycleEvent> expected = new ArrayList<>();
		for (int number = 1; number <= 2 * BUFFER; number++) {
			LifecycleEvent exposed = new LifecycleEvent.Emitted("source", number);
			assertThat(add(exposed)).isEqualTo(number <= BUFFER);
			if (number <= BUFFER) {
				expected.add(exposed);
			}
			LifecycleEvent other = new LifecycleEvent.Starting(number);
			assertThat(add(other)).isTrue();
			expected.add(other);
		}
		deliver();
		assertThat(this.seen).containsExactlyElementsOf(expected);
	}

	@Test
	void tellWhenNoMoreExposedEventsWaitThanMayDropsNone(CapturedOutput output) {
		this.dispatcher.add(this.seen::add);
		for (int round = 0; round < 10; round++) {
			assertThat(emit(BUFFER)).isEqualTo(BUFFER);
			deliver();
		}
		assertThat(this.seen).hasSize(10 * BUFFER);
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void tellWhenListenerHasRecoveredTellsLaterEvents() {
		this.dispatcher.add(this.seen::add);
		assertThat(emit(BUFFER + 2)).isEqualTo(BUFFER);
		deliver();
		assertThat(this.seen).hasSize(BUFFER);
		assertThat(emit(BUFFER + 1)).isEqualTo(BUFFER);
		deliver();
		assertThat(this.seen).hasSize(2 * BUFFER);
	}

	@Test
	void tellWhileAnExposedEventIsToldDoesNotCountThatOne() {
		List<Integer> added = new ArrayList<>();
		this.dispatcher.add((event) -> {
			if (added.isEmpty()) {
				added.add(emit(BUFFER + 1));
			}
		});
		emit(1);
		deliver();
		assertThat(added).containsExactly(BUFFER);
	}

	@Test
	void tellWhenExposedEventsAreDroppedWarnsOnceUntilNoneWaitsAndOnceAMinute(CapturedOutput output) {
		List<Integer> added = new ArrayList<>();
		this.dispatcher.add((event) -> {
			// In the midst of the first spell, when two of three wait.
			if (added.isEmpty()) {
				added.add(emit(2));
			}
		});
		emit(BUFFER + 2);
		assertThat(output).as("not inside the coordinator").doesNotContain(WARNING);
		pass(Duration.ofMinutes(2));
		deliver();
		assertThat(added).containsExactly(1);
		assertThat(output).contains("raise managed-services.work.exposed-event-buffer");
		assertThat(warnings(output)).isOne();
		emit(BUFFER + 1);
		deliver();
		assertThat(warnings(output)).isEqualTo(2);
		pass(Duration.ofSeconds(59));
		emit(BUFFER + 1);
		deliver();
		assertThat(warnings(output)).isEqualTo(2);
		pass(Duration.ofSeconds(1));
		emit(BUFFER + 1);
		deliver();
		assertThat(warnings(output)).isEqualTo(3);
	}

	@Test
	void tellWhenOnlyOneListenerIsSlowDropsExposedEventsForThatOneAndSaysSo(CapturedOutput output) {
		List<LifecycleEvent> slow = new ArrayList<>();
		List<Runnable> hanging = new ArrayList<>();
		this.dispatcher.add(slow::add);
		emit(1);
		hanging.add(Objects.requireNonNull(this.backend.takeTask()));
		this.dispatcher.add(this.seen::add);
		int told = 1;
		for (int round = 0; round < BUFFER + 2; round++) {
			told += emit(1);
			deliver();
		}
		assertThat(this.seen).hasSize(BUFFER + 2);
		assertThat(told).isEqualTo(BUFFER);
		hanging.forEach(Runnable::run);
		assertThat(slow).hasSize(BUFFER);
		assertThat(warnings(output)).isOne();
	}

	@Test
	void tellWhenListenerDoesNotSupportExposedEventsTellsItAllOthersAndDropsNone(CapturedOutput output) {
		this.dispatcher.add(new LifecycleListener() {

			@Override
			public void onEvent(LifecycleEvent event) {
				EventDispatcherTests.this.seen.add(event);
			}

			@Override
			public boolean supportsExposedEvents() {
				return false;
			}

		});
		assertThat(emit(BUFFER + 1)).isEqualTo(BUFFER + 1);
		assertThat(this.backend.hasTasks()).isFalse();
		tell(new LifecycleEvent.Starting(1));
		assertThat(this.seen).containsExactly(new LifecycleEvent.Starting(1));
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void tellWhenListenerLeavesAnInterruptHidesItFromWhatComesNext() {
		List<Boolean> interrupted = new ArrayList<>();
		this.dispatcher.add((event) -> {
			interrupted.add(Thread.currentThread().isInterrupted());
			Thread.currentThread().interrupt();
		});
		add(new LifecycleEvent.Starting(1));
		add(new LifecycleEvent.Starting(2));
		deliver();
		assertThat(interrupted).containsExactly(false, false);
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void tellWhenListenerFailsAndLeavesAnInterruptHidesItFromWhatComesNext() {
		List<Boolean> interrupted = new ArrayList<>();
		this.dispatcher.add((event) -> {
			interrupted.add(Thread.currentThread().isInterrupted());
			Thread.currentThread().interrupt();
			throw new IllegalStateException("expected in this test");
		});
		add(new LifecycleEvent.Starting(1));
		add(new LifecycleEvent.Starting(2));
		deliver();
		assertThat(interrupted).containsExactly(false, false);
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void removeInsideACallOfTheListenerTellsItNothingMore() {
		LifecycleListener once = new LifecycleListener() {

			@Override
			public void onEvent(LifecycleEvent event) {
				EventDispatcherTests.this.seen.add(event);
				EventDispatcherTests.this.dispatcher.remove(this);
			}

		};
		this.dispatcher.add(once);
		for (int number = 1; number <= 20; number++) {
			add(new LifecycleEvent.Starting(number));
		}
		deliver();
		assertThat(this.seen).containsExactly(new LifecycleEvent.Starting(1));
		assertThat(this.dispatcher.hasListeners()).isFalse();
	}

	@Test
	void addWhenListenerIsThereAlreadyDoesNothing() {
		LifecycleListener listener = this.seen::add;
		this.dispatcher.add(listener);
		this.dispatcher.add(listener);
		tell(new LifecycleEvent.Starting(1));
		assertThat(this.seen).hasSize(1);
		this.dispatcher.remove(listener);
		assertThat(this.dispatcher.hasListeners()).isFalse();
	}

	@Test
	void whenToldIsCompletedWhenAllListenersWereToldWhatCameBefore(CapturedOutput output) {
		this.dispatcher.add(this.seen::add);
		this.dispatcher.add(this.seen::add);
		this.dispatcher.tell(new LifecycleEvent.Starting(1));
		CompletableFuture<Void> told = this.dispatcher.whenTold(Duration.ofHours(1));
		this.dispatcher.flush();
		assertThat(told).isNotDone();
		deliver();
		assertThat(this.seen).hasSize(2);
		assertThat(told).isCompleted();
		assertThat(output).doesNotContain("is slow");
	}

	private static long warnings(CapturedOutput output) {
		return output.getAll().lines().filter((line) -> line.contains(WARNING)).count();
	}

	private void pass(Duration duration) {
		this.backend.advanceTo(this.backend.nanoTime() + duration.toNanos());
	}

	/**
	 * Tells exposed events.
	 * @param count how many
	 * @return how many of them were not dropped
	 */
	private int emit(int count) {
		int added = 0;
		for (int number = 0; number < count; number++) {
			added += add(new LifecycleEvent.Emitted("source", number)) ? 1 : 0;
		}
		return added;
	}

	private boolean add(LifecycleEvent event) {
		boolean added = this.dispatcher.tell(event);
		this.dispatcher.flush();
		return added;
	}

	private void tell(LifecycleEvent event) {
		add(event);
		deliver();
	}

	private void deliver() {
		Runnable task = this.backend.takeTask();
		while (task != null) {
			task.run();
			task = this.backend.takeTask();
		}
	}

	/**
	 * A listener that fails, and has no text.
	 *
	 * @param failure what it throws
	 */
	private record FailingListener(RuntimeException failure) implements LifecycleListener {

		@Override
		public void onEvent(LifecycleEvent event) {
			throw this.failure;
		}

		@Override
		public String toString() {
			throw new IllegalStateException("no text");
		}

	}

}
