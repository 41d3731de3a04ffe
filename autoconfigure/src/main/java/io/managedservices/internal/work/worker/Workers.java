// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.work.core.KindOfWork;
import io.managedservices.internal.work.core.Tally;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.monitor.WorkSnapshot.WorkerState;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerBody;

/**
 * The workers of a service that have begun and not ended. Confined to the coordinator,
 * but for {@link #create} and the figures.
 *
 * @since 0.1.0
 */
public final class Workers implements KindOfWork {

	private final Set<Supervision> workers = new LinkedHashSet<>();

	private final Tally running = new Tally();

	private final Tally backingOff = new Tally();

	private final Tally restarts = new Tally();

	/**
	 * A worker that is to be begun. Any thread may ask.
	 * @param scope the work that it belongs to
	 * @param name its name
	 * @param body what it does
	 * @return the worker
	 */
	public ServiceWorker create(WorkScope scope, String name, WorkerBody body) {
		return new SupervisedWorker(this, scope, name, body);
	}

	void add(Supervision worker) {
		this.workers.add(worker);
	}

	void remove(Supervision worker) {
		this.workers.remove(worker);
	}

	@Override
	public void running() {
		// They run before.
	}

	@Override
	public void ending(WorkScope scope) {
		List<Supervision> ending = List.copyOf(this.workers);
		// Else one that waits for a thread would get that of one that leaves because it
		// was told to end.
		ending.forEach(Supervision::withdrawIfWaiting);
		ending.forEach(Supervision::tellToEnd);
	}

	@Override
	public void sleepChanged() {
		// They are not concerned.
	}

	@Override
	public @Nullable String activity() {
		return this.workers.isEmpty() ? null : WorkKind.WORKER + " '" + this.workers.iterator().next().name() + "'";
	}

	/**
	 * A worker does something else.
	 * @param before what it did, or {@code null} if it begins
	 * @param after what it does now
	 */
	void moved(@Nullable WorkerState before, WorkerState after) {
		count(before, -1);
		count(after, 1);
	}

	private void count(@Nullable WorkerState state, int more) {
		if (state == WorkerState.RUNNING) {
			this.running.add(more);
		}
		else if (state == WorkerState.BACKOFF) {
			this.backingOff.add(more);
		}
	}

	void restarted() {
		this.restarts.add(1);
	}

	/**
	 * How many run. Any thread may ask, as for the other figures.
	 * @return their number
	 */
	public int runningCount() {
		return (int) this.running.get();
	}

	public int backingOffCount() {
		return (int) this.backingOff.get();
	}

	public long restarts() {
		return this.restarts.get();
	}

	public List<WorkerStatus> statuses() {
		return this.workers.stream().map(Supervision::status).toList();
	}

}
