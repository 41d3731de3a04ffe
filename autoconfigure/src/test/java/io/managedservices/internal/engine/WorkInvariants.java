// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.WorkInside.Remaining;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.SimulatedUnit;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.event.EventWatch;
import io.managedservices.internal.work.microtask.MicroTaskWatch;
import io.managedservices.internal.work.task.TaskWatch;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.Workload;
import io.managedservices.state.ServiceState;
import io.managedservices.work.WorkKind;

/**
 * What must always hold of the work inside services. It sees every unit enter and leave
 * user code, and keeps the times of the stops itself.
 */
final class WorkInvariants {

	private final Rooms rooms;

	private final Coordinator coordinator;

	private final @Nullable TaskWatch tasks;

	private final @Nullable MicroTaskWatch microTasks;

	private final EventWatch events = new EventWatch();

	private final Set<SimulatedUnit> inside = new LinkedHashSet<>();

	/** When incarnations with work inside were seen to be asked to end. */
	private final Map<Incarnation, Long> ending = new HashMap<>();

	/** Those whose stop has failed, or took too long. */
	private final Set<Incarnation> givenUp = new HashSet<>();

	/** Those that are to be left in peace. */
	private final Set<SimulatedUnit> peaceful = new HashSet<>();

	/** Those that were interrupted although their service runs. */
	private final Set<SimulatedUnit> cancelled = new HashSet<>();

	/** What was told to hang, by service and name. */
	private final Set<String> hanging = new HashSet<>();

	/**
	 * Those that had work inside when the stop of all gave up: that stays so when all are
	 * started again.
	 */
	private final Set<Incarnation> shutDown = new HashSet<>();

	/** When the stop of all gives up. */
	private long shutdownAt = TimerQueue.NEVER;

	/** The first thing that went wrong inside user code. */
	private @Nullable Throwable violation;

	/**
	 * Create invariants.
	 * @param rooms knows the services
	 * @param engine drives their work, or {@code null} if they have none
	 * @param backend time and threads
	 */
	WorkInvariants(Rooms rooms, @Nullable WorkEngine engine, SimulatedBackend backend) {
		this.rooms = rooms;
		this.coordinator = rooms.coordinator;
		this.tasks = (engine != null) ? new TaskWatch(engine, backend) : null;
		this.microTasks = (engine != null) ? new MicroTaskWatch(engine, backend) : null;
		for (int index = 0; index < rooms.coordinator.graph().size(); index++) {
			ServiceNode node = rooms.coordinator.node(index);
			node.definition().hooks().forEach((hook) -> this.events.declare(node.name(), hook.source(), hook.type()));
		}
	}

	TaskWatch tasks() {
		return Objects.requireNonNull(this.tasks);
	}

	MicroTaskWatch microTasks() {
		return Objects.requireNonNull(this.microTasks);
	}

	EventWatch events() {
		return this.events;
	}

	/**
	 * All services are to start.
	 */
	void starting() {
		this.shutdownAt = TimerQueue.NEVER;
	}

	/**
	 * All services are to stop.
	 * @param limit when that gives up
	 */
	void stopping(long limit) {
		this.shutdownAt = limit;
	}

	/**
	 * A callback enters user code.
	 * @param invocation the callback
	 */
	void begins(Invocation invocation) {
		if (invocation.method() == Method.STOP && invocation.node().occupant() != invocation) {
			Incarnation incarnation = invocation.incarnation();
			long since = this.ending.getOrDefault(incarnation, 0L);
			long half = since + invocation.node().settings().stopTimeout().toNanos() / 2;
			require(!isInside(incarnation) || now() >= half || isShutDown(incarnation), invocation.node(),
					"stopped before its work has ended");
		}
		if (invocation.method() == Method.START) {
			require(units(invocation.node()).isEmpty(), invocation.node(), "started while earlier work goes on");
		}
	}

	/**
	 * A callback leaves user code.
	 * @param invocation the callback
	 * @param failed whether it throws
	 */
	void ends(Invocation invocation, boolean failed) {
		if (invocation.method() == Method.STOP && failed) {
			this.givenUp.add(invocation.incarnation());
		}
		else if (invocation.method() == Method.STOP && invocation.node().invocation() == invocation) {
			this.givenUp.remove(invocation.incarnation());
		}
	}

