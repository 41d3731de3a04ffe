// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.ExposedEvent;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Exposed events on real threads, with listeners that do not keep up.
 */
@Timeout(60)
class ExposedEventThreadsTests {

	private static final int BUFFER = 8;

	private static final int EVENTS = 20_000;

	private static final List<String> SOURCES = List.of("a", "b", "c");

	private final Map<String, ServiceContext> contexts = new ConcurrentHashMap<>();

	private final ConcurrentLinkedQueue<LifecycleEvent> heard = new ConcurrentLinkedQueue<>();

	private final ServiceEngine engine = engine();

	private ServiceEngine engine() {
		EngineSettings defaults = EngineSettings.DEFAULTS;
		ThreadBackend backend = ThreadBackend.platform();
		return new ServiceEngine(
				ServiceGraph.of(SOURCES.stream()
					.map((name) -> ServiceDefinition.of(name, new Remembering(this.contexts, name),
							ServiceSettings.DEFAULTS, List.of()))
					.toList()),
				new EngineSettings(defaults.startupTimeout(), defaults.onFailure(), defaults.shutdownTimeout(), BUFFER),
				backend, new WorkEngine(WorkSettings.DEFAULTS, backend, null));
	}

	@AfterEach
	void stop() throws Exception {
		this.engine.stop().get(30, TimeUnit.SECONDS);
	}

	@Test
	void emitWhileListenerHangsKeepsTheBoundAndTellsAllElse() throws Exception {
		CountDownLatch hangs = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.engine.start().get(30, TimeUnit.SECONDS);
		this.engine.addListener((event) -> {
			if (event instanceof LifecycleEvent.Emitted) {
				hangs.countDown();
				await(release);
			}
			this.heard.add(event);
		});
		try {
			emit("a", 0);
			assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
			for (int number = 1; number <= EVENTS; number++) {
				emit("a", number);
			}
			this.engine.perform(ServiceAction.RESTART, "b").get(30, TimeUnit.SECONDS);
			Awaitility.await().until(() -> dropped("a") == EVENTS - BUFFER);
		}
		finally {
			release.countDown();
		}
		Awaitility.await().until(() -> states("b").contains(ServiceState.RUNNING));
		assertThat(states("b")).containsExactly(ServiceState.STOPPING, ServiceState.WAITING, ServiceState.STARTING,
				ServiceState.RUNNING);
		assertThat(numbers("a")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
		emit("a", EVENTS + 1);
		Awaitility.await().until(() -> numbers("a").contains(EVENTS + 1));
	}

	@Test
	void emitOfManyThreadsIsToldInOrderOrCounted() throws Exception {
		this.engine.start().get(30, TimeUnit.SECONDS);
		this.engine.addListener(this.heard::add);
		List<Thread> emitters = new ArrayList<>();
		for (String source : SOURCES) {
			Thread emitter = new Thread(() -> {
				for (int number = 0; number < EVENTS; number++) {
					emit(source, number);
				}
			});
			emitter.start();
			emitters.add(emitter);
		}
		for (Thread emitter : emitters) {
			emitter.join();
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(SOURCES).allSatisfy(
					(source) -> assertThat(numbers(source).size() + dropped(source)).as(source).isEqualTo(EVENTS)));
		assertThat(SOURCES)
			.allSatisfy((source) -> assertThat(numbers(source)).as(source).isSorted().doesNotHaveDuplicates());
		assertThat(this.heard).as("some are told").isNotEmpty();
	}

	private void emit(String source, int number) {
		this.contexts.get(source).events().emit(new Exposed(number));
	}

	private long dropped(String source) {
		return this.engine.workCounts(source).events().exposedDropped();
	}

	private List<Integer> numbers(String source) {
		return this.heard.stream()
			.filter(LifecycleEvent.Emitted.class::isInstance)
			.map(LifecycleEvent.Emitted.class::cast)
			.filter((emitted) -> emitted.source().equals(source))
			.map((emitted) -> ((Exposed) emitted.event()).number())
			.toList();
	}

	private List<ServiceState> states(String name) {
		return this.heard.stream()
			.filter(LifecycleEvent.StateChanged.class::isInstance)
			.map((event) -> ((LifecycleEvent.StateChanged) event).service())
			.filter((service) -> service.name().equals(name))
			.map((service) -> service.state())
			.toList();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ExposedEvent
	private record Exposed(int number) {

	}

	private record Remembering(Map<String, ServiceContext> contexts, String name) implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			this.contexts.put(this.name, context);
		}

	}

}
