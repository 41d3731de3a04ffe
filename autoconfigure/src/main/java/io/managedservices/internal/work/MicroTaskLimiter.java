// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.line.RepeatedLog;
import io.managedservices.monitor.Workload.Waits;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTask.Priority;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.WorkKind;

/**
 * Lets micro-tasks of all services begin by their priorities. Entered by any thread, and
 * outside the coordinator: they are too many and too short for it. Nothing here waits or
 * locks but who asks to wait.
 */
final class MicroTaskLimiter {

	/** How many threads find a place for their notes that is their own. */
	private static final int PLACES = 128;

	private final WorkEngine engine;

	private final RepeatedLog log = new RepeatedLog(LineLog.of(MicroTaskLimiter.class), this::nanoTime);

	private final SharedSlots slots;

	private final MicroTasksInside inside = new MicroTasksInside(PLACES);

	private final OwnDelays ownDelays;

	private final FirstInLine firstMedium;

	private final FirstInLine firstLow;

	/** What was counted of the services that have or had micro-tasks. */
	private final Set<MicroTaskCounts> counts = ConcurrentHashMap.newKeySet();

	private final long mediumMaxDelay;

	private final long lowMaxDelay;

	/** Whether those in line whose service is to end are about to be looked for. */
	private final AtomicBoolean withdrawing = new AtomicBoolean();

	MicroTaskLimiter(WorkEngine engine) {
		this.engine = engine;
		this.slots = new SharedSlots(engine.settings().microTaskLimit(), this::tellIfIdle);
		this.ownDelays = new OwnDelays(engine, this);
		this.firstMedium = new FirstInLine(engine, this, lines().of(Priority.MEDIUM));
		this.firstLow = new FirstInLine(engine, this, lines().of(Priority.LOW));
		this.mediumMaxDelay = nanos(engine.settings().mediumMaxDelay());
		this.lowMaxDelay = nanos(engine.settings().lowMaxDelay());
	}

	private static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

	/**
	 * Runs a micro-task on the calling thread once it has a slot.
	 * @param <T> the type of its result
	 * @param scope the work that it belongs to
	 * @param microTask what it is
	 * @param body what it does
	 * @return what that returns
	 * @throws Exception what it throws, or that it has not begun
	 */
	<T> T run(WorkScope scope, MicroTask microTask, Callable<T> body) throws Exception {
		CalledMicroTask<T> call = new CalledMicroTask<>(scope, microTask, body);
		awaitSlot(call);
		call.run();
		return call.result();
	}

	/**
	 * Runs a micro-task on a thread of the pool once it has a slot.
	 * @param <T> the type of its result
	 * @param scope the work that it belongs to
	 * @param microTask what it is
	 * @param body what it does
	 * @return what that returns or throws
	 */
	<T> CompletableFuture<T> start(WorkScope scope, MicroTask microTask, Callable<T> body) {
		StartedMicroTask<T> call = new StartedMicroTask<>(scope, microTask, body, this.engine.captureContext());
		if (scope.isEnded()) {
			call.abandoned();
		}
		else if (takeSlot(call)) {
			execute(call);
		}
		else {
			standInLine(call);
		}
		return call.result();
	}

	/**
	 * Takes a slot for a micro-task that runs elsewhere.
	 * @param scope the work that it belongs to
	 * @param microTask what it is
	 * @return the slot
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	MicroTaskSlot signal(WorkScope scope, MicroTask microTask) throws InterruptedException {
		SignalledMicroTask call = new SignalledMicroTask(scope, microTask);
		awaitSlot(call);
		call.open();
		return call;
	}

	private void awaitSlot(WaitedForMicroTask call) throws InterruptedException {
		if (!ask(call)) {
			call.awaitSlot();
		}
	}

	/**
	 * Asks for a slot, without waiting.
	 * @param call the micro-task
	 * @return whether it has one, else it stands in line
	 * @throws java.util.concurrent.CancellationException if its service is to stop
	 */
	boolean ask(WaitedForMicroTask call) {
		if (call.scope.isEnded()) {
			throw call.cancelled();
		}
		boolean hasSlot = takeSlot(call);
		if (!hasSlot) {
			standInLine(call);
		}
		return hasSlot;
	}

	private boolean takeSlot(MicroTaskCall call) {
		call.scope.useMicroTasks();
		MicroTask microTask = call.microTask;
		if (microTask.priority() == Priority.HIGH || Duration.ZERO.equals(microTask.maxDelay())) {
			this.slots.take();
			return true;
		}
		return this.slots.tryTake(microTask.priority());
	}

