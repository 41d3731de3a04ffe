// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.Restart;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.await.ProvidedWaiter;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.listen.EventDispatcher;
import io.managedservices.internal.engine.report.CheckInvocation;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.engine.run.EngineSettings.OnFailure;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.SimulatedUnit;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One life of a random graph in virtual time, with random failures, hangs, delays, work
 * and commands, decided by one seed. What must always hold is checked after every step.
 */
final class Simulation {

	/** How late the simulation rings an alarm at most, in nanoseconds. */
	static final int LATEST = 20_000_000;

	private static final int MAX_STEPS = 500_000;

	/** Services have no lease here. */
	private static final List<ServiceAction> ACTIONS = List
		.copyOf(EnumSet.complementOf(EnumSet.of(ServiceAction.RELEASE)));

	private final Random random;

	private final SimulatedBackend backend;

	private final EngineSettings settings;

	private final Rooms rooms;

	private final Coordinator coordinator;

	private final EventDispatcher events;

	private final Invariants invariants;

	private final double trouble;

	private final List<SimulatedCall> calls = new ArrayList<>();

	private final Map<ServiceNode, Incarnation> incarnations = new HashMap<>();

	private final List<CompletableFuture<?>> futures = new ArrayList<>();

	private final IntentModel intent;

	/** A service for each demand that is open. */
	private final List<ServiceNode> demands = new ArrayList<>();

	private final ToldEvents told;

	private final Heartbeats heartbeats;

	private final WorkInvariants workInvariants;

	private final HeldWork held;

	/** What asks for work, if services have any in this life. */
	private final @Nullable SimulatedWork work;

	/** Registers services and unregisters some, if they come and go in this life. */
	private final @Nullable SimulatedChanges changes;

	/** Operations, and whether each is to be refused. */
	private final Map<CompletableFuture<Void>, Boolean> refusals = new HashMap<>();

	/** What listeners know of the conditions of each service. */
	private final Map<String, Map<String, Condition>> conditions = new HashMap<>();

	private int steps;

	Simulation(long seed, boolean replay) {
		this(seed, replay, false);
	}

	/**
	 * Create a life.
	 * @param seed decides it
	 * @param replay whether all is checked after every step
	 * @param changing whether services come and go
	 */
	Simulation(long seed, boolean replay, boolean changing) {
		this.random = new Random(seed);
		this.backend = new SimulatedBackend(this.random);
		// Most lives are shorter than a second, which is as often as cron can be.
		this.backend.jump(Duration.ofMillis(this.random.nextInt(1000)));
		boolean works = this.random.nextInt(3) != 0 && !changing;
		ServiceGraph graph = new SimulatedGraph(this.random, works ? this::hooked : null).create();
		this.trouble = new double[] { 0, 0.05, 0.2, 0.6 }[this.random.nextInt(4)];
		this.settings = new EngineSettings(Duration.ofMillis(50 + this.random.nextInt(2000)),
				this.random.nextBoolean() ? OnFailure.FAIL : OnFailure.CONTINUE,
				Duration.ofMillis(20 + this.random.nextInt(500)), 1 + this.random.nextInt(4));
		this.events = new EventDispatcher(this.backend, this.settings.exposedEventBuffer());
		if (this.random.nextInt(4) != 0) {
			this.events.add(this::told);
		}
		WorkEngine engine = works ? new WorkEngine(workSettings(), this.backend, null) : null;
		this.rooms = new Rooms(graph, this.settings, this.backend, this.events, engine);
		this.coordinator = this.rooms.coordinator;
		this.intent = new IntentModel(graph);
		this.told = new ToldEvents(this.coordinator, this.intent);
		this.heartbeats = new Heartbeats(this.random, this.coordinator);
		this.invariants = new Invariants(this.rooms, this.intent, replay,
				this.settings.quiesceTimeout().toNanos() + LATEST);
		this.workInvariants = new WorkInvariants(this.rooms, engine, this.backend);
		this.held = new HeldWork(this.random, this.backend, this.workInvariants, this.trouble);
		this.changes = changing ? new SimulatedChanges(new Random(~seed), this.rooms, this.intent) : null;
		this.work = works ? new SimulatedWork(this.random, this.rooms, this.backend, this.held, this.workInvariants,
				this.futures::add) : null;
	}

