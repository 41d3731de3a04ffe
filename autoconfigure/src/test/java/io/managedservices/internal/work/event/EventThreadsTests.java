// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.EventRefusedException;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Events between services on real threads: rings under load, with mailboxes that are far
 * too small.
 */
@Timeout(60)
class EventThreadsTests {

	private static final int RING = 5;

	private final Map<String, ServiceContext> contexts = new ConcurrentHashMap<>();

	private final Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();

	private final AtomicLong told = new AtomicLong();

	private final AtomicInteger violations = new AtomicInteger();

	private final AtomicBoolean stopped = new AtomicBoolean();

	private ServiceEngine ring(EventPolicy policy, int capacity, int threads) {
		WorkSettings defaults = WorkSettings.DEFAULTS;
		WorkSettings settings = new WorkSettings(defaults.taskSlots(), defaults.longTask(), defaults.microTaskLimit(),
				defaults.mediumMaxDelay(), defaults.lowMaxDelay(), threads, defaults.failuresKept());
		List<ServiceDefinition> definitions = new ArrayList<>();
		for (int index = 0; index < RING; index++) {
			String name = "s" + index;
			String before = "s" + (index + RING - 1) % RING;
			this.inside.put(name, new AtomicInteger());
			ServiceDefinition plain = ServiceDefinition.of(name, new Remembering(this.contexts, name),
					ServiceSettings.DEFAULTS.withEventBuffer(capacity), List.of());
			definitions.add(new ServiceDefinition(plain.descriptor(), plain.instance(), plain.callbacks(),
					plain.settings(), null, List.of(new ServiceHook("ring", before, Integer.class, policy,
							(event) -> passOn(name, (Integer) event)))));
		}
		ThreadBackend backend = ThreadBackend.platform();
		return new ServiceEngine(ServiceGraph.of(definitions), EngineSettings.DEFAULTS, backend,
				new WorkEngine(settings, backend, null));
	}

	private void passOn(String name, Integer event) {
		if (this.stopped.get() || this.inside.get(name).getAndIncrement() > 0) {
			this.violations.incrementAndGet();
		}
		this.told.incrementAndGet();
		try {
			// Each becomes two, so that mailboxes are always full.
			this.contexts.get(name).events().emit(event);
			this.contexts.get(name).events().emit(event);
		}
		finally {
			this.inside.get(name).decrementAndGet();
		}
	}

