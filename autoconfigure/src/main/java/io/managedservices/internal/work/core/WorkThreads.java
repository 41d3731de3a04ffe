// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.BatchExecutor;
import io.managedservices.work.WorkKind;

/**
 * The threads for each kind of work. Confined to the coordinator, but for
 * {@link #executor}.
 *
 * @since 0.1.0
 */
public final class WorkThreads {

	/** How many units are handed over together: that costs little more than one. */
	private static final int BATCH = 16;

	private final Map<WorkKind, Pool> pools = new EnumMap<>(WorkKind.class);

	/** Those that have something to hand over. */
	private final List<Pool> waiting = new ArrayList<>();

	/**
	 * Create threads.
	 * @param backend where they come from
	 * @param maxThreads how many there are of each kind at most
	 * @param isBrief tells of which kinds work is short
	 */
	public WorkThreads(Backend backend, int maxThreads, Predicate<WorkKind> isBrief) {
		for (WorkKind kind : WorkKind.values()) {
			this.pools.put(kind, new Pool(backend.executor(kind.toString(), maxThreads, isBrief.test(kind))));
		}
	}

	/**
	 * Has a unit run soon: once {@link #launch} is called, or many wait.
	 * @param kind the kind of work
	 * @param unit the unit
	 */
	public void execute(WorkKind kind, Runnable unit) {
		Pool pool = pool(kind);
		if (pool.units.isEmpty()) {
			this.waiting.add(pool);
		}
		pool.units.add(unit);
		if (pool.units.size() >= BATCH) {
			launch();
		}
	}

	/**
	 * Hands over the units that are to run.
	 */
	public void launch() {
		if (!this.waiting.isEmpty()) {
			for (Pool pool : this.waiting) {
				pool.launch();
			}
			this.waiting.clear();
		}
	}

	/**
	 * The threads of a kind. Any thread may ask.
	 * @param kind the kind of work
	 * @return its threads
	 */
	public BatchExecutor executor(WorkKind kind) {
		return pool(kind).executor;
	}

	private Pool pool(WorkKind kind) {
		return Objects.requireNonNull(this.pools.get(kind));
	}

	/**
	 * The threads of a kind, and what they are to be handed.
	 */
	private static final class Pool {

		private final BatchExecutor executor;

		private final List<Runnable> units = new ArrayList<>(BATCH);

		Pool(BatchExecutor executor) {
			this.executor = executor;
		}

		void launch() {
			try {
				if (this.units.size() == 1) {
					this.executor.execute(this.units.get(0));
				}
				else {
					this.executor.execute(this.units);
				}
			}
			finally {
				// Whatever became of them, none is handed over twice.
				this.units.clear();
			}
		}

	}

}
