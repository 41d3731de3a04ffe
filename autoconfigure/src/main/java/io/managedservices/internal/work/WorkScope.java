// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.ProcessExit;
import io.managedservices.internal.engine.OwnedWork.Remaining;

/**
 * The work of one incarnation of a service: whether it may begin, and what of it is
 * inside user code. Confined to the coordinator, but for {@link #isEnded()},
 * {@link #tasks()} and {@link #useMicroTasks()}. Its micro-tasks are inside without it:
 * see {@link MicroTasksInside}.
 */
final class WorkScope {

	private final ServiceWorkload workload;

	private final ServiceContext incarnation;

	private final UnitList inside = new UnitList();

	private final List<Runnable> endings = new ArrayList<>();

	private final TaskSet tasks = new TaskSet();

	private final WorkEnding ending = new WorkEnding(this);

	private volatile boolean ended;

	/** Set before its first micro-task begins: so that others need not be looked for. */
	private volatile boolean microTasksUsed;

	/** Whether its service has come to run. */
	private boolean hasRun;

	/** Whether it was told to end and nothing was inside any more. */
	private boolean over;

	WorkScope(ServiceWorkload workload, ServiceContext incarnation) {
		this.workload = workload;
		this.incarnation = incarnation;
	}

	ServiceWorkload workload() {
		return this.workload;
	}

	ServiceContext incarnation() {
		return this.incarnation;
	}

	String serviceName() {
		return this.workload.name();
	}

	/**
	 * Its tasks. Any thread may ask.
	 * @return the tasks
	 */
	TaskSet tasks() {
		return this.tasks;
	}

	/**
	 * Whether it was told to end. Any thread may ask.
	 * @return whether nothing begins any more
	 */
	boolean isEnded() {
		return this.ended;
	}

	/**
	 * The service has come to run.
	 */
	void run() {
		this.hasRun = true;
	}

	/**
	 * Whether the service has come to run.
	 * @return whether it has, also after the end
	 */
	boolean hasRun() {
		return this.hasRun;
	}

	/**
	 * Whether the service runs, so that tasks, ticks and hooks may begin.
	 * @return whether it does, and this is its present work
	 */
	boolean isRunning() {
		return !this.ended && this.workload.isRunning();
	}

	/**
	 * Lets a unit in and hands it to a thread of its kind.
	 * @param unit the unit
	 * @return {@code false} if this has ended: it will not run
	 */
	boolean execute(Unit unit) {
		if (!enter(unit)) {
			return false;
		}
		this.workload.threads().execute(unit);
		return true;
	}

	/**
	 * Lets a unit in that has a thread already.
	 * @param unit the unit
	 * @return {@code false} if this has ended: it must not run
	 */
	boolean enter(Unit unit) {
		if (this.ended) {
			return false;
		}
		this.inside.add(unit);
		return true;
	}

	/**
	 * A unit has left user code.
	 * @param unit the unit
	 * @return {@code false} if it was withdrawn before it began, and left already
	 */
	boolean leave(Unit unit) {
		return this.inside.remove(unit) || unit.released;
	}

	/**
	 * Takes a unit as having left whose thread is about to wait for the end of all of
	 * this: that would be interrupted, and wait for itself. What follows from it follows
	 * when it leaves.
	 * @param unit the unit
	 */
	void release(Unit unit) {
		unit.released |= this.inside.remove(unit);
		lookWhetherOver();
	}

	/**
	 * Interrupts a unit, or withdraws it if it has not begun.
	 * @param unit the unit
	 * @return whether it was withdrawn: it has left, and nothing follows from it
	 */
	boolean cancel(Unit unit) {
		boolean withdrawn = unit.interrupt();
		if (withdrawn) {
			leaveWithdrawn(unit);
		}
		return withdrawn;
	}

	/**
	 * Asks a unit that was told to end, or withdraws it if it has not begun.
	 * @param unit the unit
	 */
	void ask(Unit unit) {
		if (!withdraw(unit)) {
			unit.askAlone();
		}
	}

	/**
	 * Withdraws a unit if it has not begun, and leaves it alone if it has.
	 * @param unit the unit
	 * @return whether it was withdrawn: it has left, and nothing follows from it
	 */
	boolean withdraw(Unit unit) {
		boolean withdrawn = unit.withdraw();
		if (withdrawn) {
			leaveWithdrawn(unit);
		}
		return withdrawn;
	}

