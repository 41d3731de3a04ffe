// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.work.core.Unit;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceKind;
import io.managedservices.state.ServiceState;

/**
 * Services with work inside in virtual time: what is to be run on threads is run on the
 * thread of the test, or held inside user code. For use by one thread.
 */
public final class SteppedWork {

	public final SimulatedBackend backend;

	public final ServiceEngine engine;

	public final WorkEngine work;

	private final Deque<Unit> held = new ArrayDeque<>();

	private final List<LifecycleEvent> events = new ArrayList<>();

	private Predicate<Unit> hold = (unit) -> false;

	private boolean hangs;

	private @Nullable UserCall hanging;

	public SteppedWork(long seed, WorkSettings settings, @Nullable UnaryOperator<Runnable> decorator,
			List<ServiceDefinition> definitions) {
		this(seed, EngineSettings.DEFAULTS, settings, decorator, definitions);
	}

	public SteppedWork(long seed, EngineSettings engineSettings, WorkSettings settings,
			@Nullable UnaryOperator<Runnable> decorator, List<ServiceDefinition> definitions) {
		this.backend = new SimulatedBackend(new Random(seed));
		this.work = new WorkEngine(settings, this.backend, decorator);
		this.engine = new ServiceEngine(ServiceGraph.of(definitions), engineSettings, this.backend, this.work);
		this.engine.addListener(this.events::add);
	}

	public SteppedWork(ServiceDefinition... definitions) {
		this(0, WorkSettings.DEFAULTS, null, List.of(definitions));
	}

	public static ServiceDefinition service(String name, Start start) {
		return ServiceDefinition.of(name, new StartingService(start), ServiceSettings.DEFAULTS, List.of());
	}

	public static ServiceDefinition service(String name, String lease, Start start) {
		return service(name, start)
			.withDescriptor(new ServiceDescriptor(name, true, Activation.ENABLED, List.of(), ServiceKind.BEAN, lease));
	}

	/**
	 * Starts all services, and runs what there is to run.
	 * @return this
	 */
	public SteppedWork start() {
		this.engine.start();
		run();
		return this;
	}

	/**
	 * Runs what is to be run now, in an order that depends on the seed.
	 */
	public void run() {
		Runnable task = this.backend.takeTask();
		while (task != null) {
			if (task instanceof Unit unit && this.hold.test(unit)) {
				if (HeldCall.begin(unit)) {
					this.held.add(unit);
				}
				else {
					unit.run();
				}
			}
			else if (this.hangs && task instanceof UserCall call && !(task instanceof Unit)) {
				this.hangs = false;
				this.hanging = call;
				HeldCall.begin(call);
			}
			else {
				task.run();
			}
			task = this.backend.takeTask();
		}
	}

	/**
	 * Lets the next method of a service begin and not return.
	 */
	public void hangNextMethod() {
		this.hangs = true;
	}

	/**
	 * Lets the method that hangs return.
	 */
	public void returnFromMethod() {
		HeldCall.finish(Objects.requireNonNull(this.hanging));
		run();
	}

	/**
	 * Holds units inside user code from when they begin, until they are finished.
	 * @param which which of them
	 */
	public void hold(Predicate<Unit> which) {
		this.hold = which;
	}

	/**
	 * The units that are held, in the order in which they have begun.
	 * @return the units
	 */
	public Deque<Unit> held() {
		return this.held;
	}

	/**
	 * Lets the unit that is held longest run its user code and leave, and runs what
	 * follows.
	 */
	public void finish() {
		HeldCall.finish(this.held.remove());
		run();
	}

	/**
	 * Lets time pass, and runs everything that comes due meanwhile.
	 * @param duration how much time
	 */
	public void pass(Duration duration) {
		long end = this.backend.nanoTime() + duration.toNanos();
		run();
		while (this.backend.alarmAt() <= end) {
			this.backend.advanceTo(this.backend.alarmAt());
			run();
		}
		this.backend.advanceTo(end);
		run();
	}

	public ServiceState state(String name) {
		return this.engine.snapshot(name).state();
	}

	public <T extends LifecycleEvent> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * What a service does when it is started.
	 */
	@FunctionalInterface
	public interface Start {

		void start(ServiceContext context) throws Exception;

	}

	private record StartingService(Start begin) implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws Exception {
			this.begin.start(context);
		}

	}

}
