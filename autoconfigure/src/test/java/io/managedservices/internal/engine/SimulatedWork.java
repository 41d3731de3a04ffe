// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.managedservices.event.EventRefusedException;
import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.work.WorkDriver;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.work.event.EventWatch;
import io.managedservices.internal.work.microtask.SimulatedCaller;
import io.managedservices.internal.work.task.TaskWatch;
import io.managedservices.internal.work.worker.SimulatedWorkerCaller;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.Ticker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work of every kind that simulated services ask for at random moments: by any
 * incarnation that there is or was.
 */
final class SimulatedWork {

	/** How many handles of each kind are kept, to ask something of them later. */
	private static final int KEPT = 12;

	private final Random random;

	private final Rooms rooms;

	private final Coordinator coordinator;

	private final SimulatedBackend backend;

	private final HeldWork held;

	private final WorkInvariants invariants;

	private final Consumer<CompletableFuture<?>> futures;

	private final List<Incarnation> incarnations = new ArrayList<>();

	private final List<ServiceTask> tasks = new ArrayList<>();

	private final List<Ticker> tickers = new ArrayList<>();

	private final List<ServiceEvents.Subscription> subscriptions = new ArrayList<>();

	/** Whose threads wait in this work. */
	private final List<SimulatedCaller> callers = new ArrayList<>();

	private final List<SimulatedWorkerCaller> workerCallers = new ArrayList<>();

	/** Those that have come back with a slot. */
	private final List<SimulatedCaller> leftCallers = new ArrayList<>();

	private int names;

	SimulatedWork(Random random, Rooms rooms, SimulatedBackend backend, HeldWork held, WorkInvariants invariants,
			Consumer<CompletableFuture<?>> futures) {
		this.random = random;
		this.rooms = rooms;
		this.coordinator = rooms.coordinator;
		this.backend = backend;
		this.held = held;
		this.invariants = invariants;
		this.futures = futures;
	}

	/**
	 * Does something of a random kind.
	 */
	void act() {
		ServiceNode node = this.coordinator.node(this.random.nextInt(this.coordinator.graph().size()));
		Incarnation incarnation = node.incarnation();
		if (isStartQueued(node)) {
			// It has not been given its context.
			incarnation = null;
		}
		if (!this.incarnations.isEmpty() && (incarnation == null || this.random.nextInt(6) == 0)) {
			incarnation = this.incarnations.get(this.random.nextInt(this.incarnations.size()));
		}
		switch (this.random.nextInt(12)) {
			case 0 -> sleep(node);
			case 1 -> this.rooms.works.driver().limitMicroTasks(2 + this.random.nextInt(4));
			case 2 -> emit(node);
			case 3, 4, 5 -> askAgain();
			default -> {
				if (incarnation != null) {
					act(incarnation);
				}
			}
		}
	}

	private static boolean isStartQueued(ServiceNode node) {
		return node.state() == ServiceState.STARTING && node.invocation() != null && !node.invocation().hasBegun();
	}

	private void sleep(ServiceNode node) {
		boolean asleep = this.random.nextInt(3) == 0;
		List<ServiceNode> nodes = (this.random.nextInt(4) == 0) ? all() : List.of(node);
		this.coordinator.run(() -> this.rooms.works.sleep(nodes, asleep));
	}

	private List<ServiceNode> all() {
		return IntStream.range(0, this.coordinator.graph().size())
			.mapToObj((index) -> this.coordinator.node(index))
			.toList();
	}

	private void emit(ServiceNode source) {
		WorkDriver driver = this.rooms.works.driver();
		SimulatedEvent event = event(source.name(), true);
		Function<WorkOwner, List<Refusal>> injection = driver.injection(source.name(), event);
		this.coordinator.ask(() -> injection.apply(this.rooms.works.of(source)));
	}

	private SimulatedEvent event(String source, boolean injected) {
		int number = this.invariants.events().next(source);
		SimulatedEvent event = this.random.nextBoolean() ? new SimulatedEvent.Internal(source, injected, number)
				: new SimulatedEvent.Exposed(source, injected, number);
		this.invariants.events().emits(source, event);
		return event;
	}

