// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.ServiceContext;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.ServiceEvents;
import io.managedservices.event.ServiceEvents.Subscription;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that carry the context of their emitter, on real threads: who emits knows where
 * they go without asking, while hooks come and go.
 */
@Timeout(120)
class EventContextThreadsTests {

	/** How many events of a source may be on their way to the service that paces them. */
	private static final int UNDER_WAY = 50;

	/** More than there ever are. */
	private static final int BUFFER = 1_000_000;

	private static final int ROUNDS = 400;

	private static final ThreadLocal<@Nullable Object> CONTEXT = new ThreadLocal<>();

	private final Map<String, ServiceContext> contexts = new ConcurrentHashMap<>();

	private final ThreadBackend backend = ThreadBackend.platform();

	private final WorkEngine work = new WorkEngine(WorkSettings.DEFAULTS, this.backend,
			EventContextThreadsTests::carried);

	private final List<Source> sources = List.of(new Source("s0"), new Source("s1"));

	private final AtomicBoolean over = new AtomicBoolean();

	private final Queue<String> violations = new ConcurrentLinkedQueue<>();

	private static Runnable carried(Runnable body) {
		Object captured = CONTEXT.get();
		return () -> {
			CONTEXT.set(captured);
			try {
				body.run();
			}
			finally {
				CONTEXT.remove();
			}
		};
	}

	private ServiceDefinition service(String name, ServiceHook... hooks) {
		ServiceDefinition plain = SteppedWork.service(name, (context) -> this.contexts.put(name, context));
		return new ServiceDefinition(plain.descriptor(), plain.instance(), plain.callbacks(),
				plain.settings().withEventBuffer(BUFFER), null, List.of(hooks));
	}

