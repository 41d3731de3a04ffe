package io.managedservices.work;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.managedservices.MicroTask;
import io.managedservices.MicroTask.Priority;
import io.managedservices.MicroTaskSlot;
import io.managedservices.WorkKind;
import io.managedservices.concurrent.Command;

/**
 * Lets micro-tasks of all services begin by their priorities. Entered by any thread, and
 * outside the coordinator: they are too many and too short for it. Nothing here waits or
 * locks but who asks to wait.
 * <p>
 * A slot that becomes free is never lost: who gives one back does so first and then looks
 * whether any wait; who waits stands in line first and then looks whether a slot is free.
 */
final class MicroTaskLimiter {

	/** How many threads find a place for their notes that is their own. */
	private static final int PLACES = 128;

	private final WorkEngine engine;

	private final MicroTaskSlots slots;

	private final MicroTaskLines lines = new MicroTaskLines();

	private final MicroTasksInside inside = new MicroTasksInside(PLACES);

	private final OwnDelays ownDelays;

	private final FirstInLine firstMedium;

	private final FirstInLine firstLow;

	private final MicroTaskWaits highWaits = new MicroTaskWaits();

	private final MicroTaskWaits mediumWaits = new MicroTaskWaits();

	private final MicroTaskWaits lowWaits = new MicroTaskWaits();

	private final long mediumMaxDelay;

	private final long lowMaxDelay;

	/** Whether those in line whose service is to end are about to be looked for. */
	private final AtomicBoolean withdrawing = new AtomicBoolean();

	MicroTaskLimiter(WorkEngine engine) {
		this.engine = engine;
		this.slots = new MicroTaskSlots(engine.settings().microTaskLimit());
		this.ownDelays = new OwnDelays(engine, this);
		this.firstMedium = new FirstInLine(engine, this, this.lines.of(Priority.MEDIUM));
		this.firstLow = new FirstInLine(engine, this, this.lines.of(Priority.LOW));
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
		if (call.scope.isEnded()) {
			throw call.cancelled();
		}
		if (!takeSlot(call)) {
			standInLine(call);
			call.awaitSlot();
		}
	}

	private boolean takeSlot(MicroTaskCall call) {
		call.scope.useMicroTasks();
		MicroTask microTask = call.microTask;
		if (microTask.priority() == Priority.HIGH || Duration.ZERO.equals(microTask.maxDelay())) {
			this.slots.take();
			return true;
		}
		return this.slots.isAnyFree() && this.lines.isEmptyBefore(microTask.priority()) && this.slots.tryTake();
	}

