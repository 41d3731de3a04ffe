// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.call.Quiescence;
import io.managedservices.internal.engine.failure.Episode;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.TransitionTable;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * What must always hold. It knows the graph and sees every callback begin and end; what
 * the engine counts it counts again from scratch.
 */
final class Invariants {

	/**
	 * Whether large graphs are checked after every step, too, and not after every 16th.
	 */
	private final boolean everyStep;

	/** Whether the present step is checked as a whole, which changes with the graph. */
	private boolean seesEachStep;

	/** Whether the step before was. */
	private boolean sawLastStep;

	private final Rooms rooms;

	private final Coordinator coordinator;

	private final Map<ServiceNode, Invocation> inside = new HashMap<>();

	/** The followers that were about to stop when a service came into STOPPING. */
	private final Map<ServiceNode, Set<ServiceNode>> leavingAtStop = new HashMap<>();

	/** Started, or failed to, and not cleaned up yet. */
	private final Map<ServiceNode, Invocation> dirty = new HashMap<>();

	/** Prepares that began when services ran already. */
	private final Set<Invocation> late = new HashSet<>();

	/** The incarnation that each service was seen to start last. */
	private final Map<ServiceNode, Incarnation> starting = new HashMap<>();

	/** Those that were told to take no new work. */
	private final Set<Incarnation> quiesced = new HashSet<>();

	/** How long quiescing may go on, in nanoseconds. */
	private final long quiesceLimit;

	private final IntentModel intent;

	/** How many requests there were when each service was seen to be available last. */
	private final Map<ServiceNode, Integer> requestsWhenAvailable = new HashMap<>();

	private int checks;

	Invariants(Rooms rooms, IntentModel intent, boolean everyStep, long quiesceLimit) {
		this.intent = intent;
		this.quiesceLimit = quiesceLimit;
		this.everyStep = everyStep;
		this.rooms = rooms;
		this.coordinator = rooms.coordinator;
	}

	private ServiceGraph graph() {
		return this.coordinator.graph();
	}

	/**
	 * A callback enters user code.
	 * @param invocation the callback
	 */
	void begins(Invocation invocation) {
		ServiceNode node = invocation.node();
		Invocation other = this.inside.put(node, invocation);
		require(other == null, node, "two callbacks at a time");
		switch (invocation.method()) {
			case PREPARE -> {
				if (isAnyBegun() || this.coordinator.barrier().isOpen()) {
					this.late.add(invocation);
				}
				for (ServiceNode dependency : neighbours(graph().dependencies(), node)) {
					require(dependency.prepared(), node, "prepared before its dependency " + dependency.name());
				}
			}
			case START -> beginsStart(node, invocation);
			case STOP -> beginsStop(node, invocation);
			case CHECK, NOTICE ->
				require(node.state() == ServiceState.RUNNING, node, "checked or told while " + node.state());
			case QUIESCE -> {
				require(node.state() == ServiceState.RUNNING, node, "told to quiesce while " + node.state());
				require(this.quiesced.add(invocation.incarnation()), node, "told to quiesce twice");
				require(this.rooms.quiescence.isActive() || !node.isToRun(), node,
						"told to quiesce although it is to go on");
			}
		}
	}

	private void beginsStart(ServiceNode node, Invocation invocation) {
		require(node.state() == ServiceState.STARTING, node, "started while " + node.state());
		require(node.wanted() && !node.held() && !node.isDisabled(), node, "started although it is not to run");
		require(this.intent.isToRun(node), node, "started although nobody asked for it");
		require(!isAnyPreparing(), node, "started while another is being prepared");
		require(!this.dirty.containsKey(node), node, "started again without a stop");
		require(invocation.incarnation().attempt() <= node.attempt().total(), node, "too many attempts");
		for (ServiceNode dependency : neighbours(graph().dependencies(), node)) {
			require(dependency.state() == ServiceState.RUNNING || isWithin(node, dependency), node,
					"started while its dependency %s is %s".formatted(dependency.name(), dependency.state()));
		}
		if (node.definition().callbacks().stop() != null) {
			this.dirty.put(node, invocation);
		}
	}

