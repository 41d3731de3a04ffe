// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.Inbox;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.engine.listen.EventDispatcher;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Owns all state. Commands and completions go into one queue; the thread that finds it
 * idle works it off, so that everything here and in the rooms of the engine is confined
 * to one thread at a time, without locks. Any thread may {@link #submit}; what others
 * read is published through the volatile snapshots of the nodes and of the rooms.
 * <p>
 * For each command the services that it touches are looked at: the transition table picks
 * the next state, the propagation tells the neighbours, and each {@link Aspect} does what
 * is its own, until nothing moves any more.
 */
public final class Coordinator implements Coordination {

	private static final Log logger = LineLog.of(Coordinator.class);

	/** For how many commands that came together the clock is read once. */
	private static final int COMMANDS_PER_INSTANT = 16;

	private final Inbox<Command> commands = new Inbox<>();

	private final Backend backend;

	/** Written inside the coordinator. */
	private volatile Roster roster;

	private final Counters counters;

	private final Turn turn;

	private final Propagation propagation;

	private final PrepareBarrier barrier = new PrepareBarrier();

	private final Runnable clockListener = this::tellOfJump;

	/** Set before anything is called. */
	private Aspect.@Nullable All rooms;

	private final AtomicInteger facts = new AtomicInteger();

	/** Set before anything is called. */
	private @Nullable Surrounding surrounding;

	private BooleanSupplier startHasFailed = () -> false;

	private @Nullable Emergency emergency;

	private boolean open;

	private long alarmAt = TimerQueue.NEVER;

	/**
	 * Create a coordinator, in which nothing happens before it is told to {@link #begin}.
	 * @param graph the services
	 * @param backend time and threads
	 * @param events tells listeners
	 */
	public Coordinator(ServiceGraph graph, Backend backend, EventDispatcher events) {
		this.backend = backend;
		this.turn = new Turn(backend, events);
		this.counters = new Counters(graph.size());
		this.propagation = new Propagation(graph, this.counters, this.turn, this::availabilityChanged);
		List<ServiceNode> nodes = new ArrayList<>(graph.size());
		for (int index = 0; index < graph.size(); index++) {
			ServiceNode node = new ServiceNode(index, graph.definition(index), this.counters, this.turn.instant());
			nodes.add(node);
		}
		this.roster = new Roster(graph, nodes);
		this.propagation.changed(this.roster);
		nodes.forEach(this.propagation::initialize);
		this.propagation.initializeOnDemand();
	}

	/**
	 * Looks at all services for the first time. Called once, before any command.
	 * @param newEmergency what is done when something fails in here
	 * @param newStartHasFailed whether the start of all fails, so that nothing more needs
	 * to be started
	 * @param newRooms what is told of all that happens
	 */
	public void begin(Emergency newEmergency, BooleanSupplier newStartHasFailed, Aspect.All newRooms) {
		this.emergency = newEmergency;
		this.startHasFailed = newStartHasFailed;
		this.rooms = newRooms;
		this.roster.nodes().forEach(this::evaluate);
		settle();
		rooms().publish();
	}

	/**
	 * What is put around the methods of services. Any thread may ask.
	 * @return it, or {@code null} if they are called directly
	 */
	public @Nullable Surrounding surrounding() {
		return this.surrounding;
	}

	/**
	 * Puts something around the methods of services. Called once, before any command.
	 * @param newSurrounding what is put around them, or {@code null} for nothing
	 */
	public void surround(@Nullable Surrounding newSurrounding) {
		this.surrounding = newSurrounding;
	}

	@Override
	public void submit(Command command) {
		if (this.emergency == null) {
			throw new IllegalStateException("The engine is still being made");
		}
		if (this.commands.begin()) {
			handleAll(command);
			publish();
			drain();
		}
		else if (this.commands.add(command)) {
			drain();
		}
	}

	/**
	 * Hands over something to do. Any thread may call.
	 * @param action what is done inside
	 */
	public void run(Runnable action) {
		submit(Command.of(action));
	}

	/**
	 * Hands over a wish that somebody waits for. Any thread may call.
	 * @param <T> the type of the answer
	 * @param action is given what it has to complete
	 * @return completed by the action, or with what that throws
	 */
	public <T> CompletableFuture<T> request(Consumer<CompletableFuture<T>> action) {
		return request(action,
				(failure, future) -> deliver(() -> future.completeExceptionally(new IllegalStateException(
						"The engine of managed-services has failed: " + Guarded.text(failure), failure))));
	}

	/**
	 * Hands over a wish that somebody waits for. Any thread may call.
	 * @param <T> the type of the answer
	 * @param action is given what it has to complete
	 * @param otherwise is given why it could not be done, and has to complete that
	 * @return completed by one of them
	 */
	public <T> CompletableFuture<T> request(Consumer<CompletableFuture<T>> action,
			BiConsumer<Throwable, CompletableFuture<T>> otherwise) {
		CompletableFuture<T> future = new CompletableFuture<>();
		submit(new Command() {

			@Override
			public void apply() {
				action.accept(future);
			}

			@Override
			public void failed(Throwable failure) {
				otherwise.accept(failure, future);
			}

		});
		return future;
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
			rooms().launch();
		}
		catch (RuntimeException | Error ex) {
			GuardedLog.error(logger, "A call could not be handed over to a thread", ex);
		}
		try {
			rooms().publish();
			this.barrier.publish();
			this.turn.flush();
			setAlarm();
		}
		catch (Throwable ex) {
			emergency().occurred(ex);
		}
		this.turn.deliver();
	}

	private void handle(Command command) {
		if (emergency().isFinal()) {
			emergency().handle(command);
			return;
		}
		try {
			command.apply();
			settle();
			rooms().handled();
		}
		catch (Throwable ex) {
			emergency().occurred(ex);
			command.failed(ex);
		}
	}

	private Aspect.All rooms() {
		return Objects.requireNonNull(this.rooms);
	}

	private Emergency emergency() {
		return Objects.requireNonNull(this.emergency);
	}

	/**
	 * Something has failed on a thread that is about to hand over a command. Any thread
	 * may call.
	 * @param failure what was thrown
	 */
	public void failed(Throwable failure) {
		run(() -> emergency().occurred(failure));
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

	/**
	 * Looks at a service: moves it to the state that its facts ask for.
	 * @param node the service
	 */
	public void evaluate(ServiceNode node) {
		this.propagation.prepared(node);
		boolean barrierOpen = this.barrier.isOpen();
		ServiceState next = TransitionTable.next(node, barrierOpen);
		while (next != node.state()) {
			move(node, next);
			next = TransitionTable.next(node, barrierOpen);
		}
		this.propagation.refresh(node);
		rooms().evaluated(node);
		this.turn.launchIfMany();
	}

	private void move(ServiceNode node, ServiceState to) {
		ServiceState from = node.state();
		if (!TransitionTable.allows(from, to)) {
			throw new IllegalStateException(
					"Illegal transition of service '%s' from %s to %s".formatted(node.name(), from, to));
		}
		node.state(to);
		node.due(false);
		if (from == ServiceState.STOPPING) {
			node.stopEnded(this.turn.now());
		}
		rooms().entered(node, from);
		node.publish(this.turn.instant());
		this.propagation.moved(node, from);
		if (this.turn.isObserved()) {
			StopReason reason = (to == ServiceState.STOPPING) ? node.stopReason() : null;
			this.turn.tell(new LifecycleEvent.StateChanged(from, node.snapshot(), reason));
		}
		rooms().moved(node, from);
	}

	private void availabilityChanged(ServiceNode node) {
		rooms().availabilityChanged(node);
	}

	private boolean openBarrier() {
		if (this.barrier.isOpen() || this.barrier.isPreparing() || this.startHasFailed.getAsBoolean()) {
			return false;
		}
		this.barrier.open();
		for (ServiceNode node : nodes()) {
			if (node.state() == ServiceState.WAITING || node.state() == ServiceState.BACKOFF) {
				this.turn.lookAt(node);
			}
		}
		return true;
	}

	private void setAlarm() {
		if (this.open && this.turn.timers().mayBeDueBefore(this.alarmAt)) {
			long next = this.turn.timers().next();
			if (next < this.alarmAt) {
				this.alarmAt = next;
				this.backend.wakeAt(next);
			}
		}
	}

	private void alarmRang() {
		this.alarmAt = TimerQueue.NEVER;
		this.turn.timers().fire(this.turn.now());
	}

	private void tellOfJump() {
		run(this::clockJumped);
	}

	private void clockJumped() {
		this.turn.clockJumped();
		rooms().clockJumped();
	}

	/**
	 * Begins to let time pass: services are to run.
	 */
	public void open() {
		this.open = true;
		this.alarmAt = TimerQueue.NEVER;
		this.backend.open(() -> submit(Command.of(this::alarmRang)));
		this.backend.addClockListener(this.clockListener);
	}

	/**
	 * Lets no time pass any more: all services are stopped.
	 */
	public void close() {
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
	public Executor outside() {
		return this.turn::deliver;
	}

	@Override
	public long nanoTime() {
		return this.backend.nanoTime();
	}

	/**
	 * For how long the process has stood still. Any thread may ask.
	 * @return nanoseconds, all in all
	 */
	public long stoodStill() {
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
		return this.turn.timers();
	}

	/**
	 * Makes room for what a room of the engine knows of each service.
	 * @param <T> what it knows
	 * @return the facts, which nobody else knows
	 */
	public <T> Facts<T> facts() {
		return new Facts<>(this.facts);
	}

	/**
	 * Takes in further services, none of which is to run yet.
	 * @param graph all services, those that there are and the further ones after them
	 * @param membership what those belong to, unless they stand for services of a parent
	 * @return the further ones
	 */
	public List<ServiceNode> add(ServiceGraph graph, ServiceNode.Membership membership) {
		Roster before = this.roster;
		int first = before.size();
		this.counters.grow(graph.size());
		List<ServiceNode> all = new ArrayList<>(graph.size());
		all.addAll(before.nodes());
		for (int index = first; index < graph.size(); index++) {
			ServiceDefinition definition = graph.definition(index);
			all.add(new ServiceNode(index, definition, this.counters, this.turn.instant(), membership.of(definition)));
		}
		publish(new Roster(graph, all));
		List<ServiceNode> added = this.roster.nodes().subList(first, graph.size());
		for (ServiceNode node : added) {
			if (node.owner() != null) {
				node.owner().countSubServices(1);
			}
		}
		for (ServiceNode node : added) {
			this.propagation.join(node, first);
			this.turn.tell(new LifecycleEvent.ServiceRegistered(node.snapshot()));
			rooms().added(node);
			this.turn.lookAt(node);
		}
		return added;
	}

	/**
	 * Forgets services that are at rest, and that no other one requires.
	 * @param gone the services
	 */
	public void remove(Collection<ServiceNode> gone) {
		Roster before = this.roster;
		BitSet removed = new BitSet(before.size());
		for (ServiceNode node : gone) {
			rooms().removed(node);
			this.turn.tell(new LifecycleEvent.ServiceUnregistered(node.snapshot()));
			removed.set(node.index());
		}
		ServiceGraph graph = before.graph().without(removed);
		int[] numbers = new int[before.size()];
		List<ServiceNode> left = new ArrayList<>(graph.size());
		for (int index = 0; index < numbers.length; index++) {
			ServiceNode node = before.node(index);
			numbers[index] = removed.get(index) ? -1 : left.size();
			node.index(numbers[index]);
			if (numbers[index] >= 0) {
				left.add(node);
			}
		}
		this.counters.compact(numbers);
		publish(new Roster(graph, left));
		rooms().renumbered(numbers);
		gone.forEach(this::leaveOwner);
	}

	private void publish(Roster changed) {
		this.roster = changed;
		this.propagation.changed(changed);
	}

	private void leaveOwner(ServiceNode node) {
		ServiceNode owner = node.owner();
		if (owner != null) {
			owner.countSubServices(-1);
			this.turn.lookAt(owner);
		}
	}

	/**
	 * All services of this moment. Any thread may ask.
	 * @return the services and their graph, which belong together
	 */
	public Roster roster() {
		return this.roster;
	}

	public ServiceGraph graph() {
		return this.roster.graph();
	}

	public Turn turn() {
		return this.turn;
	}

	public Propagation propagation() {
		return this.propagation;
	}

	public PrepareBarrier barrier() {
		return this.barrier;
	}

	/**
	 * All services, each after those that it depends on.
	 * @return the services, which cannot be changed
	 */
	public List<ServiceNode> nodes() {
		return this.roster.nodes();
	}

	public ServiceNode node(int index) {
		return this.roster.node(index);
	}

	/**
	 * A service that has to exist. Any thread may ask.
	 * @param name its name
	 * @return the service
	 * @throws ServiceException if there is none of that name
	 */
	public ServiceNode existing(String name) {
		if (name == null) {
			throw new IllegalArgumentException("The name of a service is required: found 'null'");
		}
		Roster present = this.roster;
		ServiceNode node = present.find(name);
		if (node == null) {
			String nearest = present.graph().nearestName(name);
			throw new ServiceException(ServiceException.Kind.UNKNOWN, name, "There is no service '%s'.%s"
				.formatted(name, (nearest != null) ? " Did you mean '" + nearest + "'?" : ""), null);
		}
		return node;
	}

}