	/**
	 * A unit enters user code.
	 * @param unit the unit
	 */
	void begins(SimulatedUnit unit) {
		ServiceNode node = node(unit);
		boolean early = unit.kind() == WorkKind.WORKER || unit.kind() == WorkKind.MICRO_TASK;
		require(node.incarnation() == unit.incarnation(), node, unit.what() + " of another incarnation begins");
		require(!unit.isEnded() && !unit.incarnation().isStopping(), node, unit.what() + " begins after the end");
		require(node.state() == ServiceState.RUNNING || (early && node.state() == ServiceState.STARTING), node,
				unit.what() + " begins");
		for (SimulatedUnit other : units(node)) {
			require(unit.kind() == WorkKind.MICRO_TASK || !isSame(unit, other), node, "two runs of " + unit.what());
		}
		this.inside.add(unit);
		tasks().begins(unit);
		microTasks().begins(unit);
	}

	// A service has one delivery of events at a time, whatever their names are.
	private static boolean isSame(SimulatedUnit unit, SimulatedUnit other) {
		return unit.kind() == other.kind() && (unit.kind() == WorkKind.HOOK || unit.what().equals(other.what()));
	}

	/**
	 * A unit leaves user code.
	 * @param unit the unit
	 */
	void ends(SimulatedUnit unit) {
		this.inside.remove(unit);
		this.peaceful.remove(unit);
		this.cancelled.remove(unit);
	}

	/**
	 * An event comes to a hook.
	 * @param target the service that it belongs to
	 * @param listener the hook
	 * @param event the event
	 */
	void hooked(ServiceNode target, EventWatch.Listener listener, SimulatedEvent event) {
		// An injected one may come before those that wait for their source.
		this.events.tells(listener, event.source(), event.injected() ? " injected" : "", event.number());
		require(isAlive(target), target, "is told of an event");
		ServiceNode source = this.coordinator.existing(event.source());
		require(event.injected() || isAlive(source), target,
				"is told of an event of %s, which is %s".formatted(source.name(), source.state()));
	}

	private static boolean isAlive(ServiceNode node) {
		return node.state() == ServiceState.RUNNING && node.incarnation() != null && !node.incarnation().isStopping();
	}

