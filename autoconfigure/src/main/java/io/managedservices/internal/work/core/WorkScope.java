// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.ProcessExit;
import io.managedservices.internal.engine.kernel.WorkInside.Remaining;

/**
 * The work of one incarnation of a service: whether it may begin, and what of it is
 * inside user code. Confined to the coordinator, but for {@link #isEnded()},
 * {@link #hasRun()} and {@link #direct()}.
 *
 * @since 0.1.0
 */
public class WorkScope {

	private final Workplace workplace;

	private final ServiceContext incarnation;

	private final ScopedCalls<Unit> inside = new ScopedCalls<>();

	private final WorkEnding ending = new WorkEnding(this);

	private final ScopedCalls<ScopedCall> direct = new ScopedCalls<>();

	private volatile boolean ended;

	/** Whether its service has come to run. */
	private volatile boolean hasRun;

	/** Whether it was told to end and nothing was inside any more. */
	private boolean over;

	WorkScope(Workplace workplace, ServiceContext incarnation) {
		this.workplace = workplace;
		this.incarnation = incarnation;
	}

	public Workplace workplace() {
		return this.workplace;
	}

	public ServiceContext incarnation() {
		return this.incarnation;
	}

	public String serviceName() {
		return this.workplace.name();
	}

	/**
	 * Whether it was told to end. Any thread may ask.
	 * @return whether nothing begins any more
	 */
	public boolean isEnded() {
		return this.ended;
	}

	/**
	 * Whether something may begin, as far as the lease of the service goes. Any thread
	 * may ask.
	 * @return {@code false} for good once there is only time left for stopping
	 */
	public boolean mayBegin() {
		return this.workplace.owner().mayBegin(this.incarnation);
	}

	/**
	 * The service has come to run.
	 */
	void run() {
		this.hasRun = true;
	}

	/**
	 * Whether the service has come to run. Any thread may ask.
	 * @return whether it has, also after the end
	 */
	public boolean hasRun() {
		return this.hasRun;
	}

	/**
	 * Whether the service runs, so that tasks, ticks and hooks may begin.
	 * @return whether it does, and this is its present work
	 */
	public boolean isRunning() {
		return !this.ended && this.workplace.isRunning() && mayBegin();
	}

	/**
	 * Lets a unit in and hands it to a thread of its kind.
	 * @param unit the unit
	 * @return {@code false} if this has ended: it will not run
	 */
	public boolean execute(Unit unit) {
		if (!enter(unit)) {
			return false;
		}
		this.workplace.environment().threads().execute(unit.kind(), unit);
		return true;
	}

	/**
	 * Lets a unit in that has a thread already.
	 * @param unit the unit
	 * @return {@code false} if this has ended: it must not run
	 */
	public boolean enter(Unit unit) {
		if (this.ended) {
			return false;
		}
		this.inside.add(unit);
		return true;
	}

	/**
	 * Whether a unit is inside user code, or about to be.
	 * @param unit the unit
	 * @return whether it is
	 */
	boolean isInside(Unit unit) {
		return this.inside.contains(unit);
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
	 * Takes a call as having left whose thread is about to wait for the end of all of
	 * this: that would be interrupted, and wait for itself. What follows from it follows
	 * when it leaves.
	 * @param call the call
	 */
	void release(ScopedCall call) {
		if (call instanceof Unit unit) {
			unit.released |= this.inside.remove(unit);
		}
		else {
			this.direct.remove(call);
		}
		lookWhetherOver();
	}

	/**
	 * Interrupts a unit, or withdraws it if it has not begun.
	 * @param unit the unit
	 * @return whether it was withdrawn: it has left, and nothing follows from it
	 */
	public boolean cancel(Unit unit) {
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
	public void ask(Unit unit) {
		if (!withdraw(unit)) {
			unit.askAlone();
		}
	}

	/**
	 * Withdraws a unit if it has not begun, and leaves it alone if it has.
	 * @param unit the unit
	 * @return whether it was withdrawn: it has left, and nothing follows from it
	 */
	public boolean withdraw(Unit unit) {
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

	void end() {
		if (!this.ended) {
			close();
			this.workplace.sleep().lookAgain();
			this.workplace.kinds().forEach((kind) -> kind.ending(this));
			this.ending.begin();
			this.over = isNothingInside();
		}
	}

	/**
	 * Ends before anything has begun.
	 */
	void endUnused() {
		close();
		this.over = true;
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
		this.direct.all().forEach(action);
	}

	/**
	 * Nothing begins from now on.
	 */
	void close() {
		this.ended = true;
	}

	/**
	 * Whether nothing is inside user code, and nothing will be. Until this was told to
	 * end a direct call may begin at any moment; then the answer changes only with
	 * {@link #lookWhetherOver()}, so that it is told once.
	 * @return whether nothing is
	 */
	boolean isOver() {
		return this.over;
	}

	public void lookWhetherOver() {
		if (this.ended && !this.over && isNothingInside()) {
			this.over = true;
			this.ending.over();
			this.workplace.owner().workEnded();
		}
	}

	private boolean isNothingInside() {
		return this.inside.isEmpty() && !this.direct.isAny();
	}

	/**
	 * What is inside user code, or about to be, of one kind.
	 * @param <U> its type
	 * @param type of which type it is
	 * @return the units of this moment
	 */
	public <U extends Unit> List<U> inside(Class<U> type) {
		return this.inside.all().stream().filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * Takes what is inside {@link System#exit} as having left: it never comes back.
	 */
	void releaseExiting() {
		this.inside.all().stream().filter((unit) -> ProcessExit.isCalledIn(unit.stack())).forEach(this::release);
		this.direct.all().stream().filter((call) -> ProcessExit.isCalledIn(call.stack())).forEach(this.direct::remove);
		lookWhetherOver();
	}

	List<Remaining> remaining() {
		List<Remaining> remaining = new ArrayList<>();
		this.inside.all().forEach((unit) -> remaining.add(new Remaining(unit.what(), unit.stack())));
		this.direct.all()
			.stream()
			.filter(ScopedCall::hasBegun)
			.forEach((call) -> remaining.add(new Remaining(call.what(), call.stack())));
		return remaining;
	}

	/**
	 * Whether anything is inside user code without the coordinator. Any thread may ask.
	 * @return whether anything is
	 */
	public boolean hasDirectCalls() {
		return this.direct.isAny();
	}

	/**
	 * What enters and leaves without the coordinator. Any thread may ask.
	 * @return the calls
	 */
	ScopedCalls<ScopedCall> direct() {
		return this.direct;
	}

}