	private WorkSettings workSettings() {
		return new WorkSettings(1 + this.random.nextInt(3), millis(5, 60), 2 + this.random.nextInt(3), millis(1, 20),
				millis(1, 40), 2, 1 + this.random.nextInt(3));
	}

	private Duration millis(int least, int most) {
		return Duration.ofMillis(least + this.random.nextInt(most - least + 1));
	}

	private void hooked(String target, SimulatedEvent event) throws Exception {
		if (this.work != null) {
			this.work.hooked(target, this.workInvariants.events().declared(target), event);
		}
	}

	/**
	 * Plays the whole life.
	 * @return how many steps it took
	 */
	int run() {
		int length = 20 + this.random.nextInt(60 * (1 + this.coordinator.roster().size() / 4));
		start();
		while (this.steps < length && step()) {
			command();
			if (this.changes != null && this.random.nextInt(5) == 0) {
				this.futures.addAll(this.changes.change(this.refusals));
				check();
			}
			if (this.work != null && this.random.nextInt(6) == 0) {
				this.work.act();
				check();
			}
		}
		stopAndCheck();
		return this.steps;
	}

	private void command() {
		switch (this.random.nextInt(120)) {
			case 0 -> stop();
			case 1, 2 -> start();
			case 3, 4 -> whenRunning();
			case 6, 7, 8 -> fail();
			case 9 -> report(this::complete);
			case 10, 11, 12, 13 -> perform();
			case 14 -> activate();
			case 15, 16, 17, 18, 19, 20 -> report();
			case 21, 22 -> quiesce();
			case 23, 24 -> whenProvided();
			case 25, 26, 27 -> openDemand();
			case 28, 29, 30 -> closeDemand();
			case 5 -> {
				if (!this.futures.isEmpty()) {
					this.futures.get(this.random.nextInt(this.futures.size())).cancel(false);
					check();
				}
			}
			default -> {
			}
		}
	}

	private void openDemand() {
		if (isEmpty()) {
			return;
		}
		ServiceNode node = anyNode();
		this.demands.add(node);
		this.intent.demanded(node, true);
		this.coordinator.run(() -> this.rooms.demands.open(node));
		check();
	}

	private void closeDemand() {
		if (!this.demands.isEmpty()) {
			ServiceNode node = this.demands.remove(this.random.nextInt(this.demands.size()));
			this.coordinator.run(() -> this.rooms.demands.close(node));
			check();
		}
	}

	// Only the engine knows when the idle timeout of those is over that nobody asks for.
	private void checkDemands() {
		for (ServiceNode node : this.coordinator.nodes()) {
			int open = Collections.frequency(this.demands, node);
			assertThat(this.rooms.demands.count(node)).as("open demands").isEqualTo(open);
			assertThat(node.demanded()).as("demand of " + node.name())
				.isEqualTo(open > 0 || this.rooms.demands.isIdle(node));
			this.intent.demanded(node, node.demanded());
		}
	}

	private void check() {
		checkDemands();
		this.invariants.check();
		this.workInvariants.check();
	}

	private void start() {
		CompletableFuture<Void> future = new CompletableFuture<>();
		this.futures.add(future);
		this.intent.startAll();
		this.workInvariants.starting();
		this.coordinator.run(() -> this.rooms.run.start(future));
		check();
	}

	private CompletableFuture<Void> stop() {
		CompletableFuture<Void> future = new CompletableFuture<>();
		this.futures.add(future);
		this.intent.stopAll();
		this.coordinator.run(() -> {
			// What quiescing has used is known inside only.
			if (this.rooms.run.isUp()) {
				this.workInvariants.stopping(shutdownLimit());
			}
			this.rooms.run.stop(future);
		});
		check();
		return future;
	}

	private void quiesce() {
		operate((target, future) -> target.run.quiesce(future));
	}

