package io.managedservices.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

import io.managedservices.EventRefusedException;
import io.managedservices.EventRefusedException.Refusal;
import io.managedservices.MicroTask;
import io.managedservices.ServiceEvents;
import io.managedservices.ServiceState;
import io.managedservices.ServiceTask;
import io.managedservices.ServiceWork;
import io.managedservices.ServiceWorker;
import io.managedservices.Ticker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work of every kind that simulated services ask for at random moments: by any
 * incarnation that there is or was.
 */
final class SimulatedWork {

	/** How many handles of each kind are kept, to ask something of them later. */
	private static final int KEPT = 12;

	private final Random random;

	private final Coordinator coordinator;

	private final HeldWork held;

	private final WorkInvariants invariants;

	private final Consumer<CompletableFuture<?>> futures;

	private final List<Incarnation> incarnations = new ArrayList<>();

	private final List<ServiceTask> tasks = new ArrayList<>();

	private final List<Ticker> tickers = new ArrayList<>();

	private final List<ServiceEvents.Subscription> subscriptions = new ArrayList<>();

	private int names;

	SimulatedWork(Random random, Coordinator coordinator, HeldWork held, WorkInvariants invariants,
			Consumer<CompletableFuture<?>> futures) {
		this.random = random;
		this.coordinator = coordinator;
		this.held = held;
		this.invariants = invariants;
		this.futures = futures;
	}

	/**
	 * Does something of a random kind.
	 */
	void act() {
		ServiceNode node = this.coordinator.node(this.random.nextInt(this.coordinator.graph().size()));
		Incarnation incarnation = node.incarnation;
		if (isStartQueued(node)) {
			// It has not been given its context.
			incarnation = null;
		}
		if (!this.incarnations.isEmpty() && (incarnation == null || this.random.nextInt(6) == 0)) {
			incarnation = this.incarnations.get(this.random.nextInt(this.incarnations.size()));
		}
		switch (this.random.nextInt(12)) {
			case 0 -> sleep(node);
			case 1 -> this.coordinator.works().driver().limitMicroTasks(2 + this.random.nextInt(4));
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
		return node.state == ServiceState.STARTING && node.invocation != null && !node.invocation.hasBegun();
	}

	private void sleep(ServiceNode node) {
		boolean asleep = this.random.nextInt(3) == 0;
		this.coordinator.submit((target) -> target.works().sleep(List.of(node), asleep));
	}

	private void emit(ServiceNode source) {
		WorkDriver driver = this.coordinator.works().driver();
		Function<WorkOwner, List<Refusal>> injection = driver.injection(source.name(), event(source.name(), true));
		this.coordinator.ask((target) -> injection.apply(target.works().of(source)));
	}

	private SimulatedEvent event(String source, boolean injected) {
		return this.random.nextBoolean() ? new SimulatedEvent.Internal(source, injected)
				: new SimulatedEvent.Exposed(source, injected);
	}

	private void askAgain() {
		if (!this.tasks.isEmpty() && this.random.nextBoolean()) {
			ask(any(this.tasks));
		}
		else if (!this.tickers.isEmpty() && this.random.nextBoolean()) {
			any(this.tickers).cancel();
		}
		else if (!this.subscriptions.isEmpty()) {
			any(this.subscriptions).close();
		}
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
		switch (this.random.nextInt(10)) {
			case 0, 1 -> worker(work);
			case 2, 3 -> ask(keep(this.tasks, work.task("w" + this.names++, this::body)));
			case 4 -> ticker(work);
			case 5, 6, 7 -> this.futures.accept(work.start(microTask(), () -> {
				leave();
				return "";
			}));
			case 8 -> emit(incarnation);
			default -> subscribe(incarnation);
		}
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
			worker.restartOnFailure(millis(0, 20));
		}
		if (this.random.nextInt(3) == 0) {
			worker.maxRestarts(this.random.nextInt(3), millis(10, 500));
		}
		if (this.random.nextInt(3) == 0) {
			worker.heartbeat(millis(5, 40));
		}
		this.futures.accept(worker.start());
	}

	private void ticker(ServiceWork work) {
		Ticker ticker = keep(this.tickers, work.every("w" + this.names++, millis(5, 60), this::leave));
		if (this.random.nextBoolean()) {
			ticker.whileAsleep(millis(5, 60));
		}
	}

	private void ask(ServiceTask task) {
		if (this.random.nextInt(4) == 0) {
			task.maxDelay(millis(1, 40));
		}
		switch (this.random.nextInt(9)) {
			case 0, 1 -> task.queue();
			case 2, 3 -> task.queuePrioritized();
			case 4, 5 -> task.startAsap();
			case 6 -> task.schedule(soon());
			case 7 -> task.repeat(millis(5, 60));
			default -> {
				if (this.random.nextBoolean()) {
					task.cancel();
				}
			}
		}
	}

	private Instant soon() {
		return Instant.ofEpochSecond(0, this.coordinator.nanoTime()).plusMillis(this.random.nextInt(50) - 10);
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
		ServiceEvents events = incarnation.events();
		String name = incarnation.name();
		if (this.random.nextBoolean()) {
			keep(this.subscriptions, events.on(SimulatedEvent.class, (event) -> hooked(name, event)));
		}
		else {
			int source = this.random.nextInt(this.coordinator.graph().size());
			keep(this.subscriptions, events.on(this.coordinator.node(source).name(), SimulatedEvent.Exposed.class,
					(event) -> hooked(name, event)));
		}
	}

	/**
	 * The user code of a hook.
	 * @param target the service that it belongs to
	 * @param event what it is told
	 * @throws Exception if it fails
	 */
	void hooked(String target, SimulatedEvent event) throws Exception {
		this.invariants.expect(() -> this.invariants.hooked(this.coordinator.node(target), event));
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