	private void standInLine(MicroTaskCall call) {
		call.standInLine(nanoTime(), maxDelay(call.microTask));
		lineOf(call).add(call);
		if (call.scope.isEnded()) {
			withdraw(call);
			return;
		}
		useSlots();
		if (call.isWaiting()) {
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

	private MicroTaskLine lineOf(MicroTaskCall call) {
		return this.lines.of(call.microTask.priority());
	}

	/**
	 * Runs one that has a slot on a thread of the pool, and others after it.
	 * @param call the micro-task
	 */
	void execute(StartedMicroTask<?> call) {
		this.engine.threads().executor(WorkKind.MICRO_TASK).execute(new MicroTaskRunner(this, call));
	}

	/**
	 * The next one for a thread that has a slot.
	 * @return the next, or {@code null} if there is none: the slot was given back
	 */
	@Nullable StartedMicroTask<?> next() {
		boolean hasSlot = this.slots.keep();
		while (hasSlot || (this.slots.isAnyFree() && !this.lines.isEmpty() && this.slots.tryTake())) {
			MicroTaskCall call = poll();
			if (call instanceof StartedMicroTask<?> started) {
				return started;
			}
			if (call != null) {
				call.granted();
			}
			else {
				this.slots.giveBack();
			}
			hasSlot = false;
		}
		return null;
	}

	/**
	 * Gives a slot back.
	 */
	void giveBack() {
		this.slots.giveBack();
		useSlots();
	}

	private void useSlots() {
		while (this.slots.isAnyFree() && !this.lines.isEmpty() && this.slots.tryTake()) {
			MicroTaskCall call = poll();
			if (call != null) {
				call.granted();
			}
			else {
				this.slots.giveBack();
			}
		}
	}

	private @Nullable MicroTaskCall poll() {
		MicroTaskCall call = this.lines.poll();
		tellIfIdle();
		return call;
	}

	// Tasks yield first and then look whether any wait.
	private void tellIfIdle() {
		if (this.engine.tasks().isYielding() && !hasWaiting()) {
			this.engine.coordination().submit(Command.of(this.engine.tasks()::microTasksIdle));
		}
	}

	/**
	 * Lets those begin, whether there is a slot or not, that have waited for as long as
	 * all of their priority may.
	 * @param line where they stand
	 */
	void beginOverdue(MicroTaskLine line) {
		long now = nanoTime();
		MicroTaskCall first = line.firstWithCommonDelay();
		while (first != null && first.due() <= now) {
			this.slots.take();
			if (line.pollFirst(first)) {
				first.granted();
			}
			else {
				giveBack();
			}
			first = line.firstWithCommonDelay();
		}
		tellIfIdle();
	}

	/**
	 * Lets one begin, whether there is a slot or not, that has waited for as long as it
	 * may.
	 * @param call the micro-task
	 */
	void beginOverdue(MicroTaskCall call) {
		if (!call.isWaiting()) {
			return;
		}
		this.slots.take();
		if (lineOf(call).pollAny(call)) {
			call.granted();
			tellIfIdle();
		}
		else {
			giveBack();
		}
	}

	/**
	 * The work of a service is to end: interrupts what is inside user code of it, and
	 * cancels what waits. Called inside the coordinator, when the end can be seen.
	 * @param scope the work
	 */
	void end(WorkScope scope) {
		this.inside.interrupt(scope);
		if (hasWaiting() && this.withdrawing.compareAndSet(false, true)) {
			// Once for all services that are stopped together.
			this.engine.coordination().deliver(this::withdrawEnded);
		}
	}

	private void withdrawEnded() {
		this.withdrawing.set(false);
		withdrawEnded(this.lines.of(Priority.MEDIUM));
		withdrawEnded(this.lines.of(Priority.LOW));
	}

	private void withdrawEnded(MicroTaskLine line) {
		for (MicroTaskCall call : line.waiting()) {
			if (call.scope.isEnded()) {
				withdraw(call);
			}
		}
	}

	private void withdraw(MicroTaskCall call) {
		if (abandon(call)) {
			call.abandoned();
		}
	}

	/**
	 * Takes one out that is not to begin.
	 * @param call the micro-task
	 * @return whether it has waited: it has no slot
	 */
	boolean abandon(MicroTaskCall call) {
		boolean abandoned = lineOf(call).abandon(call);
		if (abandoned) {
			tellIfIdle();
		}
		return abandoned;
	}

	/**
	 * Changes how many run at once. Those that run go on.
	 * @param limit how many
	 */
	void limit(int limit) {
		this.slots.limit(limit);
		useSlots();
	}

	int limit() {
		return this.slots.limit();
	}

	int running() {
		return this.slots.taken();
	}

	int mediumWaiting() {
		return this.lines.of(Priority.MEDIUM).count();
	}

	int lowWaiting() {
		return this.lines.of(Priority.LOW).count();
	}

	/**
	 * Whether any of medium or low priority wait.
	 * @return whether any do
	 */
	boolean hasWaiting() {
		return !this.lines.isEmpty();
	}

	/**
	 * How long those of a priority have waited.
	 * @param priority the priority
	 * @return what was measured
	 */
	MicroTaskWaits waits(Priority priority) {
		return switch (priority) {
			case HIGH -> this.highWaits;
			case MEDIUM -> this.mediumWaits;
			case LOW -> this.lowWaits;
		};
	}

	MicroTaskLines lines() {
		return this.lines;
	}

	OwnDelays ownDelays() {
		return this.ownDelays;
	}

	MicroTasksInside inside() {
		return this.inside;
	}

	long nanoTime() {
		return this.engine.coordination().nanoTime();
	}

}