	private void askAgain() {
		if (!this.tasks.isEmpty() && this.random.nextBoolean()) {
			ask(any(this.tasks));
		}
		else if (!this.tickers.isEmpty() && this.random.nextBoolean()) {
			any(this.tickers).cancel();
		}
		else if (!this.subscriptions.isEmpty() && this.random.nextBoolean()) {
			any(this.subscriptions).close();
		}
		else {
			askCallers();
		}
	}

	private void askCallers() {
		switch (this.random.nextInt(3)) {
			case 0 -> this.callers.forEach(SimulatedCaller::interrupt);
			case 1 -> this.workerCallers.forEach(SimulatedWorkerCaller::interrupt);
			default -> this.leftCallers.forEach(SimulatedCaller::closeAgain);
		}
	}

	/**
	 * Lets the threads go on that do not wait any more, and forgets those that have come
	 * back.
	 */
	void look() {
		this.callers.stream().filter(SimulatedCaller::wake).forEach(this.backend::execute);
		this.workerCallers.stream().filter(SimulatedWorkerCaller::wake).forEach(this.backend::execute);
		this.callers.stream().filter(SimulatedCaller::hasEnded).forEach((caller) -> keep(this.leftCallers, caller));
		this.callers.removeIf(SimulatedCaller::hasEnded);
		this.callers.stream().filter((caller) -> this.random.nextInt(40) == 0).forEach(SimulatedCaller::interrupt);
		this.workerCallers.removeIf(SimulatedWorkerCaller::hasEnded);
	}

	/**
	 * Checks what holds when all is stopped and nothing is left to do.
	 */
	void checkStopped() {
		assertThat(this.callers).as("threads that wait for micro-tasks").isEmpty();
		assertThat(this.workerCallers).as("threads that run workers").allMatch(SimulatedWorkerCaller::isInside);
	}

	private <T> T any(List<T> handles) {
		return handles.get(this.random.nextInt(handles.size()));
	}

	private <T> T keep(List<T> handles, T handle) {
		if (handles.size() < KEPT) {
			handles.add(handle);
		}
		else {
			handles.set(this.random.nextInt(KEPT), handle);
		}
		return handle;
	}

	private void act(Incarnation incarnation) {
		if (incarnation.attempt() == 0) {
			assertThat(asksForWork(incarnation)).as("work of a prepare").isFalse();
			return;
		}
		keep(this.incarnations, incarnation);
		ServiceWork work = incarnation.work();
		switch (this.random.nextInt(13)) {
			case 0, 1 -> worker(work);
			case 2, 3 -> task(work);
			case 4 -> ticker(work);
			case 5, 6 -> some(() -> microTask(work));
			case 7, 8 -> some(() -> call(work));
			case 9, 10, 11 -> some(() -> emit(incarnation));
			default -> subscribe(incarnation);
		}
	}

	private void microTask(ServiceWork work) {
		MicroTask microTask = microTask();
		CompletableFuture<Object> future = work.start(microTask, this::leaveAndReturn);
		this.invariants.microTasks().started(microTask, future);
		this.futures.accept(future);
	}

	private Object leaveAndReturn() throws Exception {
		leave();
		return new Object();
	}

	private void call(ServiceWork work) {
		MicroTask microTask = microTask();
		SimulatedCaller caller = this.random.nextBoolean() ? SimulatedCaller.run(work, microTask, this::leaveAndReturn)
				: SimulatedCaller.signal(work, microTask);
		this.callers.add(caller);
		this.invariants.microTasks().called(microTask, caller);
	}

	private void some(Runnable action) {
		for (int count = this.random.nextInt(6); count >= 0; count--) {
			action.run();
		}
	}

	private void task(ServiceWork work) {
		ServiceTask task = work.task("w" + this.names++, this::body);
		this.invariants.tasks().created(task);
		ask(keep(this.tasks, task));
	}

	private static boolean asksForWork(Incarnation incarnation) {
		try {
			incarnation.work();
			return true;
		}
		catch (IllegalStateException ex) {
			return false;
		}
	}

