// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.WorkCounts.Levels;
import io.managedservices.monitor.WorkSnapshot.WorkerState;

/**
 * What is counted of the workers, tasks and tickers of a service. Written inside the
 * coordinator, read by any thread.
 */
final class WorkFigures {

	private final Tally workersRunning = new Tally();

	private final Tally workersBackingOff = new Tally();

	private final Tally restarts = new Tally();

	private final Tally tasksQueued = new Tally();

	private final Tally tasksRunning = new Tally();

	private final Tally taskRuns = new Tally();

	private final Tally ticks = new Tally();

	/**
	 * A worker does something else.
	 * @param before what it did, or {@code null} if it begins
	 * @param after what it does now
	 */
	void workerMoved(@Nullable WorkerState before, WorkerState after) {
		count(before, -1);
		count(after, 1);
	}

	private void count(@Nullable WorkerState state, int more) {
		if (state == WorkerState.RUNNING) {
			this.workersRunning.add(more);
		}
		else if (state == WorkerState.BACKOFF) {
			this.workersBackingOff.add(more);
		}
	}

	void workerRestarted() {
		this.restarts.add(1);
	}

	void taskQueued() {
		this.tasksQueued.add(1);
	}

	void taskBegun() {
		this.tasksQueued.add(-1);
		this.tasksRunning.add(1);
	}

	/**
	 * A run that has waited will not begin.
	 */
	void taskDropped() {
		this.tasksQueued.add(-1);
	}

	/**
	 * A run has begun and never entered user code.
	 */
	void taskWithdrawn() {
		this.tasksRunning.add(-1);
	}

	void taskEnded() {
		this.tasksRunning.add(-1);
		this.taskRuns.add(1);
	}

	void ticked() {
		this.ticks.add(1);
	}

	int tasksQueued() {
		return (int) this.tasksQueued.get();
	}

	long restarts() {
		return this.restarts.get();
	}

	long taskRuns() {
		return this.taskRuns.get();
	}

	long ticks() {
		return this.ticks.get();
	}

	Levels levels(long eventsHeld, boolean asleep) {
		return new Levels((int) this.workersRunning.get(), (int) this.workersBackingOff.get(), tasksQueued(),
				(int) this.tasksRunning.get(), eventsHeld, asleep);
	}

}