	private void leaveWithdrawn(Unit unit) {
		if (this.inside.remove(unit)) {
			unit.withdrawn();
		}
	}

	/**
	 * Does something when this is told to end: takes what waits out of queues and timers,
	 * and tells those who wait for it.
	 * @param ending what is done, inside the coordinator
	 */
	void onEnd(Runnable ending) {
		this.endings.add(ending);
	}

	void end() {
		if (!this.ended) {
			close();
			if (!this.hasRun) {
				this.workload.mailbox().outbox().attemptFailed();
			}
			this.workload.tasks().end(this);
			this.endings.forEach(Runnable::run);
			this.endings.clear();
			this.ending.begin();
			if (this.microTasksUsed) {
				this.workload.engine().microTasks().end();
			}
			this.over = isNothingInside();
		}
	}

	/**
	 * How it ends.
	 * @return what brings it to its end
	 */
	WorkEnding ending() {
		return this.ending;
	}

	/**
	 * Withdraws the units that have not begun.
	 */
	void withdrawWaiting() {
		this.inside.all().forEach(this::withdraw);
	}

	/**
	 * Goes through what is inside user code, or about to be.
	 * @param action is given each call
	 */
	void forEachInside(Consumer<? super ScopedCall> action) {
		this.inside.all().forEach(action);
		if (this.microTasksUsed) {
			this.workload.engine().microTasks().inside().forEachNoted(this, action);
		}
	}

	/**
	 * Nothing begins from now on.
	 */
	void close() {
		this.ended = true;
	}

	/**
	 * Whether nothing is inside user code, and nothing will be. Until this was told to
	 * end a micro-task may begin at any moment; then the answer changes only with
	 * {@link #lookWhetherOver()}, so that it is told once.
	 * @return whether nothing is
	 */
	boolean isOver() {
		return this.over;
	}

	void lookWhetherOver() {
		if (this.ended && !this.over && isNothingInside()) {
			this.over = true;
			this.ending.over();
			this.workload.over();
		}
	}

	private boolean isNothingInside() {
		return this.inside.isEmpty()
				&& (!this.microTasksUsed || !this.workload.engine().microTasks().inside().isAny(this));
	}

	/**
	 * The tasks that run.
	 * @return those that are inside user code, or are about to be
	 */
	List<IncarnationTask> tasksInside() {
		return this.inside.all()
			.stream()
			.filter(TaskRun.class::isInstance)
			.map((unit) -> ((TaskRun) unit).task)
			.toList();
	}

	/**
	 * What goes on or will.
	 * @return a task that has not come to rest, or something that is inside user code, or
	 * {@code null} if there is neither
	 */
	@Nullable String activity() {
		List<Unit> units = this.inside.all();
		if (!units.isEmpty()) {
			return units.get(0).what();
		}
		for (IncarnationTask task : this.tasks.all()) {
			if (!task.isAtRest()) {
				return task.what();
			}
		}
		boolean isAny = this.microTasksUsed && this.workload.engine().microTasks().inside().isAny(this);
		return isAny ? "micro-tasks" : null;
	}

	/**
	 * Takes what is inside {@link System#exit} as having left: it never comes back.
	 */
	void releaseExiting() {
		this.inside.all().stream().filter((unit) -> ProcessExit.isCalledIn(unit.stack())).forEach(this::release);
		if (this.microTasksUsed) {
			MicroTasksInside microTasks = this.workload.engine().microTasks().inside();
			microTasks.forEach(this, (call) -> {
				if (ProcessExit.isCalledIn(call.stack())) {
					microTasks.remove(call);
				}
			});
			lookWhetherOver();
		}
	}

	List<Remaining> remaining() {
		List<Remaining> remaining = new ArrayList<>();
		this.inside.all().forEach((unit) -> remaining.add(new Remaining(unit.what(), unit.stack())));
		if (this.microTasksUsed) {
			this.workload.engine()
				.microTasks()
				.inside()
				.forEach(this, (call) -> remaining.add(new Remaining(call.what(), call.stack())));
		}
		return remaining;
	}

	/**
	 * It is about to have a micro-task. Any thread may tell.
	 */
	void useMicroTasks() {
		if (!this.microTasksUsed) {
			this.workload.engine().microTasks().include(this.workload.microTasks());
			this.microTasksUsed = true;
		}
	}

}