	// All may be started and stopped again before a stop that was decided is called.
	private void noteStops() {
		for (int index = 0; index < graph().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			if (node.state() != ServiceState.STOPPING) {
				this.leavingAtStop.remove(node);
			}
			else if (!this.leavingAtStop.containsKey(node)) {
				this.leavingAtStop.put(node,
						neighbours(graph().followers(), node).stream()
							.filter((follower) -> follower.isActive() && follower.leaving())
							.collect(Collectors.toSet()));
			}
		}
	}

	private void beginsStop(ServiceNode node, Invocation invocation) {
		Invocation start = this.dirty.get(node);
		require(start != null || node.definition().callbacks().start() == null || retriesStop(node, invocation), node,
				"stopped without having been started");
		require(start == null || start.incarnation() == invocation.incarnation(), node,
				"stopped with the context of another incarnation");
		require(invocation.incarnation().isStopping(), node, "stopped while its context does not tell");
		for (ServiceNode dependent : neighbours(graph().dependents(), node)) {
			require(!dependent.isActive(), node,
					"stopped while its dependent %s is %s".formatted(dependent.name(), dependent.state()));
		}
		for (ServiceNode follower : neighbours(graph().followers(), node)) {
			// One that was to stop only after this stop was decided does not count.
			boolean together = !follower.wanted() && follower.unwantedReason() == StopReason.SHUTDOWN
					&& node.stopReason() == StopReason.SHUTDOWN
					&& this.leavingAtStop.getOrDefault(node, Set.of()).contains(follower);
			require(!follower.isActive() || node.cleaningUp() || node.occupant() == invocation || !together, node,
					"stopped while its follower %s is %s".formatted(follower.name(), follower.state()));
		}
	}

	// One that hangs beyond its timeout does not count, nor one that had to wait for an
	// earlier prepare of the same service that hung.
	private boolean isAnyPreparing() {
		return this.inside.values()
			.stream()
			.anyMatch((invocation) -> invocation.method() == Method.PREPARE
					&& invocation.node().invocation() == invocation && !this.late.contains(invocation));
	}

	private boolean isAnyBegun() {
		for (int index = 0; index < graph().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			if (node.isActive() || node.state() == ServiceState.BACKOFF) {
				return true;
			}
		}
		return false;
	}

	private static boolean retriesStop(ServiceNode node, Invocation invocation) {
		return !node.cleaningUp() && (node.state() == ServiceState.STOPPING || node.occupant() == invocation);
	}

	/**
	 * A callback leaves user code.
	 * @param invocation the callback
	 * @param failure what it throws, or {@code null}
	 */
	void ends(Invocation invocation, @Nullable Throwable failure) {
		this.inside.remove(invocation.node());
		if (invocation.method() == Method.STOP) {
			this.dirty.remove(invocation.node());
		}
	}

	/**
	 * Checks what holds between two commands.
	 */
	void check() {
		this.checks++;
		this.sawLastStep = this.seesEachStep;
		this.seesEachStep = isComplete();
		noteStops();
		// What goes with its owner is asked for by nobody.
		this.coordinator.nodes().forEach(this::checkMembership);
		require(this.intent.forgetUnless((name) -> graph().indexOf(name) >= 0).isEmpty(), null,
				"services are gone that nobody has unregistered");
		if (isSkipped()) {
			return;
		}
		int notReady = 0;
		int notHealthy = 0;
		for (int index = 0; index < graph().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			check(node);
			notHealthy += (node.isRequired() && !node.snapshot().healthy()) ? 1 : 0;
			notReady += (node.isRequired() && node.isIntended() && !node.snapshot().ready()) ? 1 : 0;
		}
		require(this.rooms.aggregate.notReady().count() == notReady, null,
				"the aggregate is not what the snapshots say");
		require(this.rooms.aggregate.notHealthy().count() == notHealthy, null,
				"the aggregate of health is not what the snapshots say");
		Quiescence quiescence = this.rooms.quiescence;
		require(quiescence.used() <= this.quiesceLimit, null, "quiescing goes on after its time");
	}

