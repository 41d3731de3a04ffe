package io.managedservices.work;

import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.managedservices.MicroTask;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceEvent;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceSnapshot;
import io.managedservices.concurrent.Backend;
import io.managedservices.concurrent.BatchExecutor;
import io.managedservices.concurrent.Command;
import io.managedservices.concurrent.Coordination;
import io.managedservices.concurrent.Inbox;
import io.managedservices.concurrent.TimerQueue;
import io.managedservices.engine.WorkOwner;
import io.managedservices.graph.ServiceDefinition;
import io.managedservices.graph.ServiceSettings;

/**
 * The work of one service that runs, without an engine: commands are worked off as the
 * engine does it, and what is to run on threads runs on the thread that hands it over.
 * Safe for use by several threads.
 */
final class OneService {

	static final int SLOTS = 2;

	private static final WorkSettings SETTINGS = new WorkSettings(1, WorkSettings.DEFAULTS.longTask(), SLOTS,
			WorkSettings.DEFAULTS.mediumMaxDelay(), WorkSettings.DEFAULTS.lowMaxDelay(), 2, 1);

	private static final ServiceDefinition DEFINITION = ServiceDefinition.of("short", new ServiceLifecycle() {
	}, ServiceSettings.DEFAULTS, List.of());

	private final Commands commands = new Commands();

	private final WorkEngine engine = new WorkEngine(SETTINGS, new CallingThreads(), null);

	private final WorkScope scope;

	private final AtomicInteger runs = new AtomicInteger();

	private volatile boolean over;

	private volatile boolean ranWhenOver;

	OneService() {
		this.engine.bind(this.commands);
		this.scope = new WorkScope(new ServiceWorkload(this.engine, new Owner()), null);
	}

	CompletableFuture<Boolean> start(MicroTask microTask) {
		return this.engine.microTasks().start(this.scope, microTask, () -> {
			this.runs.incrementAndGet();
			this.ranWhenOver |= this.over;
			return true;
		});
	}

	void end() {
		this.commands.submit(Command.of(() -> {
			this.scope.end();
			this.over |= this.scope.isOver();
		}));
	}

	void takeSlots() {
		for (int taken = 0; taken < SLOTS; taken++) {
			this.engine.microTasks().slots().take();
		}
	}

	void giveSlotBack() {
		this.engine.microTasks().slots().giveBack();
	}

	/**
	 * What became of a micro-task when all threads have done what they had to.
	 * @param future the micro-task
	 * @param taken how many slots others have
	 * @return what became of it, or what is wrong
	 */
	String outcome(CompletableFuture<Boolean> future, int taken) {
		if (this.ranWhenOver) {
			return "ran when all was over";
		}
		if (!this.over) {
			return "is not over";
		}
		if (this.engine.microTasks().running() != taken || this.engine.microTasks().hasWaiting()) {
			return "%d slots taken, %b".formatted(this.engine.microTasks().running(),
					this.engine.microTasks().hasWaiting());
		}
		if (!future.isDone()) {
			return "undecided, ran %d times".formatted(this.runs.get());
		}
		String ran = switch (this.runs.get()) {
			case 0 -> "";
			case 1 -> "ran";
			default -> "ran more than once";
		};
		if (!future.isCancelled()) {
			return future.isCompletedExceptionally() ? "failed" : ran;
		}
		return ran.isEmpty() ? "cancelled" : ran + ", cancelled";
	}

	/**
	 * Whoever finds it idle works it off, and then delivers.
	 */
	private static final class Commands implements Coordination {

		private final Inbox<Command> inbox = new Inbox<>();

		private final Queue<Runnable> deliveries = new ConcurrentLinkedQueue<>();

		private final TimerQueue timers = new TimerQueue();

		@Override
		public void submit(Command command) {
			if (this.inbox.add(command)) {
				Command next = this.inbox.takeAll();
				while (next != null) {
					while (next != null) {
						Command following = Inbox.next(next);
						next.apply();
						next = following;
					}
					next = this.inbox.takeAll();
				}
			}
			Runnable delivery = this.deliveries.poll();
			while (delivery != null) {
				delivery.run();
				delivery = this.deliveries.poll();
			}
		}

		@Override
		public <T> T ask(Supplier<T> question) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long nanoTime() {
			return 0;
		}

		@Override
		public long now() {
			return 0;
		}

		@Override
		public Instant instant() {
			return Instant.EPOCH;
		}

		@Override
		public long epochNanos() {
			return 0;
		}

		@Override
		public TimerQueue timers() {
			return this.timers;
		}

		@Override
		public void deliver(Runnable delivery) {
			this.deliveries.add(delivery);
		}

	}

	private static final class CallingThreads implements Backend {

		@Override
		public long nanoTime() {
			return 0;
		}

		@Override
		public Instant instant() {
			return Instant.EPOCH;
		}

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		@Override
		public BatchExecutor executor(String kind, int maxThreads, boolean brief) {
			return Runnable::run;
		}

		@Override
		public void wakeAt(long nanoTime) {
		}

		@Override
		public void open(Runnable alarm) {
		}

		@Override
		public void close() {
		}

	}

	private final class Owner implements WorkOwner {

		@Override
		public ServiceDefinition definition() {
			return DEFINITION;
		}

		@Override
		public ServiceSnapshot snapshot() {
			throw new UnsupportedOperationException();
		}

		@Override
		public int index() {
			return 0;
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public WorkOwner named(String name) {
			return this;
		}

		@Override
		public void fail(ServiceContext incarnation, Throwable cause) {
		}

		@Override
		public void workEnded() {
			OneService.this.over = true;
		}

		@Override
		public void tell(ServiceEvent event) {
		}

	}

}