	void told(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.Hanging hangs) {
			this.hanging.add(hangs.service().name() + "/" + hangs.method());
		}
	}

	/**
	 * Does something inside user code, where nothing else would notice that it fails.
	 * @param action what is done
	 */
	void expect(Runnable action) {
		try {
			action.run();
		}
		catch (AssertionError | RuntimeException ex) {
			this.violation = (this.violation != null) ? this.violation : ex;
		}
	}

	/**
	 * Checks what holds after each step.
	 */
	void check() {
		if (this.violation != null) {
			throw new AssertionError(this.violation.getMessage(), this.violation);
		}
		for (SimulatedUnit unit : this.inside) {
			check(unit, node(unit), (Incarnation) unit.incarnation());
		}
		if (this.tasks != null && this.microTasks != null) {
			this.tasks.check(count(WorkKind.TASK));
			this.microTasks.check(count(WorkKind.MICRO_TASK));
			checkEvents();
		}
	}

	// One that has missed a beat is interrupted for that, which may be what its service
	// ends for.
	private void spareWorkers(Incarnation incarnation) {
		this.inside.stream()
			.filter((unit) -> unit.incarnation() == incarnation && unit.kind() == WorkKind.WORKER)
			.filter(SimulatedUnit::isInterrupted)
			.forEach(this.cancelled::add);
	}

	private boolean isShutDown(Incarnation incarnation) {
		return now() >= this.shutdownAt || this.shutDown.contains(incarnation);
	}

	// Whoever has asked for a micro-task or a ticker may have it interrupted at any time.
	private boolean isCancelled(SimulatedUnit unit) {
		return unit.kind() == WorkKind.MICRO_TASK || unit.kind() == WorkKind.TICKER || this.cancelled.contains(unit);
	}

	private long count(WorkKind kind) {
		long count = 0;
		for (SimulatedUnit unit : this.inside) {
			count += (unit.kind() == kind) ? 1 : 0;
		}
		return count;
	}

	private void checkEvents() {
		for (String target : this.events.targets()) {
			this.events.check(target, this.rooms.works.of(this.coordinator.existing(target)).owned());
		}
	}

	private void check(SimulatedUnit unit, ServiceNode node, Incarnation incarnation) {
		require(node.incarnation() == incarnation || (node.incarnation() != null && node.incarnation().attempt() == 0),
				node, "was started again while %s is inside user code".formatted(unit.what()));
		if (!incarnation.isStopping()) {
			require(node.state() == ServiceState.STARTING || node.state() == ServiceState.RUNNING, node,
					"goes on with " + unit.what());
			if (unit.isInterrupted()) {
				this.cancelled.add(unit);
			}
			return;
		}
		if (!this.ending.containsKey(incarnation)) {
			spareWorkers(incarnation);
		}
		long since = this.ending.computeIfAbsent(incarnation, (ended) -> now());
		if (now() >= this.shutdownAt) {
			this.shutDown.add(incarnation);
		}
		if (unit.isPeaceful()) {
			this.peaceful.add(unit);
		}
		if (unit.isToFinish() || this.peaceful.contains(unit)) {
			boolean late = now() >= since + node.settings().stopTimeout().toNanos() / 2 || isShutDown(incarnation);
			require(late || isCancelled(unit) || !unit.isInterrupted(), node,
					unit.what() + " is interrupted before half of the time");
		}
		else {
			long grace = unit.graceNanos();
			boolean early = grace > 0 && now() <= since + grace + Simulation.LATEST;
			require(early || unit.isInterrupted(), node, unit.what() + " is not interrupted");
		}
		if (node.incarnation() != incarnation || node.state() != ServiceState.STOPPING) {
			if (now() >= since + node.settings().stopTimeout().toNanos() || isShutDown(incarnation)) {
				this.givenUp.add(incarnation);
			}
			require(unit.isInterrupted(), node, unit.what() + " is not interrupted at the end");
			require(this.givenUp.contains(incarnation), node,
					"counts as stopped while %s is inside user code".formatted(unit.what()));
		}
	}

	/**
	 * Checks what holds when all is stopped and nothing is left to do.
	 * @param observed whether somebody was told
	 */
	void checkStopped(boolean observed) {
		for (SimulatedUnit unit : this.inside) {
			ServiceNode node = node(unit);
			require(node.work() != null
					&& node.work().remaining().stream().map(Remaining::what).toList().contains(unit.what()), node,
					"does not know that %s is inside user code".formatted(unit.what()));
			require(!observed || this.hanging.contains(node.name() + "/" + unit.what()), node,
					"nobody was told that %s hangs".formatted(unit.what()));
		}
		for (int index = 0; index < this.coordinator.graph().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			boolean left = !units(node).isEmpty();
			require(node.work() == null || (node.work().isOver() != left && node.work().isLeft() == left), node,
					"has work left: " + ((node.work() != null) ? node.work().remaining() : null));
		}
		Workload load = this.rooms.works.driver().workload();
		long running = count(WorkKind.TASK);
		if (load.tasksRunning() != running || load.tasksQueued() != 0 || load.microTasksRunning() != 0
				|| load.lines().mediumWaiting() != 0 || load.lines().lowWaiting() != 0) {
			throw new AssertionError("%d tasks are inside user code, and nothing else: %s".formatted(running, load));
		}
	}

	private boolean isInside(Incarnation incarnation) {
		return this.inside.stream().anyMatch((unit) -> unit.incarnation() == incarnation);
	}

	private List<SimulatedUnit> units(ServiceNode node) {
		return this.inside.stream().filter((unit) -> node(unit) == node).toList();
	}

	private ServiceNode node(SimulatedUnit unit) {
		return this.coordinator.existing(unit.incarnation().name());
	}

	private long now() {
		return this.coordinator.nanoTime();
	}

	private static void require(boolean condition, ServiceNode node, String what) {
		if (!condition) {
			throw new AssertionError("Service '%s' (%s): %s".formatted(node.name(), node.state(), what));
		}
	}

}