	// When the start is decided: what is lost before it begins does not stop it. One that
	// was decided in a step that was not looked at says nothing.
	private void checkPredecessors(ServiceNode node) {
		Incarnation incarnation = node.incarnation();
		if (node.state() == ServiceState.STARTING && this.starting.put(node, incarnation) != incarnation
				&& this.sawLastStep) {
			for (ServiceNode predecessor : neighbours(graph().predecessors(), node)) {
				boolean lostAtOnce = predecessor.snapshot().since().equals(node.snapshot().since());
				require(predecessor.state() == ServiceState.RUNNING || isBlocked(predecessor)
						|| !predecessor.isIntended() || lostAtOnce, node,
						"started before %s (%s) came to rest".formatted(predecessor.name(), predecessor.snapshot()));
			}
		}
	}

	private boolean isSkipped() {
		return !isComplete() && this.checks % 16 != 0;
	}

	private boolean isComplete() {
		return this.everyStep || graph().size() <= 40;
	}

	private void check(ServiceNode node) {
		if (isComplete()) {
			checkPredecessors(node);
		}
		List<ServiceNode> dependencies = neighbours(graph().dependencies(), node);
		List<ServiceNode> dependents = neighbours(graph().dependents(), node);
		require(!node.queued(), node, "still to be looked at");
		require(node.snapshot().state() == node.state(), node, "publishes another state");
		require(TransitionTable.next(node, this.coordinator.barrier().isOpen()) == node.state(), node,
				"should have moved on");
		require(node.counters().dependenciesNotRunning[node.index()] == count(dependencies,
				(other) -> !isThereFor(node, other)), node, "dependenciesNotRunning");
		require(node.available() == (node.state() == ServiceState.RUNNING && node.isToRun()), node, "available");
		require(node.counters().demand[node.index()] == count(dependents,
				(other) -> other.intended() && other.owner() != node), node, "demand");
		require(node.intended() == node.isIntended(), node, "intended");
		require(node.wanted() == (node.intended() && this.rooms.run.isUp()), node, "wanted");
		checkIntent(node);
		checkEpisode(node);
		checkTakenDown(node);
		checkWaiting(node);
		checkQuiescence(node);
		require(node.counters().dependentsActive[node.index()] == count(dependents, ServiceNode::isActive), node,
				"dependentsActive");
		require(node.counters().dependenciesBlocked[node.index()] == count(dependencies, this::isBlockedNow), node,
				"dependenciesBlocked");
		require(node.counters().dependenciesUnprepared[node.index()] == count(dependencies,
				(other) -> !other.prepared()), node, "dependenciesUnprepared");
		require(node.counters().predecessorsUnsettled[node.index()] == count(neighbours(graph().predecessors(), node),
				(other) -> !other.settled()), node, "predecessorsUnsettled");
		require(node.counters().followersLeaving[node.index()] == count(neighbours(graph().followers(), node),
				(other) -> other.leaving()), node, "followersLeaving");
		require(node.snapshot().ready() == node.vitals().ready()
				&& (node.state() == ServiceState.RUNNING || !node.vitals().ready()), node, "ready");
		if (node.incarnation() != null) {
			require(!isOver(node) || node.incarnation().isStopping(), node,
					"its context does not tell that it is over");
			require(!isAlive(node) || !node.incarnation().isStopping(), node, "its context tells that it is over");
		}
		checkReports(node);
		checkProvided(node);
		Invocation invocation = node.invocation();
		if (invocation != null && invocation.method() != Method.STOP && (node.state() == ServiceState.STOPPING
				|| (node.state() == ServiceState.PREPARING && !node.wanted() && !node.toPrepare()))) {
			require(invocation.isInterrupted(), node, "its %s is not interrupted".formatted(invocation.method()));
		}
		if (node.isActive()) {
			for (ServiceNode dependency : dependencies) {
				require(dependency.state() == ServiceState.RUNNING || node.startsWithin(dependency), node,
						"is active while its dependency %s is %s".formatted(dependency.name(), dependency.state()));
			}
		}
		require(node.state() != ServiceState.RUNNING || node.ending() == null || !node.snapshot().ready()
				|| node.ending() != StopReason.FAILURE, node, "is ready although it failed");
	}

	private static boolean isWithin(ServiceNode node, ServiceNode owner) {
		return node.startsWithin(owner) && owner.isUp();
	}

	private static boolean isThereFor(ServiceNode node, ServiceNode dependency) {
		return node.startsWithin(dependency) ? dependency.isUp() && dependency.isToRun() : dependency.available();
	}

