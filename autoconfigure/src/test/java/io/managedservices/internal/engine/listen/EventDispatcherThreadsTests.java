// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.listen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventDispatcher} on real threads. The thread of the test is the
 * coordinator.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class EventDispatcherThreadsTests {

	private static final int EVENTS = 20_000;

	private final ThreadBackend backend = ThreadBackend.platform();

	private final EventDispatcher dispatcher = new EventDispatcher(this.backend, 10);

	private final CountDownLatch hangs = new CountDownLatch(1);

	private final CountDownLatch release = new CountDownLatch(1);

	@BeforeEach
	void open() {
		this.backend.open(() -> {
		});
	}

	@AfterEach
	void close() {
		this.release.countDown();
		this.backend.close();
	}

	@Test
	void tellWhileAListenerHangsTellsTheOthersAll() throws InterruptedException {
		Listening before = new Listening(new Random(1));
		Listening after = new Listening(new Random(2));
		Listening hanging = new Listening(new Random(3));
		this.dispatcher.add(before);
		this.dispatcher.add((event) -> {
			hang();
			hanging.onEvent(event);
		});
		this.dispatcher.add(after);
		tell(1, 1);
		assertThat(this.hangs.await(30, TimeUnit.SECONDS)).isTrue();
		tell(2, 100);
		Awaitility.await().untilAsserted(() -> {
			assertThat(before.heard).hasSize(100);
			assertThat(after.heard).hasSize(100);
		});
		assertThat(hanging.heard).isEmpty();
		this.release.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(hanging.heard).hasSize(100));
		assertThat(List.of(before, hanging, after)).allSatisfy(Listening::check);
	}

	@Test
	void tellTellsEachListenerAllInOrderOneAtATime() {
		Random random = new Random(42);
		List<Listening> listeners = new ArrayList<>();
		for (int index = 0; index < 5; index++) {
			Listening listening = new Listening(new Random(random.nextLong()));
			listeners.add(listening);
			this.dispatcher.add(listening);
		}
		int next = 1;
		while (next <= EVENTS) {
			int last = Math.min(EVENTS, next + random.nextInt(40));
			tell(next, last);
			next = last + 1;
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(
					() -> assertThat(listeners).allSatisfy((listener) -> assertThat(listener.heard).hasSize(EVENTS)));
		assertThat(listeners).allSatisfy(Listening::check);
	}

	@Test
	void whenToldWhileAListenerHangsEndsAndNamesItWithTheNumberOfEvents(CapturedOutput output)
			throws InterruptedException {
		Listening quick = new Listening(new Random(1));
		this.dispatcher.add(quick);
		this.dispatcher.add(new Hanging());
		tell(1, 1);
		assertThat(this.hangs.await(30, TimeUnit.SECONDS)).isTrue();
		tell(2, 41);
		Awaitility.await().until(() -> quick.heard.size() == 41);
		CompletableFuture<Void> told = this.dispatcher.whenTold(Duration.ofMillis(500));
		this.dispatcher.flush();
		told.join();
		assertThat(output.getAll().lines().filter((line) -> line.contains("is slow"))).singleElement()
			.asString()
			.contains("WARN",
					"The listener Hanging[] is slow: after 500 ms it has not come back from an event, and has not been told 40 further ones");
	}

	private void tell(int first, int last) {
		for (int number = first; number <= last; number++) {
			this.dispatcher.tell(new LifecycleEvent.Starting(number));
		}
		this.dispatcher.flush();
	}

	private void hang() {
		this.hangs.countDown();
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private final class Hanging implements LifecycleListener {

		@Override
		public void onEvent(LifecycleEvent event) {
			hang();
		}

		@Override
		public String toString() {
			return "Hanging[]";
		}

	}

	/**
	 * Remembers what it hears, sometimes slowly.
	 */
	private static final class Listening implements LifecycleListener {

		private final Queue<Integer> heard = new ConcurrentLinkedQueue<>();

		private final AtomicInteger inside = new AtomicInteger();

		private final Random random;

		private volatile boolean overlapped;

		private Listening(Random random) {
			this.random = random;
		}

		@Override
		public void onEvent(LifecycleEvent event) {
			if (this.inside.incrementAndGet() != 1) {
				this.overlapped = true;
			}
			if (this.random.nextInt(20) == 0) {
				Thread.yield();
			}
			this.heard.add(((LifecycleEvent.Starting) event).services());
			this.inside.decrementAndGet();
		}

		private void check() {
			assertThat(this.overlapped).isFalse();
			assertThat(this.heard)
				.containsExactlyElementsOf(IntStream.rangeClosed(1, this.heard.size()).boxed().toList());
		}

	}

}
