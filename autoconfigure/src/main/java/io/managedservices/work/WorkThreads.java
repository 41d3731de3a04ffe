package io.managedservices.work;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;

import io.managedservices.WorkKind;
import io.managedservices.concurrent.Backend;

/**
 * The threads for each kind of work. Safe for use by several threads.
 */
final class WorkThreads {

	private final Map<WorkKind, Executor> executors = new EnumMap<>(WorkKind.class);

	WorkThreads(Backend backend, int maxThreads) {
		for (WorkKind kind : WorkKind.values()) {
			this.executors.put(kind, backend.executor(kind.toString(), maxThreads, kind != WorkKind.WORKER));
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

	void execute(Unit unit) {
		executor(unit.kind).execute(unit);
	}

	Executor executor(WorkKind kind) {
		return Objects.requireNonNull(this.executors.get(kind));
	}

}