	private void whenRunning() {
		if (isEmpty()) {
			return;
		}
		ServiceNode node = anyNode();
		CompletableFuture<ServiceSnapshot> future = new CompletableFuture<>();
		this.futures.add(future);
		this.coordinator.run(() -> this.rooms.waiters.await(node, future, this.rooms.run.whyNot(node)));
	}

	private void fail() {
		if (isEmpty()) {
			return;
		}
		if (this.random.nextInt(4) == 0) {
			operate((target, future) -> target.operations.fail(anyNode(), new IllegalStateException("simulated"),
					future));
		}
		else {
			report((target, node) -> target.failures.failed(node, Objects.requireNonNull(node.incarnation()),
					new IllegalStateException("simulated")));
		}
	}

	// What a service reports of itself, while its incarnation may have ended already.
	private void report(BiConsumer<Rooms, ServiceNode> report) {
		if (isEmpty()) {
			return;
		}
		ServiceNode node = anyNode();
		if (node.incarnation() != null) {
			this.coordinator.run(() -> report.accept(this.rooms, node));
			check();
		}
	}

	private void complete(Rooms target, ServiceNode node) {
		if (node.available()) {
			boolean restarts = node.settings().restart().policy() == Restart.Policy.ALWAYS;
			this.intent.completed(node, restarts);
		}
		target.run.completed(node, Objects.requireNonNull(node.incarnation()));
	}

	// By an incarnation that may be over, which is to be ignored then.
	private void report() {
		if (isEmpty()) {
			return;
		}
		ServiceNode node = anyNode();
		Incarnation incarnation = this.incarnations.computeIfAbsent(node, (any) -> node.incarnation());
		if (this.random.nextBoolean()) {
			incarnation = node.incarnation();
		}
		if (incarnation == null) {
			return;
		}
		String id = "c" + this.random.nextInt(3);
		switch (this.random.nextInt(9)) {
			case 0 -> incarnation.conditions().hint(id, "hint", "simulated");
			case 1 -> incarnation.conditions().warning(id, "warning", "simulated");
			case 2 -> incarnation.conditions().error(id, "error", "simulated");
			case 3, 4 -> incarnation.conditions().resolve(id);
			case 5 -> incarnation.conditions().resolveAll();
			case 6 -> component(node, incarnation, id);
			case 7 -> provide(incarnation);
			default -> incarnation.reportError(new IllegalStateException("simulated"));
		}
		this.incarnations.put(node, incarnation);
		check();
	}

	private void provide(Incarnation incarnation) {
		try {
			incarnation.provide(new SimulatedValue(incarnation));
			assertThat(incarnation.attempt()).as("provided by an attempt to start").isPositive();
		}
		catch (IllegalStateException ex) {
			assertThat(incarnation.attempt()).as("provided by a prepare").isZero();
		}
	}

	private void whenProvided() {
		if (isEmpty()) {
			return;
		}
		ServiceNode node = anyNode();
		CompletableFuture<SimulatedValue> future = new CompletableFuture<>();
		this.futures.add(future);
		this.coordinator.run(() -> this.rooms.waiters.await(node, new ProvidedWaiter<>(SimulatedValue.class, future),
				this.rooms.run.whyNot(node)));
		check();
	}

	private void component(ServiceNode node, Incarnation incarnation, String name) {
		boolean taken = node.reports().components().stream().anyMatch((component) -> component.name().equals(name));
		boolean atWork = node.incarnation() == incarnation && !incarnation.isStopping()
				&& (node.isActive() || node.state() == ServiceState.PREPARING);
		try {
			incarnation.component(name, new SimulatedComponent(this.random, this.trouble));
			assertThat(atWork && !taken).as("a component was added").isTrue();
		}
		catch (ServiceException ex) {
			assertThat(taken).as("the name is taken").isTrue();
		}
		catch (IllegalStateException ex) {
			assertThat(atWork).as("the incarnation is at work").isFalse();
		}
	}

