// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.line.RepeatedLog;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.work.core.WorkEnvironment;
import io.managedservices.monitor.Workload.Waits;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTask.Priority;
import io.managedservices.work.WorkKind;

/**
 * Lets micro-tasks of all services begin by their priorities. Entered by any thread, and
 * outside the coordinator: they are too many and too short for it.
 *
 * @since 0.1.0
 */
public final class MicroTaskLimiter {

	private final WorkEnvironment environment;

	private final RepeatedLog log = new RepeatedLog(LineLog.of(MicroTaskLimiter.class), this::nanoTime);

	private final MicroTaskSlots slots;

	/** For the next one that waits no longer. Confined to the coordinator. */
	private final Timer timer = Timer.of(this::beginOverdue);

	/** Those of all services. */
	private final Set<MicroTasks> all = ConcurrentHashMap.newKeySet();

	/** Of services that are forgotten. */
	private final Map<Priority, MicroTaskWaits> forgotten = new EnumMap<>(Priority.class);

	private final long mediumMaxDelay;

	private final long lowMaxDelay;

	/** Whether those in line whose service is to end are about to be looked for. */
	private final AtomicBoolean withdrawing = new AtomicBoolean();

	/**
	 * Create a limiter.
	 * @param environment that of all services
	 * @param limit how many run at once
	 * @param mediumMaxDelay how long one of medium priority waits at most
	 * @param lowMaxDelay how long one of low priority waits at most
	 * @param whenNoneWaits is run by any thread when the last one that has waited no
	 * longer does
	 */
	public MicroTaskLimiter(WorkEnvironment environment, int limit, Duration mediumMaxDelay, Duration lowMaxDelay,
			Runnable whenNoneWaits) {
		this.environment = environment;
		this.slots = new MicroTaskSlots(limit, this::nanoTime, this::setTimer, whenNoneWaits);
		for (Priority priority : Priority.values()) {
			this.forgotten.put(priority, new MicroTaskWaits());
		}
		this.mediumMaxDelay = nanos(mediumMaxDelay);
		this.lowMaxDelay = nanos(lowMaxDelay);
	}

	private static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

	/**
	 * Takes a slot for a micro-task, or lets it stand in line.
	 * @param call the micro-task
	 * @return whether it has a slot
	 */
	boolean takeSlot(MicroTaskCall call) {
		return this.slots.take(call, maxDelay(call.microTask));
	}

	private long maxDelay(MicroTask microTask) {
		if (microTask.priority() == Priority.HIGH) {
			return 0;
		}
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
		this.environment.threads().executor(WorkKind.MICRO_TASK).execute(new MicroTaskRunner(this, call));
	}

	private void setTimer() {
		Coordination coordination = this.environment.coordination();
		coordination.submit(Command.of(() -> coordination.timers().set(this.timer, this.slots.alarm())));
	}

	// They may be many: outside.
	private void beginOverdue() {
		this.environment.coordination().deliver(this.slots::beginOverdue);
	}

	/**
	 * The work of a service is to end: cancels what waits of it. Called inside the
	 * coordinator, when the end can be seen.
	 */
	void end() {
		if (hasWaiting() && this.withdrawing.compareAndSet(false, true)) {
			// Once for all services that are stopped together.
			this.environment.coordination().deliver(() -> {
				this.withdrawing.set(false);
				this.slots.abandonEnded();
			});
		}
	}

	/**
	 * Changes how many run at once. Those that run go on.
	 * @param limit how many
	 */
	public void limit(int limit) {
		this.slots.limit(limit);
	}

	/**
	 * How busy the slots are.
	 * @return the figures of one moment
	 */
	public SlotLoad load() {
		return this.slots.load();
	}

	/**
	 * How many of a service wait. Counted when somebody asks.
	 * @param ofService those of the service
	 * @param priority medium or low: those of high priority never wait
	 * @return their number
	 */
	int waiting(MicroTasks ofService, Priority priority) {
		return this.slots.waiting(ofService, priority);
	}

	/**
	 * Whether any of medium or low priority wait.
	 * @return whether any do
	 */
	public boolean hasWaiting() {
		return this.slots.load().isAnyWaiting();
	}

	/**
	 * A service may have micro-tasks.
	 * @param ofService those of the service
	 */
	void add(MicroTasks ofService) {
		this.all.add(ofService);
	}

	/**
	 * A service is forgotten. Called inside the coordinator.
	 * @param ofService those of the service
	 */
	void forget(MicroTasks ofService) {
		if (this.all.remove(ofService)) {
			this.forgotten.forEach((priority, waits) -> waits.add(ofService.waits(priority)));
		}
	}

	/**
	 * How long those of a priority have waited, of all services. Added up when somebody
	 * asks, since to count each twice would cost as much as some do.
	 * @param priority the priority
	 * @return what was measured
	 */
	public Waits waits(Priority priority) {
		MicroTaskWaits gone = Objects.requireNonNull(this.forgotten.get(priority));
		long begun = gone.count();
		long total = gone.totalNanos();
		long longest = gone.maxNanos();
		for (MicroTasks each : this.all) {
			MicroTaskWaits own = each.waits(priority);
			begun += own.count();
			total += own.totalNanos();
			longest = Math.max(longest, own.maxNanos());
		}
		return new Waits(begun, Duration.ofNanos(total), Duration.ofNanos(longest));
	}

	MicroTaskSlots slots() {
		return this.slots;
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
		return this.environment.coordination().nanoTime();
	}

}