	private void standInLine(MicroTaskCall call) {
		call.standInLine(nanoTime(), maxDelay(call.microTask));
		this.slots.add(call);
		if (call.scope.isEnded()) {
			withdraw(call);
		}
		else if (call.isWaiting()) {
			watch(call);
		}
	}

	private void watch(MicroTaskCall call) {
		if (call.hasOwnDelay()) {
			this.engine.coordination().submit(Command.of(() -> this.ownDelays.add(call)));
		}
		else if (call.microTask.priority() == Priority.LOW) {
			this.firstLow.watch();
		}
		else {
			this.firstMedium.watch();
		}
	}

	private long maxDelay(MicroTask microTask) {
		Duration own = microTask.maxDelay();
		if (own != null) {
			return nanos(own);
		}
		return (microTask.priority() == Priority.LOW) ? this.lowMaxDelay : this.mediumMaxDelay;
	}

	/**
	 * Runs one that has a slot on a thread of the pool, and others after it.
	 * @param call the micro-task
	 */
	void execute(StartedMicroTask<?> call) {
		this.engine.threads().executor(WorkKind.MICRO_TASK).execute(new MicroTaskRunner(this, call));
	}

	// Tasks yield first and then look whether any wait.
	private void tellIfIdle() {
		if (this.engine.tasks().isYielding() && !hasWaiting()) {
			this.engine.coordination().submit(Command.of(this.engine.tasks()::microTasksIdle));
		}
	}

	/**
	 * The work of a service is to end: cancels what waits of it. Called inside the
	 * coordinator, when the end can be seen.
	 */
	void end() {
		if (hasWaiting() && this.withdrawing.compareAndSet(false, true)) {
			// Once for all services that are stopped together.
			this.engine.coordination().deliver(this::withdrawEnded);
		}
	}

	private void withdrawEnded() {
		this.withdrawing.set(false);
		withdrawEnded(lines().of(Priority.MEDIUM));
		withdrawEnded(lines().of(Priority.LOW));
	}

	private void withdrawEnded(MicroTaskLine line) {
		for (MicroTaskCall call : line.waiting()) {
			if (call.scope.isEnded()) {
				withdraw(call);
			}
		}
	}

	private void withdraw(MicroTaskCall call) {
		if (this.slots.abandon(call)) {
			call.abandoned();
		}
	}

	/**
	 * Changes how many run at once. Those that run go on.
	 * @param limit how many
	 */
	void limit(int limit) {
		this.slots.limit(limit);
	}

	int limit() {
		return this.slots.limit();
	}

	int running() {
		return this.slots.taken();
	}

	int mediumWaiting() {
		return lines().of(Priority.MEDIUM).count();
	}

	int lowWaiting() {
		return lines().of(Priority.LOW).count();
	}

	/**
	 * How many of a service wait. Counted when somebody asks: to count them for each
	 * service as they come and go would cost each of them.
	 * @param workload the work of the service
	 * @param priority medium or low: those of high priority never wait
	 * @return their number
	 */
	int waiting(ServiceWorkload workload, Priority priority) {
		return lines().of(priority).count(workload);
	}

	/**
	 * Whether any of medium or low priority wait.
	 * @return whether any do
	 */
	boolean hasWaiting() {
		return !lines().isEmpty();
	}

	/**
	 * A service is about to have its first micro-task.
	 * @param first where its own are counted
	 */
	void include(MicroTaskCounts first) {
		this.counts.add(first);
	}

	/**
	 * How long those of a priority have waited, of all services. Added up when somebody
	 * asks, since to count each twice would cost as much as some do.
	 * @param priority the priority
	 * @return what was measured
	 */
	Waits waits(Priority priority) {
		long begun = 0;
		long total = 0;
		long longest = 0;
		for (MicroTaskCounts each : this.counts) {
			MicroTaskWaits own = each.waits(priority);
			begun += own.count();
			total += own.totalNanos();
			longest = Math.max(longest, own.maxNanos());
		}
		return new Waits(begun, Duration.ofNanos(total), Duration.ofNanos(longest));
	}

	SharedSlots slots() {
		return this.slots;
	}

	MicroTaskLines lines() {
		return this.slots.lines();
	}

	OwnDelays ownDelays() {
		return this.ownDelays;
	}

	MicroTasksInside inside() {
		return this.inside;
	}

	/**
	 * Where is logged what goes wrong with micro-tasks outside of user code. Any thread
	 * may write.
	 * @return the log
	 */
	RepeatedLog log() {
		return this.log;
	}

	long nanoTime() {
		return this.engine.coordination().nanoTime();
	}

}
