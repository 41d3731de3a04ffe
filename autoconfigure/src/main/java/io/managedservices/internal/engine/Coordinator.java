// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.Inbox;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ProcessExit;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceLookupException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Owns all state. Commands and completions go into one queue; the thread that finds it
 * idle works it off, so that everything here and in what it calls is confined to one
 * thread at a time, without locks. Any thread may {@link #submit}; what others read is
 * published through the volatile snapshots of the nodes and of the aggregate.
 * <p>
 * For each command the services that it touches are looked at: the transition table picks
 * the next state, the propagation tells the neighbours, the driver calls user code, on
 * other threads, until nothing moves any more.
 */
final class Coordinator implements Coordination {

	private static final Log logger = LineLog.of(Coordinator.class);

	/** For how many commands that came together the clock is read once. */
	private static final int COMMANDS_PER_INSTANT = 16;

	private final Inbox<Command> commands = new Inbox<>();

	private final ServiceGraph graph;

	private final Backend backend;

	private final ServiceNode[] nodes;

	private final Turn turn;

	private final Propagation propagation;

	private final PrepareBarrier barrier;

	private final Episodes episodes;

	private final Failures failures;

	private final Reporting reporting;

	private final Provisions provisions = new Provisions(this);

	private final Waiters waiters = new Waiters(this);

	private final CallbackTimers timers;

	private final CallbackDriver driver;

	private final Intentions intentions;

	private final Operations operations;

	private final Aggregate aggregate;

	private final RunControl run;

	private final Quiescence quiescence;

	private final Blockers blockers;

	private final Plans plans;

	private final Works works;

	private final Breakdown breakdown = new Breakdown(this);

	private final Runnable clockListener = this::tellOfJump;

	private boolean open;

	private long alarmAt = TimerQueue.NEVER;

	Coordinator(ServiceGraph graph, EngineSettings settings, Backend backend, EventDispatcher events,
			@Nullable WorkDriver work) {
		this.graph = graph;
		this.backend = backend;
		this.turn = new Turn(backend, events);
		this.nodes = new ServiceNode[graph.size()];
		this.barrier = new PrepareBarrier(this.nodes);
		this.works = new Works(this, work);
		Counters counters = new Counters(graph.size());
		this.episodes = new Episodes(this.turn);
		this.propagation = new Propagation(graph, this.nodes, counters, this.turn, this.episodes);
		Attempts attempts = new Attempts();
		for (int index = 0; index < this.nodes.length; index++) {
			this.nodes[index] = new ServiceNode(index, graph.definition(index), counters, attempts,
					this.turn.instant());
			this.works.initialize(this.nodes[index]);
			this.propagation.initialize(this.nodes[index]);
		}
		this.propagation.initializeOnDemand();
		this.failures = new Failures(this.turn, this.episodes);
		VitalSigns vitals = new VitalSigns(this.turn);
		this.reporting = new Reporting(graph, this.nodes, this.turn, vitals);
		this.timers = new CallbackTimers(this.turn, this.failures, vitals, this.reporting, this.barrier);
		this.driver = new CallbackDriver(this, this.turn, this.failures, vitals, this.reporting, this.timers,
				this.barrier, attempts);
		this.aggregate = new Aggregate(this.nodes);
		this.run = new RunControl(this, this.nodes, settings, this.turn);
		this.quiescence = new Quiescence(this, this.nodes, settings, this.turn);
		this.intentions = new Intentions(this, this.turn, counters);
		this.blockers = new Blockers(graph, this.nodes, this.barrier);
		this.operations = new Operations(this, this.turn, this.intentions, this.blockers);
		this.plans = new Plans(graph, this.nodes);
		for (ServiceNode node : this.nodes) {
			evaluate(node);
		}
		settle();
		this.aggregate.publish();
	}

	@Override
	public void submit(Command command) {
		if (this.commands.begin()) {
			handleAll(command);
			publish();
			drain();
		}
		else if (this.commands.add(command)) {
			drain();
		}
	}

	void submit(Consumer<Coordinator> action) {
		submit(Command.of(() -> action.accept(this)));
	}

	/**
	 * Hands over a wish that somebody waits for.
	 * @param <T> the type of the answer
	 * @param action is given what it has to complete
	 * @return completed by the action, or with what that throws
	 */
	<T> CompletableFuture<T> request(BiConsumer<Coordinator, CompletableFuture<T>> action) {
		return request(action,
				(failure, future) -> deliver(() -> future.completeExceptionally(new IllegalStateException(
						"The engine of managed-services has failed: " + Guarded.text(failure), failure))));
	}

	/**
	 * Stops all services, in whatever state this is.
	 * @return completed when they are stopped
	 */
	CompletableFuture<Void> stop() {
		return request((target, future) -> {
			if (this.breakdown.hasFailed()) {
				this.breakdown.stop(future);
			}
			else {
				this.run.stop(future);
			}
		}, (failure, future) -> this.breakdown.stop(future));
	}

	private <T> CompletableFuture<T> request(BiConsumer<Coordinator, CompletableFuture<T>> action,
			BiConsumer<Throwable, CompletableFuture<T>> otherwise) {
		CompletableFuture<T> future = new CompletableFuture<>();
		submit(new Command() {

			@Override
			public void apply() {
				action.accept(Coordinator.this, future);
			}

			@Override
			public void failed(Throwable failure) {
				otherwise.accept(failure, future);
			}

		});
		return future;
	}

	<T> T ask(Function<Coordinator, T> question) {
		return ask(() -> question.apply(this));
	}

	@Override
	public <T> T ask(Supplier<T> question) {
		CompletableFuture<T> answer = new CompletableFuture<>();
		submit(new Command() {

			@Override
			public void apply() {
				try {
					answer.complete(question.get());
				}
				catch (RuntimeException | Error ex) {
					// That is for whoever asks.
					answer.completeExceptionally(ex);
				}
			}

			@Override
			public void failed(Throwable failure) {
				answer.completeExceptionally(failure);
			}

		});
		try {
			return answer.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : ex;
		}
	}

	private void drain() {
		Command first = this.commands.takeAll();
		while (first != null) {
			handleAll(first);
			publish();
			first = this.commands.takeAll();
		}
	}

	private void handleAll(Command first) {
		int handled = 0;
		Command command = first;
		while (command != null) {
			Command next = Inbox.next(command);
			if (handled++ % COMMANDS_PER_INSTANT == 0) {
				this.turn.advance();
			}
			handle(command);
			command = next;
		}
	}

	private void publish() {
		try {
			this.turn.launch();
			this.works.launch();
		}
		catch (RuntimeException | Error ex) {
			GuardedLog.error(logger, "A call could not be handed over to a thread", ex);
		}
		try {
			this.aggregate.publish();
			this.barrier.publish();
			this.turn.flush();
			setAlarm();
		}
		catch (Throwable ex) {
			this.breakdown.occurred(ex);
		}
		this.turn.deliver();
	}

	private void handle(Command command) {
		if (this.breakdown.isFinal()) {
			handleFinally(command);
			return;
		}
		try {
			command.apply();
			settle();
			this.run.check();
			this.quiescence.check();
		}
		catch (Throwable ex) {
			this.breakdown.occurred(ex);
			command.failed(ex);
		}
	}

	private static void handleFinally(Command command) {
		if (command instanceof ForcedStop.Step) {
			command.apply();
		}
		else {
			command.failed(new IllegalStateException("The engine of managed-services has failed before"));
		}
	}

	private void settle() {
		do {
			ServiceNode node = this.turn.poll();
			while (node != null) {
				evaluate(node);
				node = this.turn.poll();
			}
		}
		while (openBarrier());
	}

	private void evaluate(ServiceNode node) {
		this.propagation.prepared(node);
		boolean barrierOpen = this.barrier.isOpen();
		ServiceState next = TransitionTable.next(node, barrierOpen);
		while (next != node.state) {
			move(node, next);
			next = TransitionTable.next(node, barrierOpen);
		}
		this.driver.callIfDue(node);
		this.propagation.refresh(node);
		Provision provision = node.provision;
		if (provision != null) {
			this.provisions.update(node, provision);
		}
		this.aggregate.update(node);
		this.run.update(node);
		this.quiescence.update(node);
		this.episodes.update(node);
		this.operations.update(node);
		this.turn.launchIfMany();
	}

	private void move(ServiceNode node, ServiceState to) {
		ServiceState from = node.state;
		if (!TransitionTable.allows(from, to)) {
			throw new IllegalStateException(
					"Illegal transition of service '%s' from %s to %s".formatted(node.name(), from, to));
		}
		node.state = to;
		StopReason reason = this.driver.entered(node, from);
		Provision provision = node.provision;
		if (provision != null) {
			this.provisions.moved(node, provision);
		}
		node.publish(this.turn.instant());
		this.propagation.moved(node, from);
		this.run.moved(node);
		NodeWork work = node.work;
		if (work != null) {
			work.moved();
		}
		if (this.turn.isObserved()) {
			this.turn.tell(new LifecycleEvent.StateChanged(from, node.snapshot, reason));
		}
		if (node.findings != null) {
			this.reporting.tellVanished(node, node.findings);
		}
		if (to == ServiceState.RUNNING) {
			this.provisions.running(node);
		}
	}

	private boolean openBarrier() {
		if (this.barrier.isOpen() || this.barrier.isPreparing() || this.run.hasFailed()) {
			return false;
		}
		this.barrier.open();
		for (ServiceNode node : this.nodes) {
			if (node.state == ServiceState.WAITING || node.state == ServiceState.BACKOFF) {
				this.turn.lookAt(node);
			}
		}
		return true;
	}

	/**
	 * Gives up on a service that did not stop in time.
	 * @param node the service
	 * @param limit which time is over
	 */
	void abandon(ServiceNode node, StopLimit limit) {
		evaluate(node);
		this.driver.callWaitingStop(node);
		this.timers.abandon(node, limit);
		evaluate(node);
	}

	/**
	 * What goes on in services without anybody asking for more.
	 * @return what, by the name of the service
	 */
	Map<String, String> activities() {
		Map<String, String> activities = new LinkedHashMap<>();
		for (ServiceNode node : this.nodes) {
			String activity = activity(node);
			if (activity != null) {
				activities.put(node.name(), activity);
			}
		}
		return activities;
	}

	private static @Nullable String activity(ServiceNode node) {
		NodeWork work = node.work;
		return switch (node.state) {
			case PREPARING, STARTING, BACKOFF -> "it is being started";
			case WAITING -> node.blocked ? null : "it is being started";
			case STOPPING -> "it is being stopped";
			case RUNNING -> (work != null) ? work.owned().activity() : null;
			case NEW, STOPPED, FAILED -> null;
		};
	}

	/**
	 * Takes what is inside {@link System#exit} as having left.
	 */
	void releaseExiting() {
		for (ServiceNode node : this.nodes) {
			Invocation invocation = node.invocation;
			if (invocation != null && !invocation.released && ProcessExit.isCalledIn(invocation.stack())) {
				this.driver.release(invocation);
			}
			NodeWork work = node.work;
			if (work != null && work.isLeft()) {
				work.owned().releaseExiting();
			}
		}
	}

	private void setAlarm() {
		long next = Math.min(this.turn.timers.next(), this.timers.nextDeadline());
		if (this.open && next < this.alarmAt) {
			this.alarmAt = next;
			this.backend.wakeAt(next);
		}
	}

	private void alarmRang() {
		this.alarmAt = TimerQueue.NEVER;
		this.turn.timers.fire(this.turn.now());
		this.timers.checkDeadlines();
	}

	private void tellOfJump() {
		submit(Coordinator::clockJumped);
	}

	private void clockJumped() {
		this.turn.clockJumped();
		this.works.clockJumped();
	}

	void open() {
		this.open = true;
		this.alarmAt = TimerQueue.NEVER;
		this.backend.open(() -> submit(Coordinator::alarmRang));
		this.backend.addClockListener(this.clockListener);
	}

	void close() {
		this.open = false;
		this.backend.removeClockListener(this.clockListener);
		this.backend.close();
	}

	@Override
	public void deliver(Runnable delivery) {
		this.turn.deliverLater(delivery);
	}

	/**
	 * Where any thread may hand over the completion of a future.
	 * @return an executor outside the coordinator
	 */
	Executor outside() {
		return this.turn::deliver;
	}

	Breakdown breakdown() {
		return this.breakdown;
	}

	void completed(Invocation invocation) {
		this.driver.completed(invocation);
	}

	/**
	 * A service has done what it was to do.
	 * @param node the service
	 * @param incarnation the incarnation that has
	 */
	void completed(ServiceNode node, Incarnation incarnation) {
		this.failures.completed(node, incarnation);
		this.intentions.changed(node);
	}

	void status(ServiceNode node, Incarnation incarnation, String text) {
		if (node.incarnation == incarnation && (!node.state.isAtRest() || node.quiescing)) {
			node.publishVitals(new Vitals(node.vitals.ready(), node.vitals.healthy(), text, node.vitals.failure()));
		}
	}

	@Override
	public long nanoTime() {
		return this.backend.nanoTime();
	}

	/**
	 * For how long the process has stood still. Any thread may ask.
	 * @return nanoseconds, all in all
	 */
	long stoodStill() {
		return this.backend.stoodStill();
	}

	@Override
	public long now() {
		return this.turn.now();
	}

	@Override
	public Instant instant() {
		return this.turn.instant();
	}

	@Override
	public long epochNanos() {
		return this.turn.epochNanos();
	}

	@Override
	public TimerQueue timers() {
		return this.turn.timers;
	}

	ServiceGraph graph() {
		return this.graph;
	}

	ServiceNode node(int index) {
		return this.nodes[index];
	}

	ServiceNode node(String name) {
		return this.nodes[this.graph.indexOf(name)];
	}

	Aggregate aggregate() {
		return this.aggregate;
	}

	PrepareBarrier barrier() {
		return this.barrier;
	}

	Failures failures() {
		return this.failures;
	}

	Reporting reporting() {
		return this.reporting;
	}

	Provisions provisions() {
		return this.provisions;
	}

	Waiters waiters() {
		return this.waiters;
	}

	Operations operations() {
		return this.operations;
	}

	Intentions intentions() {
		return this.intentions;
	}

	Blockers blockers() {
		return this.blockers;
	}

	Works works() {
		return this.works;
	}

	/**
	 * A service that has to exist.
	 * @param name its name
	 * @return the service
	 * @throws ServiceException if there is none of that name
	 */
	ServiceNode existing(String name) {
		if (name == null) {
			throw new IllegalArgumentException("The name of a service is required: found 'null'");
		}
		int index = this.graph.indexOf(name);
		if (index < 0) {
			String nearest = this.graph.nearestName(name);
			throw new ServiceLookupException(name, "There is no service '%s'.%s".formatted(name,
					(nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
		}
		return this.nodes[index];
	}

	boolean tell(LifecycleEvent event) {
		return this.turn.tell(event);
	}

	Plans plans() {
		return this.plans;
	}

	CallbackDriver driver() {
		return this.driver;
	}

	Propagation propagation() {
		return this.propagation;
	}

	Quiescence quiescence() {
		return this.quiescence;
	}

	RunControl run() {
		return this.run;
	}

}