	private void runAndStop(EventPolicy policy, int capacity, int threads) throws Exception {
		ServiceEngine engine = ring(policy, capacity, threads);
		engine.start().get(30, TimeUnit.SECONDS);
		for (int index = 0; index < RING; index++) {
			engine.emit("s" + index, index);
		}
		CompletableFuture<Long> lastRead = OwnThread.supply(() -> readDelivered(engine));
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.told.get() > 20_000);
		engine.stop().get(30, TimeUnit.SECONDS);
		this.stopped.set(true);
		assertThat(lastRead.get(30, TimeUnit.SECONDS)).isPositive()
			.isLessThanOrEqualTo(engine.workCounts("s0").events().delivered());
		long toldAtStop = this.told.get();
		assertThat(engine.snapshots()).allSatisfy((each) -> assertThat(each.state()).isEqualTo(ServiceState.STOPPED));
		for (int index = 0; index < RING; index++) {
			emitTooLate("s" + index, policy);
		}
		long accounted = 0;
		long emitted = 0;
		for (int index = 0; index < RING; index++) {
			EventStatus status = engine.work("s" + index).events();
			// What was taken for a hook that refuses is kept, even if the service stops.
			assertThat(status.held()).isLessThanOrEqualTo((policy == EventPolicy.FAIL) ? 2 * capacity : capacity);
			accounted += status.delivered() + status.held() + status.dropped();
			emitted += status.emitted();
		}
		assertThat(accounted).isEqualTo(emitted);
		assertThat(this.told.get()).isEqualTo(toldAtStop);
		assertThat(this.violations).hasValue(0);
	}

	private long readDelivered(ServiceEngine engine) {
		long known = 0;
		while (!this.stopped.get()) {
			long read = engine.workCounts("s0").events().delivered();
			if (read < known) {
				this.violations.incrementAndGet();
			}
			known = read;
		}
		return known;
	}

	private void emitTooLate(String name, EventPolicy policy) {
		ServiceEvents events = this.contexts.get(name).events();
		if (policy == EventPolicy.FAIL) {
			assertThatExceptionOfType(EventRefusedException.class).isThrownBy(() -> events.emit(0));
		}
		else {
			events.emit(0);
		}
	}

	@Test
	void ringThatHoldsEndsWhenItIsStopped() throws Exception {
		runAndStop(EventPolicy.BUFFER, 1, 500);
	}

	@Test
	void ringWithFewerThreadsThanServicesEndsWhenItIsStopped() throws Exception {
		runAndStop(EventPolicy.BUFFER, 3, 2);
	}

	@Test
	void ringThatDropsEndsWhenItIsStopped() throws Exception {
		runAndStop(EventPolicy.DROP, 2, 500);
	}

	@Test
	void ringThatRefusesEndsWhenItIsStopped() throws Exception {
		runAndStop(EventPolicy.FAIL, 64, 500);
	}

	@Test
	void stopWhileManyThreadsEmitDeliversNothingAfterwards() throws Exception {
		ServiceEngine engine = ring(EventPolicy.BUFFER, 10, 500);
		engine.start().get(30, TimeUnit.SECONDS);
		AtomicBoolean over = new AtomicBoolean();
		List<Thread> emitters = new ArrayList<>();
		for (int index = 0; index < RING; index++) {
			int number = index;
			Thread emitter = new Thread(() -> {
				while (!over.get()) {
					this.contexts.get("s" + number).events().emit(number);
				}
			});
			emitter.start();
			emitters.add(emitter);
		}
		try {
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.told.get() > 5_000);
			engine.stop().get(30, TimeUnit.SECONDS);
			this.stopped.set(true);
		}
		finally {
			over.set(true);
			for (Thread emitter : emitters) {
				emitter.join();
			}
		}
		assertThat(this.violations).hasValue(0);
		assertThat(engine.snapshots()).allSatisfy((each) -> assertThat(each.state()).isEqualTo(ServiceState.STOPPED));
	}

	@Test
	void emitWhenTwoServicesTakeItEntersNoContextTwiceAtOnce() throws Exception {
		CountDownLatch bothInside = new CountDownLatch(2);
		CountDownLatch bothInsideInjected = new CountDownLatch(2);
		ConcurrentLinkedQueue<Thread> capturing = new ConcurrentLinkedQueue<>();
		ServiceHook both = new ServiceHook("both", "source", CountDownLatch.class, EventPolicy.BUFFER,
				(event) -> meet((CountDownLatch) event));
		List<ServiceDefinition> definitions = new ArrayList<>();
		for (String name : List.of("source", "a", "b")) {
			ServiceDefinition plain = ServiceDefinition.of(name, new Remembering(this.contexts, name),
					ServiceSettings.DEFAULTS, List.of());
			definitions.add(new ServiceDefinition(plain.descriptor(), plain.instance(), plain.callbacks(),
					plain.settings(), null, name.equals("source") ? List.of() : List.of(both)));
		}
		ThreadBackend backend = ThreadBackend.platform();
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(definitions), EngineSettings.DEFAULTS, backend,
				new WorkEngine(WorkSettings.DEFAULTS, backend, (task) -> {
					capturing.add(Thread.currentThread());
					AtomicBoolean entered = new AtomicBoolean();
					return () -> {
						if (!entered.compareAndSet(false, true)) {
							this.violations.incrementAndGet();
						}
						task.run();
						entered.set(false);
					};
				}));
		engine.start().get(30, TimeUnit.SECONDS);
		this.contexts.get("source").events().emit(bothInside);
		assertThat(bothInside.await(30, TimeUnit.SECONDS)).isTrue();
		engine.emit("source", bothInsideInjected);
		assertThat(bothInsideInjected.await(30, TimeUnit.SECONDS)).isTrue();
		engine.stop().get(30, TimeUnit.SECONDS);
		assertThat(this.violations).hasValue(0);
		assertThat(capturing).containsOnly(Thread.currentThread());
	}

	private static void meet(CountDownLatch bothInside) throws InterruptedException {
		bothInside.countDown();
		assertThat(bothInside.await(30, TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * A service that gives its context away.
	 */
	private record Remembering(Map<String, ServiceContext> contexts, String name) implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			this.contexts.put(this.name, context);
		}

	}

}
