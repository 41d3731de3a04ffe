// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.BatchExecutor;
import io.managedservices.work.WorkKind;

/**
 * The threads for each kind of work. Confined to the coordinator, but for
 * {@link #executor}.
 */
final class WorkThreads {

	/** How many units are handed over together: that costs little more than one. */
	private static final int BATCH = 16;

	private final Map<WorkKind, Pool> pools = new EnumMap<>(WorkKind.class);

	/** Those that have something to hand over. */
	private final List<Pool> waiting = new ArrayList<>();

	WorkThreads(Backend backend, int maxThreads) {
		for (WorkKind kind : WorkKind.values()) {
			this.pools.put(kind, new Pool(backend.executor(kind.toString(), maxThreads, kind != WorkKind.WORKER)));
		}
	}

	/**
	 * Whether work is so short and frequent that even to name a thread after it would
	 * cost too much.
	 * @param kind the kind of work
	 * @return whether threads keep their own names while they do it
	 */
	static boolean isNameless(WorkKind kind) {
		return kind == WorkKind.MICRO_TASK || kind == WorkKind.HOOK;
	}

	/**
	 * Has a unit run soon: once {@link #launch} is called, or many wait.
	 * @param unit the unit
	 */
	void execute(Unit unit) {
		Pool pool = pool(unit.kind);
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
	void launch() {
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
	BatchExecutor executor(WorkKind kind) {
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