	private void checkMembership(ServiceNode node) {
		ServiceNode owner = node.owner();
		if (owner != null) {
			require(!owner.isRemoved(), node, "its owner is gone before it");
			require(node.departing() || owner.isUp(), node, "its owner is down");
			if (node.departing() && !this.intent.isUnregistered(node.name())) {
				require(!owner.isUp() || owner.departing(), node, "goes although its owner is up");
				this.intent.goes(node.name());
			}
		}
		require(node.departing() == this.intent.isUnregistered(node.name()), node, "departing");
		require(!node.departing() || node.isActive() || node.state() == ServiceState.PREPARING
				|| this.rooms.departures.isAwaited(node), node, "is at rest, and is not forgotten");
	}

	private void checkProvided(ServiceNode node) {
		Object value = this.rooms.provisions.value(node);
		Object published = this.rooms.provisions.published(node);
		boolean awaited = this.rooms.provisions.isAwaited(node);
		boolean up = node.state() == ServiceState.STARTING || node.state() == ServiceState.RUNNING;
		require(up || value == null, node, "its dependents see a value although it is down");
		require(!node.available() || published == value, node, "hides what it provides");
		require(node.available() || published == null, node, "others see a value although it is not available");
		require(!(value instanceof SimulatedValue simulated) || simulated.incarnation() == node.incarnation(), node,
				"provides the value of another incarnation");
		require(!awaited || published == null, node, "leaves somebody waiting");
		require(!awaited || node.state() != ServiceState.FAILED, node, "leaves somebody waiting although it failed");
	}

	private void checkReports(ServiceNode node) {
		Reports reports = node.snapshot().reports();
		require(reports.equals(node.reports()), node, "publishes other reports");
		boolean error = reports.conditions()
			.stream()
			.anyMatch((condition) -> condition.severity() == Condition.Severity.ERROR);
		boolean checked = node.state() != ServiceState.RUNNING
				|| (this.rooms.vitals.failedChecks(node) == 0 && node.ending() != StopReason.FAILURE);
		boolean healthy = node.state() != ServiceState.FAILED && checked && !error
				&& (reports.errors().isEmpty() || !node.isActive());
		require(node.snapshot().healthy() == healthy, node, "healthy");
		require(reports.errors().size() <= node.settings().health().errorBuffer(), node, "keeps too many errors");
		require(reports.droppedErrors() == 0 || reports.errors().size() == node.settings().health().errorBuffer(), node,
				"dropped errors although there was room");
		boolean atRest = node.state() == ServiceState.FAILED || node.state() == ServiceState.BACKOFF
				|| node.state() == ServiceState.NEW || (node.state() == ServiceState.STOPPED && !node.wanted());
		require(!atRest || (reports.conditions().isEmpty() && reports.components().isEmpty()), node,
				"has conditions or components at rest");
	}

	private void checkQuiescence(ServiceNode node) {
		boolean active = this.rooms.quiescence.isActive();
		boolean runs = node.state() == ServiceState.RUNNING && node.isToRun();
		require(active || !runs || !this.rooms.quiescence.isQuiesced(node), node,
				"runs and was never told to take work again");
		boolean told = this.rooms.quiescence.isQuiesced(node) || node.definition().callbacks().quiesce() == null;
		require(!active || !runs || told || this.rooms.quiescence.isQuiescing(node) || this.rooms.quiescence.isOver(),
				node, "runs and was not told to take no new work");
		require(!this.rooms.quiescence.isQuiescing(node) || runs, node, "quiesces although it does not run");
	}

	private void checkEpisode(ServiceNode node) {
		Episode episode = this.rooms.episodes.of(node);
		if (episode == null) {
			return;
		}
		require(episode.affected().contains(node), node, "does not know its episode");
		require(episode.affected().containsAll(episode.unsettled()), node, "episode.unsettled");
		require(!episode.unsettled().isEmpty(), node, "its episode is still open");
		require(episode.unsettled().contains(node) || node.available() || node.blocked() || !node.wanted(), node,
				"settled too early");
	}