	private ServiceEngine start(ServiceDefinition... definitions) throws Exception {
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(definitions)), EngineSettings.DEFAULTS,
				this.backend, this.work);
		engine.start().get(30, TimeUnit.SECONDS);
		return engine;
	}

	private void emit(String source, Object event) {
		CONTEXT.set(event);
		try {
			this.contexts.get(source).events().emit(event);
		}
		finally {
			CONTEXT.remove();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "source" })
	void emitWhenItsRouteIsKnownDoesNotWaitForTheCoordinator(String hooked) throws Exception {
		BlockingQueue<String> told = new LinkedBlockingQueue<>();
		ServiceEngine engine = start(service("source"), service("target", new ServiceHook("hook", hooked, String.class,
				EventPolicy.BUFFER, (event) -> told.add(event + " in " + CONTEXT.get()))));
		emit("source", "first");
		assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("first in first");
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		CompletableFuture<Void> holding = OwnThread.run(() -> WorkAccess.coordination(this.work).ask(() -> {
			inside.countDown();
			return await(released);
		}));
		try {
			assertThat(await(inside)).isTrue();
			OwnThread.run(() -> emit("source", "second")).get(30, TimeUnit.SECONDS);
			assertThat(told).isEmpty();
		}
		finally {
			released.countDown();
		}
		assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("second in second");
		holding.get(30, TimeUnit.SECONDS);
		engine.stop().get(30, TimeUnit.SECONDS);
	}

	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Test
	void emitWhileHooksComeAndGoReachesAllThatWereThereOnce() throws Exception {
		long seed = Long.getLong("events.seed", System.nanoTime());
		ServiceEngine engine = start(service("s0"), service("s1"), service("t0"), service("t1"),
				service("pacing", pacing()));
		List<Thread> emitters = new ArrayList<>();
		this.sources.forEach((source) -> emitters.add(begin(() -> emitAll(source))));
		List<Thread> subscribers = new ArrayList<>();
		for (int index = 0; index < 4; index++) {
			String target = "t" + index % 2;
			Random random = new Random(seed + index);
			subscribers.add(begin(() -> subscribeAll(this.contexts.get(target).events(), random)));
		}
		for (Thread subscriber : subscribers) {
			subscriber.join();
		}
		this.over.set(true);
		for (Thread emitter : emitters) {
			emitter.interrupt();
			emitter.join();
		}
		engine.stop().get(30, TimeUnit.SECONDS);
		assertThat(this.violations).as("with -Devents.seed=%d", seed).isEmpty();
	}

	/** Of a service of its own, so that the others may have no hook at all. */
	private ServiceHook pacing() {
		return new ServiceHook("pacing", "", Numbered.class, EventPolicy.BUFFER, (event) -> {
			check(CONTEXT.get() == event, "Paced by " + event + " in " + CONTEXT.get());
			this.sources.get(((Numbered) event).source()).free.release();
		});
	}

	private Thread begin(Runnable body) {
		Thread thread = new Thread(() -> {
			try {
				body.run();
			}
			catch (Throwable ex) {
				check(this.over.get(), ex.toString());
			}
		});
		thread.start();
		return thread;
	}

	private void check(boolean holds, String violation) {
		if (!holds) {
			this.violations.add(violation);
		}
	}

	private void emitAll(Source source) {
		int index = this.sources.indexOf(source);
		try {
			while (!this.over.get()) {
				source.free.acquire();
				emit(source.name, Numbered.of(index, source.begun.incrementAndGet()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void subscribeAll(ServiceEvents events, Random random) {
		for (int round = 0; round < ROUNDS && this.violations.isEmpty(); round++) {
			int source = random.nextInt(3) - 1;
			Class<? extends Numbered> type = List.of(Numbered.class, Even.class, Odd.class).get(random.nextInt(3));
			Noting hook = new Noting();
			Subscription subscription = (source < 0) ? events.on(type, hook::onEvent)
					: events.on(this.sources.get(source).name, type, hook::onEvent);
			if (random.nextBoolean()) {
				awaitNext(hook, source, type, random);
			}
			subscription.close();
			hook.closedAfter = this.sources.stream().map((each) -> each.begun.get()).toList();
		}
	}

	private void awaitNext(Noting hook, int source, Class<? extends Numbered> type, Random random) {
		Set<Numbered> missing = new HashSet<>();
		for (int index = 0; index < this.sources.size(); index++) {
			int from = this.sources.get(index).begun.get();
			for (int count = 1 + random.nextInt(8); count > 0; count--) {
				Numbered event = Numbered.of(index, from + count);
				if ((source < 0 || source == index) && type.isInstance(event)) {
					missing.add(event);
				}
			}
		}
		while (!missing.isEmpty()) {
			Numbered event = hook.next();
			if (event == null) {
				check(false, "Subscribed before, but not told: " + missing);
				return;
			}
			missing.remove(event);
			if (missing.stream().anyMatch((each) -> event.isBehind(each))) {
				check(false, "Subscribed before, but told only of " + event + " and not of all of " + missing);
				return;
			}
		}
	}

	/** An event that knows its place among those of its source. */
	private interface Numbered {

		int source();

		int number();

		default boolean isBehind(Numbered other) {
			return source() == other.source() && number() > other.number();
		}

		static Numbered of(int source, int number) {
			return (number % 2 == 0) ? new Even(source, number) : new Odd(source, number);
		}

	}

	private record Even(int source, int number) implements Numbered {

	}

	private record Odd(int source, int number) implements Numbered {

	}

	/**
	 * A service that emits. Used by several threads.
	 */
	private static final class Source {

		private final String name;

		/** How many more events may be on their way. */
		private final Semaphore free = new Semaphore(UNDER_WAY);

		/** The number of the last event that it has begun to emit. */
		private final AtomicInteger begun = new AtomicInteger();

		Source(String name) {
			this.name = name;
		}

	}

	/**
	 * A hook that comes and goes. Told by one thread at a time.
	 */
	private final class Noting {

		private final Set<Numbered> told = new HashSet<>();

		private final BlockingQueue<Numbered> toldInOrder = new LinkedBlockingQueue<>();

		private volatile @Nullable List<Integer> closedAfter;

		void onEvent(Numbered event) {
			List<Integer> last = this.closedAfter;
			check(last == null || event.number() <= last.get(event.source()), "Told after it was closed: " + event);
			check(this.told.add(event), "Told twice: " + event);
			check(CONTEXT.get() == event, "Told %s in %s".formatted(event, CONTEXT.get()));
			this.toldInOrder.add(event);
		}

		@Nullable Numbered next() {
			try {
				return this.toldInOrder.poll(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