	private void perform() {
		if (isEmpty()) {
			return;
		}
		ServiceAction action = ACTIONS.get(this.random.nextInt(ACTIONS.size()));
		Set<ServiceNode> nodes = anyNodes();
		if (action != ServiceAction.FAIL) {
			boolean refused = this.intent.perform(action, nodes);
			CompletableFuture<Void> performed = operate((target, future) -> perform(target, action, nodes, future));
			if (refused || action != ServiceAction.RETRY) {
				this.refusals.put(performed, refused);
			}
		}
	}

	private static void perform(Rooms target, ServiceAction action, Set<ServiceNode> nodes,
			CompletableFuture<Void> future) {
		try {
			target.operations.check(action, nodes);
			target.operations.perform(action, nodes, future);
		}
		catch (OperationRefusedException ex) {
			future.completeExceptionally(ex);
		}
	}

	private void activate() {
		if (isEmpty()) {
			return;
		}
		Map<ServiceNode, Activation> activations = new LinkedHashMap<>();
		anyNodes().forEach((node) -> activations.put(node, Activation.values()[this.random.nextInt(3)]));
		boolean refused = activations.keySet().stream().anyMatch(ServiceNode::departing);
		if (!refused) {
			this.intent.activate(activations);
		}
		CompletableFuture<Void> activated = operate((target, future) -> {
			try {
				target.operations.activate(activations, future);
			}
			catch (OperationRefusedException ex) {
				future.completeExceptionally(ex);
			}
		});
		this.refusals.put(activated, refused);
	}

	private CompletableFuture<Void> operate(BiConsumer<Rooms, CompletableFuture<Void>> operation) {
		CompletableFuture<Void> future = new CompletableFuture<>();
		this.futures.add(future);
		this.coordinator.run(() -> operation.accept(this.rooms, future));
		check();
		return future;
	}

	private Set<ServiceNode> anyNodes() {
		Set<ServiceNode> nodes = new LinkedHashSet<>();
		for (int count = 1 + this.random.nextInt(4); count > 0; count--) {
			nodes.add(anyNode());
		}
		return nodes;
	}

	private boolean isEmpty() {
		return this.coordinator.roster().size() == 0;
	}

	private ServiceNode anyNode() {
		return this.coordinator.node(this.random.nextInt(this.coordinator.roster().size()));
	}

	private void stopAndCheck() {
		while (this.random.nextBoolean() && !this.demands.isEmpty()) {
			closeDemand();
		}
		long limit = shutdownLimit();
		CompletableFuture<Void> stopped = stop();
		while (!stopped.isDone()) {
			assertThat(step()).as("something is left to do until all is stopped").isTrue();
			assertThat(this.backend.isOpen() && this.backend.nanoTime() > limit + LATEST)
				.as("the stop goes on after its timeout")
				.isFalse();
		}
		while (step()) {
			assertThat(this.backend.isOpen()).as("the backend is open after the stop").isFalse();
		}
		this.invariants.checkStopped();
		if (this.work != null) {
			this.workInvariants.checkStopped(this.events.hasListeners());
			this.work.checkStopped();
		}
		// A waiter that came after the last stop waits for the next start.
		start();
		while (this.backend.hasTasks()) {
			step();
		}
		CompletableFuture<Void> again = stop();
		while (!again.isDone() && step()) {
			assertThat(stopped).isDone();
		}
		// What is deaf stays inside after the stop has given it up.
		while (step()) {
			assertThat(this.backend.isOpen()).as("the backend is open after the stop").isFalse();
		}
		assertThat(this.conditions.values()).as("conditions that were never told to be gone").allMatch(Map::isEmpty);
		this.told.checkEnded();
		this.refusals.forEach(Simulation::checkRefusal);
		assertThat(this.futures).as("every future completes").allMatch(CompletableFuture::isDone);
	}

	private long shutdownLimit() {
		return this.backend.nanoTime() + this.settings.shutdownTimeout().toNanos() - this.rooms.quiescence.used();
	}

