// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.SimulatedUnit;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.monitor.Workload;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTask.Priority;

/**
 * Counts the slots that micro-tasks of a simulation have, and those that wait, from
 * scratch, and checks that none waits while there is a slot, or for longer than it may.
 * For use by one thread.
 */
public final class MicroTaskWatch {

	private final WorkEngine engine;

	private final SimulatedBackend backend;

	/** Those that were started, by what they are, until they begin or end. */
	private final Map<String, Started> started = new HashMap<>();

	private final List<Called> callers = new ArrayList<>();

	public MicroTaskWatch(WorkEngine engine, SimulatedBackend backend) {
		this.engine = engine;
		this.backend = backend;
	}

	/**
	 * One was started.
	 * @param microTask what it is, with a name of its own
	 * @param future its future
	 */
	public void started(MicroTask microTask, CompletableFuture<?> future) {
		this.started.put("micro-task '" + microTask.name() + "'",
				new Started(microTask.priority(), due(microTask), future));
	}

	/**
	 * A caller waits for one, or has a slot for it.
	 * @param microTask what it is
	 * @param caller the caller
	 */
	public void called(MicroTask microTask, SimulatedCaller caller) {
		this.callers.add(new Called(microTask.priority(), due(microTask), caller));
	}

	private long due(MicroTask microTask) {
		Duration delay = microTask.maxDelay();
		if (delay == null) {
			delay = (microTask.priority() == Priority.LOW) ? WorkAccess.settings(this.engine).lowMaxDelay()
					: WorkAccess.settings(this.engine).mediumMaxDelay();
		}
		return this.backend.nanoTime() + delay.toNanos();
	}

	/**
	 * A unit enters user code.
	 * @param unit any unit
	 */
	public void begins(SimulatedUnit unit) {
		this.started.remove(unit.what());
	}

	/**
	 * Counts, after each step.
	 * @param inside how many are inside user code, or elsewhere with a slot
	 */
	public void check(long inside) {
		Workload load = this.engine.workload();
		if (this.started.isEmpty() && this.callers.isEmpty() && load.microTasksRunning() == inside) {
			require(load.lines().mediumWaiting() + load.lines().lowWaiting() == 0, "%s, and nothing waits", load);
			return;
		}
		Counts counts = new Counts();
		Set<String> handedOver = new HashSet<>();
		for (Runnable task : this.backend.tasks()) {
			StartedMicroTask<?> next = (task instanceof MicroTaskRunner runner) ? runner.current() : null;
			if (next != null) {
				handedOver.add(next.what());
				counts.taken++;
			}
		}
		this.started.values().removeIf((each) -> each.future.isDone());
		this.started.forEach((what, each) -> {
			if (!handedOver.contains(what)) {
				counts.waits(each.priority, each.due);
			}
		});
		for (Iterator<Called> each = this.callers.iterator(); each.hasNext();) {
			Called called = each.next();
			if (called.caller.isWaiting()) {
				counts.waits(called.priority, called.due);
			}
			else if (called.caller.isAboutToBegin()) {
				counts.taken++;
			}
			else {
				each.remove();
			}
		}
		check(load, counts, inside);
	}

	private void check(Workload load, Counts counts, long inside) {
		require(load.microTasksRunning() == inside + counts.taken, "%s, but %d are inside and %d about to be", load,
				inside, counts.taken);
		require(load.lines().mediumWaiting() == counts.medium && load.lines().lowWaiting() == counts.low,
				"%s, but %d medium and %d low micro-tasks wait", load, counts.medium, counts.low);
		require(counts.medium + counts.low == 0 || load.microTasksRunning() >= load.microTaskLimit(),
				"%s: some wait while there is a slot", load);
		if (!this.backend.hasTasks()) {
			require(counts.firstDue > this.backend.nanoTime() && this.backend.alarmAt() <= counts.firstDue,
					"%s: one waits until %d at most, it is %d, and the alarm is set to %d", load, counts.firstDue,
					this.backend.nanoTime(), this.backend.alarmAt());
		}
	}

	private static void require(boolean condition, String what, Object... arguments) {
		if (!condition) {
			throw new AssertionError(what.formatted(arguments));
		}
	}

	private record Started(Priority priority, long due, CompletableFuture<?> future) {

	}

	private record Called(Priority priority, long due, SimulatedCaller caller) {

	}

	/**
	 * What was counted from scratch.
	 */
	private static final class Counts {

		private int taken;

		private int medium;

		private int low;

		private long firstDue = TimerQueue.NEVER;

		private void waits(Priority priority, long due) {
			this.firstDue = Math.min(this.firstDue, due);
			if (priority == Priority.LOW) {
				this.low++;
			}
			else {
				this.medium++;
			}
		}

	}

}
