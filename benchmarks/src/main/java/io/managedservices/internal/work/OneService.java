// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.Inbox;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.BatchExecutor;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Condition;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.WorkKind;

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

	/** Of an incarnation that is asked nothing else. */
	private static final ServiceContext INCARNATION = (ServiceContext) Proxy.newProxyInstance(
			OneService.class.getClassLoader(), new Class<?>[] { ServiceContext.class },
			(proxy, method, arguments) -> method.getName().equals("isStopping") ? false : null);

	private final Commands commands = new Commands();

	private final WorkEngine engine = new WorkEngine(SETTINGS, new CallingThreads(), null);

	private final ServiceWorkload workload;

	private final WorkScope scope;

	/** Of another service, which does not end. */
	private final ServiceWorkload other;

	/** Taken by the other service. */
	private final List<MicroTaskSlot> slots = new ArrayList<>();

	private final AtomicInteger runs = new AtomicInteger();

	private final AtomicInteger inside = new AtomicInteger();

	private volatile boolean over;

	private volatile String wrong = "";

	OneService() {
		this(false);
	}

	/**
	 * Create a service that runs.
	 * @param hooked whether it was declared to hook events
	 */
	OneService(boolean hooked) {
		this.engine.bind(this.commands);
		List<ServiceHook> hooks = hooked
				? List.of(new ServiceHook("hook", "", String.class, EventPolicy.BUFFER, (event) -> body())) : List.of();
		this.workload = new ServiceWorkload(this.engine, new Owner(hooks));
		this.workload.running(INCARNATION);
		this.scope = Objects.requireNonNull(this.workload.current());
		this.other = new ServiceWorkload(this.engine, new Owner(List.of()));
		this.other.running(INCARNATION);
	}

	CompletableFuture<Boolean> start(MicroTask microTask) {
		return this.workload.microTasks().start(this.scope, microTask, this::body);
	}

	ServiceWork work() {
		return this.workload.work(INCARNATION);
	}

	ServiceEvents events() {
		return this.workload.events(INCARNATION);
	}

	ServiceEvents eventsOfOther() {
		return this.other.events(INCARNATION);
	}

	/**
	 * User code of any kind.
	 * @return {@code true}
	 */
	boolean body() {
		if (this.over) {
			this.wrong = "ran when all was over";
		}
		if (this.inside.incrementAndGet() != 1) {
			this.wrong = "ran twice at once";
		}
		this.runs.incrementAndGet();
		this.inside.decrementAndGet();
		if (this.over) {
			this.wrong = "was inside when all was over";
		}
		return true;
	}

	int runs() {
		return this.runs.get();
	}

	void end() {
		this.commands.submit(Command.of(() -> {
			this.workload.end();
			this.over |= this.workload.isOver();
		}));
	}

	void takeSlots() {
		for (int taken = 0; taken < SLOTS; taken++) {
			this.slots.add(signal());
		}
	}

	void giveSlotBack() {
		this.slots.remove(0).close();
	}

	private MicroTaskSlot signal() {
		try {
			return this.other.work(INCARNATION).signal(MicroTask.medium("other"));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What became of a micro-task when all threads have done what they had to.
	 * @param future the micro-task
	 * @param taken how many slots others have
	 * @return what became of it, or what is wrong
	 */
	String outcome(CompletableFuture<?> future, int taken) {
		String ran = outcome(taken);
		if (!future.isDone()) {
			return "undecided, " + ran;
		}
		if (!future.isCancelled()) {
			return future.isCompletedExceptionally() ? "failed" : ran;
		}
		return ran.isEmpty() ? "cancelled" : ran + ", cancelled";
	}

	/**
	 * How often something ran when all threads have done what they had to.
	 * @param taken how many slots others have
	 * @return how often it ran, or what is wrong
	 */
	String outcome(int taken) {
		if (!this.wrong.isEmpty()) {
			return this.wrong;
		}
		if (!this.over) {
			return "is not over";
		}
		Workload load = this.engine.workload();
		if (load.microTasksRunning() != taken || load.lines().mediumWaiting() + load.lines().lowWaiting() != 0
				|| load.tasksRunning() + load.tasksQueued() != 0 || !this.workload.remaining().isEmpty()) {
			return "is left: %s, %s".formatted(load, this.workload.remaining());
		}
		return switch (this.runs.get()) {
			case 0 -> "";
			case 1 -> "ran";
			case 2 -> "ran twice";
			default -> "ran too often";
		};
	}

	/**
	 * What became of events for it when all threads have done what they had to.
	 * @return what became of all of them, or what is wrong
	 */
	String eventsOutcome() {
		String ran = outcome(0);
		EventStatus status = this.workload.mailbox().status();
		if (!ran.isEmpty() && !ran.startsWith("ran")) {
			return ran;
		}
		if (status.delivered() != this.runs.get()) {
			return "%s, but %d were delivered".formatted(ran, status.delivered());
		}
		return "%d delivered, %d held, %d dropped".formatted(status.delivered(), status.held(), status.dropped());
	}

	/**
	 * Whoever finds it idle works it off, and then delivers.
	 */
	private final class Commands implements Coordination {

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
					OneService.this.engine.launch();
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
			CompletableFuture<T> answer = new CompletableFuture<>();
			submit(Command.of(() -> answer.complete(question.get())));
			return answer.join();
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

	/**
	 * What is handed over inside the coordinator is run once that has been left, by
	 * whoever comes first; a micro-task at once.
	 */
	private final class CallingThreads implements Backend {

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
			return kind.equals(WorkKind.MICRO_TASK.toString()) ? Runnable::run : OneService.this.commands::deliver;
		}

		@Override
		public void addClockListener(Runnable listener) {
		}

		@Override
		public void removeClockListener(Runnable listener) {
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

		private final ServiceDefinition definition;

		Owner(List<ServiceHook> hooks) {
			this.definition = new ServiceDefinition(DEFINITION.descriptor(), DEFINITION.instance(),
					DEFINITION.callbacks(), DEFINITION.settings(), null, hooks);
		}

		@Override
		public ServiceDefinition definition() {
			return this.definition;
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
		public boolean mayBegin(ServiceContext incarnation) {
			return true;
		}

		@Override
		public String limit() {
			return "managed-services.shutdown.timeout";
		}

		@Override
		public Leases leases() {
			throw new UnsupportedOperationException();
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
		public void warn(Condition warning) {
		}

		@Override
		public void resolveWarning(String id) {
		}

		@Override
		public boolean tell(LifecycleEvent event) {
			return true;
		}

	}

}