	private static void checkRefusal(CompletableFuture<Void> operation, boolean refused) {
		if (!operation.isCancelled()) {
			Throwable failure = operation.handle((result, ex) -> ex).join();
			assertThat(failure instanceof OperationRefusedException).as("refused: %s", failure).isEqualTo(refused);
		}
	}

	/**
	 * Does one thing: begins a callback, ends one, delivers something, or lets time pass.
	 * @return {@code false} if there is nothing to do any more
	 */
	private boolean step() {
		this.steps++;
		assertThat(this.steps).as("steps of one life").isLessThan(MAX_STEPS);
		long now = this.backend.nanoTime();
		this.calls.forEach((call) -> call.look(now));
		this.held.look(now);
		if (this.work != null) {
			this.work.look();
		}
		SimulatedCall due = due(now);
		HeldUnit dueWork = this.held.due(now);
		boolean lag = this.random.nextInt(20) == 0;
		if (due != null && this.random.nextBoolean()) {
			end(due);
		}
		else if (dueWork != null && this.random.nextBoolean()) {
			this.held.finish(dueWork);
		}
		else if (this.backend.hasTasks() && !lag) {
			runTask();
		}
		else if (due != null) {
			end(due);
		}
		else if (dueWork != null) {
			this.held.finish(dueWork);
		}
		else if (!advance(now)) {
			if (!this.backend.hasTasks()) {
				return false;
			}
			runTask();
		}
		check();
		this.heartbeats.look(this.backend.nanoTime(), LATEST);
		return true;
	}

	private @Nullable SimulatedCall due(long now) {
		SimulatedCall due = null;
		int seen = 0;
		for (SimulatedCall call : this.calls) {
			if (call.end <= now) {
				seen++;
				if (this.random.nextInt(seen) == 0) {
					due = call;
				}
			}
		}
		return due;
	}

	private boolean advance(long now) {
		long next = Math.min(this.backend.alarmAt(), this.held.next());
		for (SimulatedCall call : this.calls) {
			next = Math.min(next, call.end);
		}
		if (next == TimerQueue.NEVER) {
			return false;
		}
		long lateness = (this.random.nextInt(4) == 0) ? this.random.nextInt(LATEST) : 0;
		this.backend.advanceTo(Math.max(now, next) + lateness);
		return true;
	}

	private void runTask() {
		Runnable task = this.backend.takeTask();
		if (task instanceof Invocation invocation) {
			begin(invocation);
		}
		else if (task != null) {
			SimulatedUnit unit = SimulatedUnit.of(task);
			if (unit != null) {
				this.held.begin(unit);
			}
			else {
				task.run();
			}
		}
	}

	private void begin(Invocation invocation) {
		if (invocation.begin(null)) {
			this.invariants.begins(invocation);
			this.workInvariants.begins(invocation);
			this.calls.add(SimulatedCall.of(invocation, this.random, this.trouble, this.backend.nanoTime()));
		}
		else {
			invocation.end(null);
		}
	}

	private void end(SimulatedCall call) {
		if (call.invocation.method() == Method.START && this.random.nextInt(3) == 0) {
			provide(call.invocation.incarnation());
		}
		this.calls.remove(call);
		Throwable outcome = call.outcome();
		this.invariants.ends(call.invocation, outcome);
		this.workInvariants.ends(call.invocation, outcome != null);
		if (call.invocation instanceof CheckInvocation check) {
			Throwable notHealthy = (this.random.nextDouble() < this.trouble) ? new IllegalStateException("simulated")
					: null;
			check.end(outcome, notHealthy);
		}
		else {
			call.invocation.end(outcome);
		}
	}

	private void told(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.ConditionChanged changed) {
			Map<String, Condition> standing = this.conditions.computeIfAbsent(changed.service().name(),
					(name) -> new HashMap<>());
			String id = Objects.requireNonNull((changed.current() != null) ? changed.current() : changed.previous())
				.id();
			Condition before = (changed.current() != null) ? standing.put(id, changed.current()) : standing.remove(id);
			assertThat(changed.previous()).as("conditions are told in order").isEqualTo(before);
		}
		this.told.told(event, this.steps);
		this.workInvariants.told(event);
	}

}