	private void worker(ServiceWork work) {
		ServiceWorker worker = work.worker("w" + this.names++, (context) -> leave());
		if (this.random.nextBoolean()) {
			worker.restartOnFailure(millis(1, 20));
		}
		if (this.random.nextInt(3) == 0) {
			worker.maxRestarts(this.random.nextInt(3), millis(10, 500));
		}
		if (this.random.nextInt(3) == 0) {
			worker.heartbeat(millis(5, 40));
		}
		if (this.random.nextInt(6) == 0) {
			worker.finishOnStop();
		}
		if (this.random.nextInt(3) == 0) {
			this.workerCallers.add(new SimulatedWorkerCaller(work, worker, this.backend::execute));
		}
		else {
			this.futures.accept(worker.start());
		}
	}

	private void ticker(ServiceWork work) {
		Ticker ticker = keep(this.tickers, work.every("w" + this.names++, millis(5, 60), this::leave));
		if (this.random.nextBoolean()) {
			ticker.whileAsleep(millis(5, 60));
		}
	}

	private void ask(ServiceTask task) {
		TaskWatch watch = this.invariants.tasks();
		if (this.random.nextInt(4) == 0) {
			Duration maxDelay = millis(1, 40);
			watch.limits(task, maxDelay);
			task.maxDelay(maxDelay);
		}
		if (this.random.nextInt(6) == 0) {
			task.finishOnStop();
		}
		switch (this.random.nextInt(10)) {
			case 0, 1, 2 -> run(task, ServiceTask::queue);
			case 3, 4 -> run(task, ServiceTask::queuePrioritized);
			case 5, 6 -> run(task, ServiceTask::startAsap);
			case 7 -> task.schedule(soon());
			case 8 -> repeat(task);
			default -> {
				if (this.random.nextBoolean()) {
					watch.cancels(task);
					task.cancel();
				}
			}
		}
	}

	private void run(ServiceTask task, Consumer<ServiceTask> ask) {
		this.invariants.tasks().asks(task);
		ask.accept(task);
	}

	private void repeat(ServiceTask task) {
		TaskWatch watch = this.invariants.tasks();
		watch.repeats(task);
		if (this.random.nextBoolean()) {
			task.repeat(millis(5, 60));
		}
		else {
			task.cron("* * * * * *");
		}
	}

	private Instant soon() {
		return this.backend.instant().plusMillis(this.random.nextInt(50) - 10);
	}

	private MicroTask microTask() {
		MicroTask microTask = new MicroTask("w" + this.names++,
				MicroTask.Priority.values()[this.random.nextInt(MicroTask.Priority.values().length)], null);
		return (this.random.nextInt(4) == 0) ? microTask.withMaxDelay(millis(0, 10)) : microTask;
	}

	private void emit(Incarnation incarnation) {
		try {
			incarnation.events().emit(event(incarnation.name(), false));
		}
		catch (EventRefusedException ex) {
			assertThat(ex.services()).isNotEmpty();
		}
	}

	private void subscribe(Incarnation incarnation) {
		boolean all = this.random.nextBoolean();
		String source = all ? "" : this.coordinator.node(this.random.nextInt(this.coordinator.graph().size())).name();
		Class<? extends SimulatedEvent> type = all ? SimulatedEvent.class : SimulatedEvent.Exposed.class;
		ServiceEvents events = incarnation.events();
		EventWatch.Listener listener = this.invariants.events().subscribe(incarnation, source, type);
		ServiceEvents.EventHook<SimulatedEvent> hook = (event) -> hooked(incarnation.name(), listener, event);
		ServiceEvents.Subscription subscription = all ? events.on(type, hook) : events.on(source, type, hook);
		keep(this.subscriptions, () -> {
			listener.close();
			subscription.close();
		});
	}

	/**
	 * The user code of a hook.
	 * @param target the service that it belongs to
	 * @param listener the hook
	 * @param event what it is told
	 * @throws Exception if it fails
	 */
	void hooked(String target, EventWatch.Listener listener, SimulatedEvent event) throws Exception {
		this.invariants.expect(() -> this.invariants.hooked(this.coordinator.existing(target), listener, event));
		leave();
	}

	private void body(ServiceTask task) throws Exception {
		if (this.random.nextInt(8) == 0) {
			ask(task);
		}
		leave();
	}

	private void leave() throws Exception {
		if (this.random.nextInt(8) == 0) {
			this.invariants.expect(this::act);
		}
		this.held.leave();
	}

	private Duration millis(int least, int most) {
		return Duration.ofMillis(least + this.random.nextInt(most - least + 1));
	}

}
