package io.managedservices.work;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.managedservices.ServiceContext;
import io.managedservices.engine.OwnedWork.Remaining;

/**
 * The work of one incarnation of a service: whether it may begin, and what of it is
 * inside user code. Confined to the coordinator, but for {@link #isEnded()}.
 */
final class WorkScope {

	private final ServiceWorkload workload;

	private final ServiceContext incarnation;

	private final Set<Unit> inside = new LinkedHashSet<>();

	private final List<Runnable> endings = new ArrayList<>();

	private volatile boolean ended;

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
	 * Whether it was told to end. Any thread may ask.
	 * @return whether nothing begins any more
	 */
	boolean isEnded() {
		return this.ended;
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
		return this.inside.remove(unit);
	}

	/**
	 * Interrupts a unit, or withdraws it if it has not begun.
	 * @param unit the unit
	 * @return whether it was withdrawn: it has left, and nothing follows from it
	 */
	boolean cancel(Unit unit) {
		boolean withdrawn = unit.interrupt();
		if (withdrawn && this.inside.remove(unit)) {
			unit.withdrawn();
		}
		return withdrawn;
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
			this.ended = true;
			this.endings.forEach(Runnable::run);
			this.endings.clear();
			List.copyOf(this.inside).forEach(this::cancel);
		}
	}

	boolean isOver() {
		return this.inside.isEmpty();
	}

	void lookWhetherOver() {
		if (this.ended && isOver()) {
			this.workload.over();
		}
	}

	List<Remaining> remaining() {
		return this.inside.stream().map((unit) -> new Remaining(unit.what(), unit.stack())).toList();
	}

}
