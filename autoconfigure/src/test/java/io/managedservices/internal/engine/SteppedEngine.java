// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.LifecycleEvent;

/**
 * An engine in virtual time whose callbacks run on the thread of the test, as the test
 * lets time pass. For use by one thread.
 */
final class SteppedEngine {

	private static final Predicate<Invocation> NONE = (invocation) -> false;

	final SimulatedBackend backend;

	final ServiceEngine engine;

	private Predicate<Invocation> hangs = NONE;

	private @Nullable Invocation hanging;

	private final List<LifecycleEvent> events = new ArrayList<>();

	SteppedEngine(long seed, EngineSettings settings, List<ServiceDefinition> definitions) {
		this.backend = new SimulatedBackend(new Random(seed));
		this.engine = new ServiceEngine(ServiceGraph.of(definitions), settings, this.backend);
		this.engine.addListener(this.events::add);
	}

	SteppedEngine(ServiceDefinition... definitions) {
		this(0, EngineSettings.DEFAULTS, List.of(definitions));
	}

	/**
	 * Runs what is to be run now.
	 */
	void runTasks() {
		Runnable task = this.backend.takeTask();
		while (task != null) {
			if (task instanceof Invocation invocation && this.hangs.test(invocation)) {
				this.hangs = NONE;
				invocation.begin(null);
				this.hanging = invocation;
			}
			else {
				task.run();
			}
			task = this.backend.takeTask();
		}
	}

	/**
	 * Lets the next callback begin and not return.
	 */
	void hangNext() {
		this.hangs = (invocation) -> true;
	}

	/**
	 * Lets the next callback of a service begin and not return.
	 * @param service its name
	 */
	void hangNext(String service) {
		this.hangs = (invocation) -> invocation.node().name().equals(service);
	}

	/**
	 * Lets the callback return that hangs.
	 */
	void returnHanging() {
		Objects.requireNonNull(this.hanging).end(null);
	}

	/**
	 * Lets time pass, and runs everything that comes due meanwhile.
	 * @param duration how much time
	 */
	void pass(Duration duration) {
		long end = this.backend.nanoTime() + duration.toNanos();
		runTasks();
		while (this.backend.alarmAt() <= end) {
			this.backend.advanceTo(this.backend.alarmAt());
			runTasks();
		}
		this.backend.advanceTo(end);
	}

	void forgetEvents() {
		this.events.clear();
	}

	Instant now() {
		return this.backend.instant();
	}

	<T extends LifecycleEvent> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

}