	private void checkIntent(ServiceNode node) {
		require(node.held() == this.intent.isHeld(node), node, "held is not what was asked for");
		require(node.activation() == this.intent.activation(node), node, "has another activation than asked for");
		require(node.snapshot().service().activation() == node.activation(), node, "publishes another activation");
		require(node.intended() == this.intent.isIntended(node), node, "intended is not what was asked for");
		require(node.wanted() == this.intent.isToRun(node), node, "wanted is not what was asked for");
		boolean goesOn = node.available() || node.state() == ServiceState.BACKOFF
				|| node.state() == ServiceState.WAITING;
		require(!goesOn || this.intent.isToRun(node), node, "goes on although nobody asked for it");
	}

	// What a request took away belongs to no failure, whatever fails in the meantime.
	private void checkTakenDown(ServiceNode node) {
		int requests = this.intent.requests();
		if (node.available()) {
			this.requestsWhenAvailable.put(node, requests);
		}
		if (node.isActive() && this.rooms.episodes.of(node) == null) {
			for (ServiceNode dependency : neighbours(graph().dependencies(), node)) {
				require(dependency.available() || this.rooms.episodes.of(dependency) == null
						|| this.requestsWhenAvailable.getOrDefault(dependency, -1) != requests, node,
						"does not belong to the failure that took down " + dependency.name());
			}
		}
	}

	// Nobody is named by one that waits for its own callback or work, for one that runs
	// and is about to stop, or since the start has failed.
	private void checkWaiting(ServiceNode node) {
		boolean waits = node.state() == ServiceState.WAITING && node.occupant() == null && !node.isWorkLeft()
				&& !this.rooms.run.hasFailed();
		boolean leaving = neighbours(graph().dependencies(), node).stream()
			.anyMatch((other) -> other.state() == ServiceState.RUNNING && !other.available());
		// Or for the services of its last incarnation to be forgotten.
		require(!waits || leaving || node.hasSubServices() || !this.rooms.blockers.path(node).isEmpty(), node,
				"waits and names nobody");
	}

	private static boolean isOver(ServiceNode node) {
		boolean cancelled = node.state() == ServiceState.PREPARING && !node.wanted() && !node.toPrepare()
				&& node.invocation() != null;
		return cancelled || node.state() == ServiceState.STOPPING || node.state() == ServiceState.BACKOFF
				|| node.state() == ServiceState.FAILED;
	}

	private static boolean isAlive(ServiceNode node) {
		return node.state() == ServiceState.STARTING || node.state() == ServiceState.RUNNING;
	}

	/**
	 * Checks what holds when all is stopped and nothing is left to do.
	 */
	void checkStopped() {
		for (int index = 0; index < graph().size(); index++) {
			ServiceNode node = this.coordinator.node(index);
			require(node.state() == ServiceState.STOPPED || node.state() == ServiceState.NEW
					|| node.state() == ServiceState.FAILED, node, "is " + node.state() + " after the stop");
			require(!this.dirty.containsKey(node) || node.occupant() != null, node, "was started and never stopped");
		}
	}

	private boolean isBlockedNow(ServiceNode node) {
		return node.blocked();
	}

	// Counted from scratch, by depth first search over the dependencies.
	private boolean isBlocked(ServiceNode node) {
		if (node.state() == ServiceState.FAILED || node.isDisabled() || node.held()) {
			return true;
		}
		return neighbours(graph().dependencies(), node).stream().anyMatch(this::isBlocked);
	}

	private List<ServiceNode> neighbours(EdgeList edges, ServiceNode node) {
		List<ServiceNode> neighbours = new ArrayList<>();
		if (node.isRemoved()) {
			// What it has left behind is cleaned up.
			return neighbours;
		}
		for (int edge = 0; edge < edges.count(node.index()); edge++) {
			neighbours.add(this.coordinator.node(edges.target(node.index(), edge)));
		}
		return neighbours;
	}

	private static int count(List<ServiceNode> nodes, java.util.function.Predicate<ServiceNode> predicate) {
		return (int) nodes.stream().filter(predicate).count();
	}

	private static void require(boolean condition, @Nullable ServiceNode node, String what) {
		if (!condition && node == null) {
			throw new AssertionError(what);
		}
		if (!condition) {
			throw new AssertionError("Service '%s' (%s): %s".formatted(node.name(), node.state(), what));
		}
	}

}
