// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.ServedItems;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * An item service named {@code items} in virtual time. For use by one thread.
 *
 * @param <I> the type of the ids
 */
final class SteppedItems<I> implements ServiceLifecycle {

	/** More than any test needs: what goes on for ever fails instead. */
	private static final int CALLS = 200_000;

	final SimulatedBackend backend;

	final ServiceEngine engine;

	private final ServedItems<I> served;

	private final EmbeddedItemEngine items;

	private final List<LifecycleEvent> events = new ArrayList<>();

	private final Deque<UserCall> held = new ArrayDeque<>();

	private Predicate<UserCall> hold = (call) -> false;

	private int calls;

	private @Nullable ServiceContext context;

	SteppedItems(long seed, ItemService<I> service, ItemSettings settings) {
		this(seed, service, settings, (backend) -> backend);
	}

	/**
	 * Create an item service.
	 * @param seed of the order in which things happen
	 * @param service the service
	 * @param settings its settings
	 * @param watched how its items see the backend
	 */
	SteppedItems(long seed, ItemService<I> service, ItemSettings settings, UnaryOperator<Backend> watched) {
		this.backend = new SimulatedBackend(new Random(seed));
		this.items = new EmbeddedItemEngine(watched.apply(this.backend));
		this.served = new ServedItems<>("items", new Counted(service), settings);
		this.engine = new ServiceEngine(
				ServiceGraph.of(List.of(ServiceDefinition.of("items", this, ServiceSettings.DEFAULTS, List.of()))),
				EngineSettings.DEFAULTS, this.backend, new WorkEngine(WorkSettings.DEFAULTS, this.backend, null));
		this.engine.addListener(this.events::add);
	}

	@Override
	public void start(ServiceContext started) {
		this.context = started;
		this.served.begin(this.items, started, null);
	}

	SteppedItems<I> start() {
		this.engine.start();
		run();
		return this;
	}

	void run() {
		Runnable task = this.backend.takeTask();
		while (task != null) {
			if (task instanceof UserCall call && this.hold.test(call) && HeldCall.begin(call)) {
				this.held.add(call);
			}
			else {
				task.run();
			}
			task = this.backend.takeTask();
		}
		if (this.calls > CALLS) {
			throw new AssertionError("The service is called for ever: " + this.served.snapshot());
		}
	}

	// A lane that never comes to an end does when the service is stopped.
	private void called() {
		if (++this.calls > CALLS) {
			this.engine.stop();
		}
	}

	void hold(Predicate<UserCall> which) {
		this.hold = which;
	}

	Deque<UserCall> held() {
		return this.held;
	}

	void pass(Duration duration) {
		long end = this.backend.nanoTime() + duration.toNanos();
		run();
		while (this.backend.alarmAt() <= end) {
			this.backend.advanceTo(this.backend.alarmAt());
			run();
		}
		this.backend.advanceTo(end);
		run();
	}

	void schedule(I id) {
		this.served.schedule(id);
	}

	Instant now() {
		return this.backend.instant();
	}

	ItemScheduler<I> scheduler() {
		return this.served;
	}

	ItemsSnapshot items() {
		ItemsSnapshot snapshot = this.served.snapshot();
		if (snapshot == null) {
			throw new IllegalStateException("Not started");
		}
		return snapshot;
	}

	ServiceSnapshot snapshot() {
		return this.engine.snapshot("items");
	}

	<T extends LifecycleEvent> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * Counts the calls of the service.
	 */
	private final class Counted implements ItemService<I> {

		private final ItemService<I> service;

		Counted(ItemService<I> service) {
			this.service = service;
		}

		@Override
		public Outcome process(I id) throws Exception {
			called();
			return this.service.process(id);
		}

		@Override
		public Stream<DueItem<I>> checkAll() throws Exception {
			called();
			return this.service.checkAll();
		}

		@Override
		public @Nullable Instant checkOne(I id) throws Exception {
			called();
			return this.service.checkOne(id);
		}

		@Override
		public Duration interval() {
			return this.service.interval();
		}

	}

}
